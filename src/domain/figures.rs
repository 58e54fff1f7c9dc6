//! The numbers of the overview: each is the count of a filter, and a link to exactly the
//! devices that the filter lists.
//!
//! Server and browser make the same filters from the same few names, so only names and
//! counts are sent.

use serde::{Deserialize, Serialize};

use super::action::license::LicenseType;
use super::chrome_os::ExtendedState;
use super::date_range::{DateBound, DateRange};
use super::filter::DeviceFilter;
use super::grid::GridView;
use super::month::Month;
use super::org_unit;
use super::status::DeviceStatus;
use super::time::Date;
use super::visible::shown;
use super::words::words;

/// Months of the AUE chart, the present one included.
pub const MONTHS: usize = 24;

/// How many units are named at most.
pub const MAX_UNITS: usize = 8;

/// How many statuses are counted at most. Google documents ten.
pub const MAX_STATUSES: usize = 16;

/// Days without a sync after which a device is most likely lost or put aside.
const SILENT_DAYS: i32 = 365;

words! {
    /// A group of numbers with a table and a file of its own.
    Chart {
        /// All devices, then by status.
        Status = "status",
        /// Active devices by the month of their last update: past due, [`MONTHS`] months, later,
        /// the months together, and extended updates.
        Aue = "aue",
        /// Active devices that look ready to retire.
        Retire = "retire",
        /// Devices that hold a license, by its type.
        License = "license",
    }
}

impl Chart {
    pub fn title(self) -> &'static str {
        match self {
            Self::Status => "Devices by status",
            Self::Aue => "Auto-update expiration (AUE)",
            Self::Retire => "Ready to retire",
            Self::License => "Licenses in use",
        }
    }

    /// The heading of the first column: what is counted by.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Aue => "Last update in",
            Self::Retire => "Finding",
            Self::License => "License type",
        }
    }
}

/// One number of the overview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub label: String,
    pub filter: DeviceFilter,
    pub count: u64,
}

impl Figure {
    /// The address of the list of these devices.
    pub fn href(&self) -> String {
        let filter = self.filter.clone();
        GridView {
            filter,
            ..GridView::default()
        }
        .href()
    }
}

/// All numbers of the overview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetFigures {
    /// The day on which they were counted.
    pub today: Date,
    /// The statuses that devices have, most devices first.
    pub statuses: Vec<DeviceStatus>,
    /// Units named as out of service that have active devices, most devices first.
    pub units: Vec<String>,
    /// One count for each filter of [`FleetFigures::filters`].
    pub counts: Vec<u64>,
}

impl FleetFigures {
    /// Every filter whose devices have to be counted, in a fixed order.
    pub fn filters(&self) -> Vec<DeviceFilter> {
        let questions = Chart::ALL.iter().flat_map(|chart| self.questions(*chart));
        questions.map(|(_, filter)| filter).collect()
    }

    /// The numbers of a chart. A number that was not counted is 0.
    pub fn of(&self, chart: Chart) -> Vec<Figure> {
        let before = Chart::ALL.iter().take_while(|it| **it != chart);
        let skipped = before.map(|it| self.questions(*it).len()).sum();
        let counts = self.counts.iter().copied().skip(skipped);
        let questions = self.questions(chart).into_iter();
        questions
            .zip(counts.chain(std::iter::repeat(0)))
            .map(|((label, filter), count)| Figure {
                label,
                filter,
                count,
            })
            .collect()
    }

    /// How many devices there are.
    pub fn devices(&self) -> u64 {
        self.counts.first().copied().unwrap_or_default()
    }

    fn questions(&self, chart: Chart) -> Vec<(String, DeviceFilter)> {
        match chart {
            Chart::Status => self.by_status(),
            Chart::Aue => self.by_aue(),
            Chart::Retire => self.to_retire(),
            Chart::License => self.by_license(),
        }
    }

    fn by_status(&self) -> Vec<(String, DeviceFilter)> {
        let all = ("All devices".to_owned(), DeviceFilter::default());
        let each = self.statuses.iter().map(|status| {
            let filter = with_status(status.clone());
            (shown(status.label()), filter)
        });
        std::iter::once(all).chain(each).collect()
    }

    fn by_aue(&self) -> Vec<(String, DeviceFilter)> {
        let within = |from: Option<Date>, to: Option<DateBound>| DeviceFilter {
            auto_update: DateRange {
                from: from.map(DateBound::On),
                to,
            },
            ..active()
        };
        let now = Month::of(self.today);
        let past = ("Past due".to_owned(), past_aue());
        let months = (0..MONTHS as i32).map(|ahead| {
            let month = now.plus(ahead);
            let from = month.first().max(self.today);
            let to = DateBound::On(month.last());
            (month.to_string(), within(Some(from), Some(to)))
        });
        let after = now.plus(MONTHS as i32).first();
        let last = DateBound::On(after.plus_days(-1));
        let later = ("Later".to_owned(), within(Some(after), None));
        let sum = format!("Next {MONTHS} months together");
        let together = (sum, within(Some(self.today), Some(last)));
        let bars = std::iter::once(past).chain(months);
        let extended = [
            ("Extended updates on", ExtendedState::On),
            ("Eligible for extended updates, off", ExtendedState::Off),
        ];
        let extended = extended.map(|(label, state)| {
            let filter = DeviceFilter {
                extended: vec![state],
                ..active()
            };
            (label.to_owned(), filter)
        });
        bars.chain([later, together]).chain(extended).collect()
    }

    fn to_retire(&self) -> Vec<(String, DeviceFilter)> {
        let silent = DeviceFilter {
            last_sync: DateRange {
                from: None,
                to: Some(DateBound::FromToday(-SILENT_DAYS)),
            },
            never_synced: true,
            ..active()
        };
        let mut questions = vec![
            ("Past AUE, still Active".to_owned(), past_aue()),
            (
                "No sync for a year or never, still Active".to_owned(),
                silent,
            ),
        ];
        let units = self.units.iter().map(|unit| {
            let label = format!("In “{}”, still Active", shown(org_unit::name(unit)));
            (label, in_unit(unit))
        });
        questions.extend(units);
        questions
    }

    fn by_license(&self) -> Vec<(String, DeviceFilter)> {
        let held: Vec<DeviceStatus> = self
            .statuses
            .iter()
            .filter(|status| **status != DeviceStatus::Deprovisioned)
            .cloned()
            .collect();
        if held.is_empty() {
            return Vec::new();
        }
        let each = LicenseType::ALL.iter().map(|license| {
            let filter = DeviceFilter {
                statuses: held.clone(),
                licenses: vec![*license],
                ..DeviceFilter::default()
            };
            (license.label().to_owned(), filter)
        });
        each.collect()
    }
}

/// Devices of one status.
fn with_status(status: DeviceStatus) -> DeviceFilter {
    DeviceFilter {
        statuses: vec![status],
        ..DeviceFilter::default()
    }
}

/// Active devices in a unit or below it.
fn in_unit(unit: &str) -> DeviceFilter {
    DeviceFilter {
        org_units: vec![unit.to_owned()],
        ..active()
    }
}

/// Active devices.
pub fn active() -> DeviceFilter {
    with_status(DeviceStatus::Active)
}

/// Active devices that get no more updates.
fn past_aue() -> DeviceFilter {
    DeviceFilter {
        auto_update: DateRange {
            from: None,
            to: Some(DateBound::FromToday(-1)),
        },
        ..active()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> FleetFigures {
        let mut figures = FleetFigures {
            today: "2026-11-28".parse().unwrap(),
            statuses: vec![DeviceStatus::Active, DeviceStatus::Deprovisioned],
            units: vec!["/Retired".to_owned(), "/IT/Storage".to_owned()],
            counts: Vec::new(),
        };
        figures.counts = (0..figures.filters().len() as u64).collect();
        figures
    }

    #[test]
    fn every_chart_gets_the_counts_of_its_own_filters() {
        let figures = figures();
        let charts = Chart::ALL.iter().flat_map(|chart| figures.of(*chart));
        let (filters, counts): (Vec<_>, Vec<_>) =
            charts.map(|figure| (figure.filter, figure.count)).unzip();
        assert_eq!(filters, figures.filters());
        assert_eq!(counts, figures.counts);
    }

    #[test]
    fn every_link_opens_its_own_filter() {
        for chart in Chart::ALL {
            for figure in figures().of(*chart) {
                let href = figure.href();
                let query = href.strip_prefix("/devices").unwrap();
                let parsed = GridView::parse(query.trim_start_matches('?'));
                assert!(parsed.bad.is_empty() && parsed.unknown.is_empty(), "{href}");
                assert_eq!(parsed.view.filter, figure.filter, "{href}");
            }
        }
    }

    #[test]
    fn every_day_from_long_ago_to_long_ahead_is_in_exactly_one_bar() {
        let figures = figures();
        let bars = figures.of(Chart::Aue);
        assert_eq!(bars.len(), MONTHS + 5);
        for ahead in -4000..4000 {
            let day = figures.today.plus_days(ahead);
            let holds = |bar: &Figure| bar.filter.auto_update.contains(Some(day), figures.today);
            let hits = bars[..MONTHS + 2].iter().filter(|bar| holds(bar)).count();
            assert_eq!(hits, 1, "{day}");
            let in_a_month = bars[1..=MONTHS].iter().any(holds);
            assert_eq!(holds(&bars[MONTHS + 2]), in_a_month, "{day}");
        }
    }

    #[test]
    fn the_present_month_begins_today_and_the_last_is_two_years_on() {
        let bars = figures().of(Chart::Aue);
        let label = |at: usize| bars[at].label.as_str();
        assert_eq!(
            [label(0), label(1), label(MONTHS), label(MONTHS + 1)],
            ["Past due", "Nov 2026", "Oct 2028", "Later"]
        );
        let from = bars[1].filter.auto_update.from;
        assert_eq!(from, Some(DateBound::On(figures().today)));
    }

    #[test]
    fn deprovisioned_devices_hold_no_license() {
        for figure in figures().of(Chart::License) {
            assert_eq!(figure.filter.statuses, [DeviceStatus::Active]);
        }
        assert!(FleetFigures::default().of(Chart::License).is_empty());
    }
}
