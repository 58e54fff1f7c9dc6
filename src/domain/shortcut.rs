//! Keys that do something by themselves, on any screen where they make sense.

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    Search,
    NextRow,
    PreviousRow,
    Actions,
    SelectedOnly,
    Refresh,
    NextPage,
    PreviousPage,
    Help,
    /// The first of two keys: where to go comes next.
    Go,
    GoToOverview,
    GoToDevices,
    GoToJobs,
}

/// The keys as the help shows them, and what they do.
pub const HELP: [(&str, &str); 14] = [
    ("/", "Search devices"),
    ("j", "Next row"),
    ("k", "Previous row"),
    ("x", "Select or clear the row"),
    ("Shift x", "The same for all rows since the last one"),
    ("a", "Open Actions"),
    ("s", "Show Selected Only, or Show All"),
    ("r", "Refresh Cache"),
    ("]", "Next page"),
    ("[", "Previous page"),
    ("g o", "Go to Overview"),
    ("g d", "Go to Device Search"),
    ("g j", "Go to Jobs"),
    ("?", "This help"),
];

impl Shortcut {
    /// What a key asks for, by the character it types.
    pub fn of(key: &str, after_go: bool) -> Option<Self> {
        Some(match (key, after_go) {
            ("o", true) => Self::GoToOverview,
            ("d", true) => Self::GoToDevices,
            ("j", true) => Self::GoToJobs,
            ("g", _) => Self::Go,
            ("/", _) => Self::Search,
            ("j", _) => Self::NextRow,
            ("k", _) => Self::PreviousRow,
            ("a", _) => Self::Actions,
            ("s", _) => Self::SelectedOnly,
            ("r", _) => Self::Refresh,
            ("]", _) => Self::NextPage,
            ("[", _) => Self::PreviousPage,
            ("?", _) => Self::Help,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_help_does_something_and_no_two_the_same() {
        let mut known = Vec::new();
        for (keys, _) in HELP {
            // The row listens to these itself.
            if keys.ends_with('x') {
                continue;
            }
            let (key, after_go) = match keys.strip_prefix("g ") {
                Some(key) => (key, true),
                None => (keys, false),
            };
            let shortcut = Shortcut::of(key, after_go).unwrap();
            assert!(!known.contains(&shortcut), "{keys}");
            known.push(shortcut);
        }
    }

    #[test]
    fn where_to_go_counts_only_after_g() {
        assert_eq!(Shortcut::of("j", false), Some(Shortcut::NextRow));
        assert_eq!(Shortcut::of("j", true), Some(Shortcut::GoToJobs));
        assert_eq!(Shortcut::of("d", false), None);
        assert_eq!(Shortcut::of("Enter", false), None);
    }
}
