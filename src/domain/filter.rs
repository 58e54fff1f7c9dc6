//! Which devices the operator is looking at.
//!
//! The only definition of a filter: the URL is parsed into it and written from
//! it (`filter_query`), and list, count, select-all and export answer it in one
//! place (`server::search`).

use serde::{Deserialize, Serialize};

use super::action::license::LicenseType;
use super::chrome_os::ExtendedState;
use super::date_range::DateRange;
use super::device::Device;
use super::filter_query::FilterFields;
use super::org_unit;
use super::os_version;
use super::selection::Selection;
use super::status::DeviceStatus;
use super::time::{Date, Timestamp};

/// Facets are joined by AND, the values within one by OR; an empty facet asks
/// nothing. As JSON it obeys the rules of the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "FilterFields")]
pub struct DeviceFilter {
    /// Part of the serial, asset id, user, location, notes or model, in any case.
    pub search: String,
    pub statuses: Vec<DeviceStatus>,
    /// Full paths.
    pub org_units: Vec<String>,
    /// Look only in the org units themselves, not below them.
    pub org_units_only: bool,
    pub models: Vec<String>,
    /// Whole versions, or their first parts: `126` stands for every `126.…`.
    pub os_versions: Vec<String>,
    pub licenses: Vec<LicenseType>,
    pub last_sync: DateRange,
    /// Devices that never synced: together with a range these as well, without one only
    /// these.
    pub never_synced: bool,
    pub auto_update: DateRange,
    /// The last enrollment.
    pub enrolled: DateRange,
    /// Only devices that an unfinished job holds.
    pub in_job: bool,
    pub extended: Vec<ExtendedState>,
    /// Only these devices, as an address has them ([`Selection::to_address`]).
    pub list: String,
}

impl DeviceFilter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The rule itself, device by device: what the compiled filter must equal.
    /// Devices that are gone match nothing.
    pub fn matches(&self, device: &Device, today: Date) -> bool {
        let it = &device.directory;
        let among = |found: bool, empty: bool| found || empty;
        !device.gone
            && among(
                search_text(it).contains(&fold(&self.search)),
                self.search.is_empty(),
            )
            && among(self.statuses.contains(&it.status), self.statuses.is_empty())
            && among(
                self.org_units.iter().any(|path| {
                    *path == it.org_unit
                        || (!self.org_units_only && org_unit::is_below(&it.org_unit, path))
                }),
                self.org_units.is_empty(),
            )
            && among(self.models.contains(&it.model), self.models.is_empty())
            && among(
                self.os_versions
                    .iter()
                    .any(|part| os_version::is_within(&it.os_version, part)),
                self.os_versions.is_empty(),
            )
            && among(
                self.licenses.contains(&it.license),
                self.licenses.is_empty(),
            )
            && among(
                self.extended.contains(&it.extended.state()),
                self.extended.is_empty(),
            )
            && self.asks_for_sync(it.last_sync.map(Timestamp::date), today)
            && self.auto_update.contains(it.auto_update, today)
            && self
                .enrolled
                .contains(it.last_enrolled.map(Timestamp::date), today)
            && among(device.in_job.is_some(), !self.in_job)
            && among(self.listed().contains(device.id), self.list.is_empty())
    }

    /// The devices of the list; none if there is no list.
    pub fn listed(&self) -> Selection {
        Selection::from_address(&self.list).unwrap_or_default()
    }

    fn asks_for_sync(&self, last_sync: Option<Date>, today: Date) -> bool {
        match (last_sync, self.never_synced) {
            (None, true) => true,
            (Some(_), true) if self.last_sync.is_open() => false,
            _ => self.last_sync.contains(last_sync, today),
        }
    }
}

/// What the quick search looks through. The fields are kept apart by a line
/// break, which no search holds.
fn search_text(device: &super::device::DirectoryDevice) -> String {
    let fields = [
        &device.serial,
        &device.asset_id,
        &device.user,
        &device.location,
        &device.notes,
        &device.model,
    ];
    let mut text = String::new();
    for field in fields {
        fold_into(&mut text, field);
        text.push('\n');
    }
    text
}

/// Appends a field as text is compared, without line breaks.
pub fn fold_into(out: &mut String, field: &str) {
    let start = out.len();
    if field.is_ascii() && !field.contains(['\n', '\r']) {
        out.push_str(field);
        out[start..].make_ascii_lowercase();
    } else {
        out.push_str(&fold(&field.replace(['\n', '\r'], " ")));
    }
}

/// The form in which text is compared: lower case.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
