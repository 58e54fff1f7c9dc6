//! A filter as URL parameters, and the rules for its values.
//!
//! A value that does not parse is an error, never a filter left out, because a filter
//! left out means "all". JSON is held to the same rules: it is read as the parameters
//! that it stands for.

use serde::Deserialize;

use super::action::license::LicenseType;
use super::chrome_os::ExtendedState;
use super::date_range::{DateBound, DateRange};
use super::filter::DeviceFilter;
use super::org_unit;
use super::query::BadParameter;
use super::selection::Selection;
use super::status::DeviceStatus;

/// The longest value, in characters, the quick search among them.
pub const MAX_VALUE: usize = 200;

/// The longest path of an org unit, which has many names in it.
const MAX_PATH: usize = 1000;

/// The longest list of devices: with it, an address is as long as servers take.
pub const MAX_LIST: usize = 6000;

/// The most values of all facets together.
pub const MAX_VALUES: usize = 100;

/// Why a value more than [`MAX_VALUES`] is refused.
pub const TOO_MANY_VALUES: &str = "a filter has at most 100 values";

/// The parameters that may be given more than once.
pub const MANY: [&str; 6] = ["extended", "license", "model", "os", "ou", "status"];

/// The fields of a filter in JSON, before they are checked.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilterFields {
    search: String,
    statuses: Vec<DeviceStatus>,
    org_units: Vec<String>,
    org_units_only: bool,
    models: Vec<String>,
    os_versions: Vec<String>,
    licenses: Vec<String>,
    last_sync: DateRange,
    never_synced: bool,
    auto_update: DateRange,
    enrolled: DateRange,
    in_job: bool,
    extended: Vec<ExtendedState>,
    list: String,
}

impl TryFrom<FilterFields> for DeviceFilter {
    type Error = BadParameter;

    fn try_from(fields: FilterFields) -> Result<Self, BadParameter> {
        let sent = Self {
            search: fields.search,
            statuses: fields.statuses,
            org_units: fields.org_units,
            org_units_only: fields.org_units_only,
            models: fields.models,
            os_versions: fields.os_versions,
            licenses: Vec::new(),
            last_sync: fields.last_sync,
            never_synced: fields.never_synced,
            auto_update: fields.auto_update,
            enrolled: fields.enrolled,
            in_job: fields.in_job,
            extended: fields.extended,
            list: fields.list,
        };
        // The browser reads what the server has checked: the rules would be sent with the page.
        if cfg!(target_arch = "wasm32") {
            let licenses = fields.licenses.into_iter().map(LicenseType::from).collect();
            return Ok(Self { licenses, ..sent });
        }
        let mut checked = Self::default();
        let licenses = fields.licenses.into_iter().map(|word| ("license", word));
        for (name, value) in sent.to_pairs().into_iter().chain(licenses) {
            if value.trim().is_empty() {
                return Err(BadParameter::new(name, &value, "it is blank"));
            }
            checked.take(name, &value)?;
        }
        Ok(checked)
    }
}

impl DeviceFilter {
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
            self.licenses
                .iter()
                .map(|license| ("license", license.as_str().to_owned())),
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
        if self.in_job {
            pairs.push(("in_job", "yes".to_owned()));
        }
        pairs.extend(
            self.extended
                .iter()
                .map(|state| ("extended", state.as_str().to_owned())),
        );
        if !self.list.is_empty() {
            pairs.push(("list", self.list.clone()));
        }
        pairs
    }

    /// Takes one URL parameter. An empty value asks nothing, as a form sends it
    /// for a field left blank. Returns whether the name is a filter's.
    ///
    /// # Errors
    /// The value does not parse, or is one too many; the filter is as before.
    pub fn take(&mut self, name: &str, value: &str) -> Result<bool, BadParameter> {
        let trimmed = value.trim();
        let bad = |why: &str| BadParameter::new(name, value, why);
        let bound = || trimmed.parse::<DateBound>().map_err(bad);
        match name {
            "q" | "status" | "ou" | "ou_children" | "model" | "os" | "license" | "sync"
            | "sync_from" | "sync_to" | "aue_from" | "aue_to" | "enrolled_from" | "enrolled_to"
            | "in_job" | "extended" | "list" => {}
            _ => return Ok(false),
        }
        if trimmed.is_empty() {
            return Ok(true);
        }
        let most = match name {
            "ou" => MAX_PATH,
            "list" => MAX_LIST,
            _ => MAX_VALUE,
        };
        if trimmed.chars().count() > most {
            return Err(bad(&format!("it is longer than {most} characters")));
        }
        if trimmed.chars().any(char::is_control) {
            return Err(bad("it holds a control character"));
        }
        let room = self.value_count() < MAX_VALUES;
        let added = match name {
            "status" => add(&mut self.statuses, DeviceStatus::from(trimmed), room),
            "ou" => {
                let path = org_unit::without_slash_at_end(trimmed);
                if !path.starts_with('/') {
                    return Err(bad("an org unit is a path that begins with /"));
                }
                add(&mut self.org_units, path.to_owned(), room)
            }
            "model" => add(&mut self.models, trimmed.to_owned(), room),
            "os" => add(&mut self.os_versions, trimmed.to_owned(), room),
            "license" => {
                let known = LicenseType::ALL
                    .into_iter()
                    .find(|known| known.as_str() == trimmed)
                    .ok_or_else(|| bad("unknown license type"))?;
                add(&mut self.licenses, known, room)
            }
            "extended" => {
                let known = ExtendedState::from_word(trimmed);
                let known = known.ok_or_else(|| bad("must be on, off, not_eligible or unknown"))?;
                add(&mut self.extended, known, room)
            }
            _ => true,
        };
        if !added {
            return Err(bad(TOO_MANY_VALUES));
        }
        match name {
            "q" => self.search = trimmed.to_owned(),
            "ou_children" => match trimmed {
                "no" => self.org_units_only = true,
                "yes" => self.org_units_only = false,
                _ => return Err(bad("must be yes or no")),
            },
            "sync" => match trimmed {
                "never" => self.never_synced = true,
                _ => return Err(bad("must be never")),
            },
            "list" => match Selection::from_address(trimmed) {
                Ok(listed) if !listed.is_empty() => self.list = trimmed.to_owned(),
                _ => return Err(bad("not a list of devices")),
            },
            "in_job" => match trimmed {
                "yes" => self.in_job = true,
                _ => return Err(bad("must be yes")),
            },
            "sync_from" => self.last_sync.from = Some(bound()?),
            "sync_to" => self.last_sync.to = Some(bound()?),
            "aue_from" => self.auto_update.from = Some(bound()?),
            "aue_to" => self.auto_update.to = Some(bound()?),
            "enrolled_from" => self.enrolled.from = Some(bound()?),
            "enrolled_to" => self.enrolled.to = Some(bound()?),
            _ => {}
        }
        Ok(true)
    }

    /// How many values the facets have together.
    fn value_count(&self) -> usize {
        self.statuses.len()
            + self.org_units.len()
            + self.models.len()
            + self.os_versions.len()
            + self.licenses.len()
            + self.extended.len()
    }
}

/// Adds a value once. Returns false if it is new and there is no room.
fn add<T: PartialEq>(values: &mut Vec<T>, value: T, room: bool) -> bool {
    let known = values.contains(&value);
    if !known && room {
        values.push(value);
    }
    known || room
}

#[cfg(test)]
mod tests;
