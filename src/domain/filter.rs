//! Which devices the operator is looking at.
//!
//! The only definition of a filter: the URL is parsed into it and written from
//! it (`filter_query`), and list, count, select-all and export compile it in one
//! place (`server::store::device_filter`).

use serde::{Deserialize, Serialize};

use super::date_range::DateRange;
use super::device::Device;
use super::filter_query::FilterFields;
use super::license::LicenseType;
use super::org_unit;
use super::os_version;
use super::status::DeviceStatus;
use super::time::{Date, Timestamp};

/// Facets are joined by AND, the values within one by OR; an empty facet asks
/// nothing. As JSON it obeys the rules of the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "FilterFields")]
pub struct DeviceFilter {
    /// Part of the serial, asset id, user, location or notes, in any case.
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
    /// Only devices that never synced. Excludes any range above.
    pub never_synced: bool,
    pub auto_update: DateRange,
    /// The last enrollment.
    pub enrolled: DateRange,
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
            && among(it.last_sync.is_none(), !self.never_synced)
            && self
                .last_sync
                .contains(it.last_sync.map(Timestamp::date), today)
            && self.auto_update.contains(it.auto_update, today)
            && self
                .enrolled
                .contains(it.last_enrolled.map(Timestamp::date), today)
    }
}

/// What the quick search looks through. The fields are kept apart by a line
/// break, which no search holds.
pub fn search_text(device: &super::device::DirectoryDevice) -> String {
    let fields = [
        &device.serial,
        &device.asset_id,
        &device.user,
        &device.location,
        &device.notes,
    ];
    fields
        .map(|field| fold(&field.replace(['\n', '\r'], " ")))
        .join("\n")
}

/// The form in which text is compared: lower case.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
