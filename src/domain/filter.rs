//! Which devices the operator is looking at.
//!
//! The only definition of a filter: the URL is parsed into it and written from
//! it, and list, count, select-all and export compile it in one place
//! (`server::store::device_filter`). A value that does not parse is an error,
//! never a filter left out, because a filter left out means "all".

use serde::{Deserialize, Serialize};

use super::date_range::{DateBound, DateRange};
use super::device::Device;
use super::licence::LicenceType;
use super::org_unit;
use super::os_version;
use super::query::BadParameter;
use super::status::DeviceStatus;
use super::time::{Date, Timestamp};

/// The longest quick search, in characters.
pub const MAX_SEARCH: usize = 200;

/// The parameters that may be given more than once.
pub const MANY: [&str; 5] = ["licence", "model", "os", "ou", "status"];

/// Facets are joined by AND, the values within one by OR; an empty facet asks
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
    pub licences: Vec<LicenceType>,
    pub last_sync: DateRange,
    /// Only devices that never synced. Excludes any range above.
    pub never_synced: bool,
    pub auto_update: DateRange,
    /// The last enrolment.
    pub enrolled: DateRange,
}

impl DeviceFilter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The filter as URL parameters, defaults left out, in a fixed order.
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        pairs.extend(
            self.statuses
                .iter()
                .map(|status| ("status", status.as_str().to_owned())),
        );
        pairs.extend(self.org_units.iter().map(|path| ("ou", path.clone())));
        if self.org_units_only {
            pairs.push(("ou_children", "no".to_owned()));
        }
        pairs.extend(self.models.iter().map(|model| ("model", model.clone())));
        pairs.extend(self.os_versions.iter().map(|part| ("os", part.clone())));
        pairs.extend(
            self.licences
                .iter()
                .map(|licence| ("licence", licence.as_str().to_owned())),
        );
        if self.never_synced {
            pairs.push(("sync", "never".to_owned()));
        }
        let bounds = [
            ("sync_from", self.last_sync.from),
            ("sync_to", self.last_sync.to),
            ("aue_from", self.auto_update.from),
            ("aue_to", self.auto_update.to),
            ("enrolled_from", self.enrolled.from),
            ("enrolled_to", self.enrolled.to),
        ];
        for (name, bound) in bounds {
            pairs.extend(bound.map(|bound| (name, bound.to_string())));
        }
        pairs
    }

    /// Takes one URL parameter. An empty value asks nothing, as a form sends it
    /// for a field left blank. Returns whether the name is a filter's.
    ///
    /// # Errors
    /// The value does not parse; the filter is as before.
    pub fn take(&mut self, name: &str, value: &str) -> Result<bool, BadParameter> {
        let trimmed = value.trim();
        let bad = |why: &str| BadParameter::new(name, value, why);
        let bound = || trimmed.parse::<DateBound>().map_err(bad);
        match name {
            "q" | "status" | "ou" | "ou_children" | "model" | "os" | "licence" | "sync"
            | "sync_from" | "sync_to" | "aue_from" | "aue_to" | "enrolled_from" | "enrolled_to" => {
            }
            _ => return Ok(false),
        }
        if trimmed.is_empty() {
            return Ok(true);
        }
        match name {
            "q" => {
                if trimmed.chars().count() > MAX_SEARCH {
                    return Err(bad("a search has at most 200 characters"));
                }
                if trimmed.contains('\0') {
                    return Err(bad("a search cannot hold a NUL character"));
                }
                self.search = trimmed.to_owned();
            }
            "status" => {
                if !trimmed.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
                    return Err(bad("a status is a word like ACTIVE or PRE_PROVISIONED"));
                }
                add(&mut self.statuses, DeviceStatus::from(trimmed));
            }
            "ou" => {
                if !trimmed.starts_with('/') || trimmed.contains('\0') {
                    return Err(bad("an org unit is a path that begins with /"));
                }
                add(&mut self.org_units, trimmed.to_owned());
            }
            "ou_children" => match trimmed {
                "no" => self.org_units_only = true,
                "yes" => self.org_units_only = false,
                _ => return Err(bad("say yes or no")),
            },
            "model" => {
                if trimmed.contains('\0') {
                    return Err(bad("a model cannot hold a NUL character"));
                }
                add(&mut self.models, trimmed.to_owned());
            }
            "os" => {
                if trimmed.contains('\0') {
                    return Err(bad("an OS version cannot hold a NUL character"));
                }
                add(&mut self.os_versions, trimmed.to_owned());
            }
            "licence" => {
                let known = LicenceType::ALL
                    .into_iter()
                    .find(|known| known.as_str() == trimmed);
                add(
                    &mut self.licences,
                    known.ok_or_else(|| bad("no such licence type"))?,
                );
            }
            "sync" => match trimmed {
                "never" => self.never_synced = true,
                _ => return Err(bad("the only value is never")),
            },
            "sync_from" => self.last_sync.from = Some(bound()?),
            "sync_to" => self.last_sync.to = Some(bound()?),
            "aue_from" => self.auto_update.from = Some(bound()?),
            "aue_to" => self.auto_update.to = Some(bound()?),
            "enrolled_from" => self.enrolled.from = Some(bound()?),
            _ => self.enrolled.to = Some(bound()?),
        }
        Ok(true)
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
                self.licences.contains(&it.licence),
                self.licences.is_empty(),
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

/// Adds a value once.
fn add<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if !values.contains(&value) {
        values.push(value);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grid::GridView;

    fn parse(query: &str) -> Result<DeviceFilter, BadParameter> {
        let mut filter = DeviceFilter::default();
        for (name, value) in super::super::query::pairs(query) {
            assert!(filter.take(&name, &value)?, "{name} is a filter");
        }
        Ok(filter)
    }

    #[test]
    fn a_filter_reads_back_from_its_own_url() {
        let query = "q=lab+3&status=ACTIVE&status=DISABLED&ou=%2FRetired&ou_children=no\
            &model=HP+11&model=C2&os=126&os=99.0&licence=kioskUpgrade&licence=education&sync_from=-90d&sync_to=2026-11-23\
            &aue_to=30d&enrolled_from=2019-07-01&enrolled_to=-1825d";
        let filter = parse(query).unwrap();
        let written = super::super::query::encode(filter.to_pairs());
        assert_eq!(parse(&written).unwrap(), filter);
        assert_eq!(filter.last_sync.from, Some(DateBound::FromToday(-90)));
        // And from that of the list, in which most parameters stand once.
        let listed = GridView::parse(&written);
        assert_eq!((listed.view.filter, listed.bad), (filter, vec![]));
    }

    #[test]
    fn a_value_that_does_not_parse_is_an_error() {
        for bad in [
            "status=active",
            "ou=Retired",
            "ou_children=maybe",
            "licence=gold",
            "sync=always",
            "sync_from=yesterday",
            "aue_to=2026-02-30",
            "enrolled_from=summer",
            "os=%00",
            "sync_to=999999999d",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_blank_field_asks_nothing() {
        assert!(
            parse("q=&status=&ou=&sync_from=&aue_to=")
                .unwrap()
                .is_empty()
        );
    }
}
