//! A filter as URL parameters, and the rules for its values.
//!
//! A value that does not parse is an error, never a filter left out, because a filter
//! left out means "all". JSON is held to the same rules: it is read as the parameters
//! that it stands for.

use serde::Deserialize;

use super::date_range::{DateBound, DateRange};
use super::filter::DeviceFilter;
use super::license::LicenseType;
use super::org_unit;
use super::query::BadParameter;
use super::status::DeviceStatus;

/// The longest value, in characters, the quick search among them.
pub const MAX_VALUE: usize = 200;

/// The longest path of an org unit, which has many names in it.
const MAX_PATH: usize = 1000;

/// The most values of all facets together.
pub const MAX_VALUES: usize = 100;

/// Why a value more than [`MAX_VALUES`] is refused.
pub const TOO_MANY_VALUES: &str = "a filter has at most 100 values";

/// The parameters that may be given more than once.
pub const MANY: [&str; 5] = ["license", "model", "os", "ou", "status"];

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
        };
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
            | "sync_from" | "sync_to" | "aue_from" | "aue_to" | "enrolled_from" | "enrolled_to" => {
            }
            _ => return Ok(false),
        }
        if trimmed.is_empty() {
            return Ok(true);
        }
        let most = if name == "ou" { MAX_PATH } else { MAX_VALUE };
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
mod tests {
    use proptest::prelude::*;

    use super::super::query;
    use super::*;
    use crate::domain::grid::GridView;
    use crate::domain::time::Date;

    fn parse(query: &str) -> Result<DeviceFilter, BadParameter> {
        let mut filter = DeviceFilter::default();
        for (name, value) in query::pairs(query) {
            assert!(filter.take(&name, &value)?, "{name} is a filter");
        }
        Ok(filter)
    }

    #[test]
    fn a_filter_reads_back_from_its_own_url() {
        let query = "q=lab+3&status=ACTIVE&status=DISABLED&ou=%2FRetired&ou_children=no\
            &model=HP+11&model=C2&os=126&os=99.0&license=kioskUpgrade&license=education&sync_from=-90d&sync_to=2026-11-23\
            &aue_to=30d&enrolled_from=2019-07-01&enrolled_to=-1825d";
        let filter = parse(query).unwrap();
        let written = query::encode(filter.to_pairs());
        assert_eq!(parse(&written).unwrap(), filter);
        assert_eq!(filter.last_sync.from, Some(DateBound::FromToday(-90)));
        // And from that of the list, in which most parameters stand once.
        let listed = GridView::parse(&written);
        assert_eq!((listed.view.filter, listed.bad), (filter, vec![]));
    }

    #[test]
    fn a_value_that_does_not_parse_is_an_error() {
        for bad in [
            "ou=Retired",
            "ou_children=maybe",
            "license=gold",
            "sync=always",
            "sync_from=yesterday",
            "aue_to=2026-02-30",
            "enrolled_from=summer",
            "os=%00",
            "status=A%1bB",
            "sync_to=999999999d",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_blank_field_asks_nothing() {
        let query = "q=&status=&ou=&sync_from=&aue_to=";
        assert!(parse(query).unwrap().is_empty());
    }

    #[test]
    fn a_status_that_only_the_directory_knows_is_a_value_like_any_other() {
        for word in ["In repair", "en réparation", "retired", "A&B=C"] {
            let status = DeviceStatus::from(word);
            let query = query::encode([("status", word.to_owned())]);
            assert_eq!(parse(&query).unwrap().statuses, [status]);
        }
    }

    #[test]
    fn a_slash_at_the_end_of_an_org_unit_means_nothing() {
        let filter = parse("ou=/Students/&ou=/Students&ou=/&ou=/+/").unwrap();
        assert_eq!(filter.org_units, ["/Students", "/"]);
    }

    #[test]
    fn a_filter_has_a_hundred_values_of_two_hundred_characters() {
        let many = |count: usize| {
            let pairs = (0..count).map(|i| (["model", "os"][i % 2], i.to_string()));
            query::encode(pairs)
        };
        assert!(parse(&many(100)).is_ok());
        // A value that the filter has already takes no room.
        assert!(parse(&(many(100) + "&model=0")).is_ok());
        let told = parse(&many(101)).unwrap_err();
        assert_eq!(told.why, TOO_MANY_VALUES);
        assert!(parse(&format!("q={}", "é".repeat(200))).is_ok());
        assert!(parse(&format!("model={}", "é".repeat(201))).is_err());
        let listed = GridView::parse(&many(300));
        assert_eq!(listed.bad.len(), 1, "it is said once");
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~]{0,12}",
            "\\PC{0,8}",
            "/[a-zA-Z /]{0,12}",
            Just("\u{0}".to_owned()),
            "[a-z]{195,205}",
        ]
    }

    fn any_range() -> impl Strategy<Value = DateRange> {
        let bound = prop_oneof![
            (-40_000i32..40_000).prop_map(DateBound::FromToday),
            (-900_000i32..3_000_000).prop_map(|day| DateBound::On(Date(day))),
        ];
        (
            proptest::option::of(bound.clone()),
            proptest::option::of(bound),
        )
            .prop_map(|(from, to)| DateRange { from, to })
    }

    fn any_fields() -> impl Strategy<Value = DeviceFilter> {
        let texts = || prop::collection::vec(any_text(), 0..4);
        let licenses = prop::sample::subsequence(LicenseType::ALL.to_vec(), 0..3);
        (
            (any_text(), texts(), texts(), texts(), texts()),
            (licenses, any_range(), any_range(), any_range()),
            (any::<bool>(), any::<bool>()),
        )
            .prop_map(
                |((search, statuses, org_units, models, os_versions), more, flags)| {
                    let statuses = statuses.into_iter().map(DeviceStatus::from).collect();
                    let (licenses, last_sync, auto_update, enrolled) = more;
                    DeviceFilter {
                        search,
                        statuses,
                        org_units,
                        org_units_only: flags.0,
                        models,
                        os_versions,
                        licenses,
                        last_sync,
                        never_synced: flags.1,
                        auto_update,
                        enrolled,
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn what_json_is_accepted_means_the_same_in_the_url(sent in any_fields()) {
            let json = serde_json::to_string(&sent).unwrap();
            let Ok(read) = serde_json::from_str::<DeviceFilter>(&json) else {
                // What JSON may not hold, the URL may not hold either, or leaves it out.
                let listed = GridView::parse(&query::encode(sent.to_pairs()));
                prop_assert!(!listed.bad.is_empty() || listed.view.filter != sent);
                return Ok(());
            };
            let listed = GridView::parse(&query::encode(read.to_pairs()));
            prop_assert_eq!(listed.bad, vec![]);
            prop_assert_eq!(&listed.view.filter, &read);
            // And again as JSON: what was accepted once stays as it is.
            let json = serde_json::to_string(&read).unwrap();
            prop_assert_eq!(serde_json::from_str::<DeviceFilter>(&json).unwrap(), read);
        }
    }
}
