//! Versions of ChromeOS: numbers parted by dots, of which the first, the milestone, is
//! what people speak of.

use std::cmp::{Ordering, Reverse};

/// `126` of `126.0.6478.132`.
pub fn milestone(version: &str) -> &str {
    version
        .split_once('.')
        .map_or(version, |(milestone, _)| milestone)
}

/// Whether a version is the one that is asked for, or one of those that it begins:
/// `126` stands for every `126.…`.
pub fn is_within(version: &str, asked: &str) -> bool {
    version
        .strip_prefix(asked)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The order of milestones in a list: the newest first, what is no number last.
pub fn newest_first(one: &str, other: &str) -> Ordering {
    let key = |text: &str| Reverse(text.parse::<u32>().ok());
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_milestone_stands_for_its_versions_only() {
        assert_eq!(milestone("126.0.6478.132"), "126");
        assert_eq!(milestone("126"), "126");
        assert!(is_within("126.0.6478.132", "126"));
        assert!(is_within("126.0.6478.132", "126.0.6478"));
        assert!(is_within("126", "126"));
        assert!(!is_within("1260.1", "126"));
        assert!(!is_within("12.0", "126"));
        assert!(!is_within("", "126"));
    }

    #[test]
    fn milestones_are_ordered_as_numbers() {
        let mut all = ["99", "Flex", "126", "100"];
        all.sort_by(|one, other| newest_first(one, other));
        assert_eq!(all, ["126", "100", "99", "Flex"]);
    }
}
