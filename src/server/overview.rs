//! The overview: what it shows, put together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::inventory::Inventory;
use super::{App, Scoped, ServerError, may};
use crate::domain::facets::Counted;
use crate::domain::figures::{FleetFigures, MAX_STATUSES, MAX_UNITS, active};
use crate::domain::filter::DeviceFilter;
use crate::domain::overview::{DirectoryLine, JOBS, JobLine, Overview};
use crate::domain::retired_unit::retired_root;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Date;

impl App {
    /// Everything that the overview shows.
    pub async fn overview(&self, who: &Scoped<may::View>) -> Result<Overview, ServerError> {
        let cache = self.inventory.cache_state(who).await?;
        let figures = self.inventory.figures(who, cache.now.date()).await?;
        let jobs = self.jobs.list(who, None, 1, JOBS).await?;
        let health = self.health.state();
        let directory = DirectoryLine {
            subject: (!self.is_local()).then(|| health.check.subject.clone()),
            checked_at: health.checked_at,
            outage: health.outage(),
        };
        Ok(Overview {
            figures,
            jobs: jobs.rows.into_iter().map(JobLine::from).collect(),
            cache,
            directory,
        })
    }

    /// The numbers of the overview.
    pub async fn figures(&self, who: &Scoped<may::View>) -> Result<FleetFigures, ServerError> {
        let today = self.inventory.cache_state(who).await?.now.date();
        self.inventory.figures(who, today).await
    }
}

impl Inventory {
    /// The numbers of the overview, all counted in the same way as a list is.
    async fn figures(
        &self,
        who: &Scoped<may::View>,
        today: Date,
    ) -> Result<FleetFigures, ServerError> {
        // A facet is counted without what is asked of it: statuses are those of all devices.
        let values = self.facets(who, &active(), true).await?;
        let mut statuses = values.statuses.listed;
        statuses.retain(|it| it.count != 0 && is_value("status", &it.value));
        statuses.sort_by_key(|it| Reverse(it.count));
        let statuses = statuses.into_iter().take(MAX_STATUSES);
        let mut figures = FleetFigures {
            today,
            statuses: statuses.map(|it| DeviceStatus::from(it.value)).collect(),
            units: retired_units(&values.org_units.listed),
            counts: Vec::new(),
        };
        figures.counts = self.counts(who, &figures.filters()).await?;
        Ok(figures)
    }
}

/// The units named as out of service that have active devices, most devices first.
fn retired_units(active: &[Counted]) -> Vec<String> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for unit in active {
        if let Some(root) = retired_root(&unit.value) {
            *sums.entry(root).or_default() += unit.count;
        }
    }
    sums.retain(|unit, count| *count != 0 && is_value("ou", unit));
    let mut units: Vec<(&str, u64)> = sums.into_iter().collect();
    units.sort_by_key(|(_, count)| Reverse(*count));
    let names = units.into_iter().map(|(unit, _)| unit.to_owned());
    names.take(MAX_UNITS).collect()
}

/// Whether an address can ask for exactly this value: some text that a directory holds
/// has characters or blanks that an address may not have.
fn is_value(name: &'static str, value: &str) -> bool {
    let mut filter = DeviceFilter::default();
    let taken = filter.take(name, value);
    taken.is_ok() && filter.to_pairs() == [(name, value.to_owned())]
}
