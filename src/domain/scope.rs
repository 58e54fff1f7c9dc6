//! Where somebody may do something: org units, each with all below it.

use super::org_unit::is_below;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every device, also one without an org unit.
    All,
    /// The devices of these org units. They are in order, and none is below another, so that
    /// equal scopes are equal.
    Units(Vec<String>),
}

impl Scope {
    pub const NOWHERE: Self = Self::Units(Vec::new());

    pub fn of<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut paths: Vec<&str> = paths.into_iter().collect();
        if paths.contains(&"/") {
            return Self::All;
        }
        paths.sort_unstable();
        paths.dedup();
        let all = paths.clone();
        paths.retain(|path| !all.iter().any(|above| is_below(path, above)));
        Self::Units(paths.into_iter().map(str::to_owned).collect())
    }

    /// Whether a device of this org unit is within. What has no org unit is so only for
    /// those who may see all.
    pub fn covers(&self, org_unit: &str) -> bool {
        let Self::Units(units) = self else {
            return true;
        };
        let is_unit = |path: &str| {
            units
                .binary_search_by(|unit| unit.as_str().cmp(path))
                .is_ok()
        };
        let mut ends = org_unit.match_indices('/').map(|(at, _)| at);
        is_unit(org_unit) || ends.any(|at| at != 0 && is_unit(&org_unit[..at]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_matched_by_its_parts() {
        let scope = Scope::of(["/High", "/Schools/North"]);
        assert!(scope.covers("/High") && scope.covers("/High/Lab"));
        for other in [
            "/High School",
            "/Schools",
            "/Schools/Northern",
            "/",
            "",
            "High",
        ] {
            assert!(!scope.covers(other), "{other}");
        }
        assert!(Scope::All.covers(""));
        assert!(!Scope::NOWHERE.covers("/"));
    }

    proptest! {
        #[test]
        fn a_scope_covers_its_units_and_what_is_below(
            units in prop::collection::vec("(/[ab]{1,2}){1,3}", 0..6),
            path in "(/[ab]{1,2}){0,4}",
        ) {
            let scope = Scope::of(units.iter().map(String::as_str));
            let expected = units.iter().any(|unit| *unit == path || is_below(&path, unit));
            prop_assert_eq!(scope.covers(&path), expected);
        }
    }
}
