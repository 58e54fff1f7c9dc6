//! Which ChromeOS a device runs, and its extended updates.
//!
//! Google tells them of some devices only: what it does not tell is unknown, never "no".

use serde::{Deserialize, Serialize, Serializer};

use super::time::Date;
use super::words::words;

/// The `chromeOsType` of a device.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(from = "String", into = "String")]
pub enum OsType {
    ChromeOs,
    /// ChromeOS Flex, on hardware of other makers.
    Flex,
    #[default]
    Unknown,
}

impl OsType {
    pub const ALL: [Self; 3] = [Self::ChromeOs, Self::Flex, Self::Unknown];

    /// Google's word, which is also what the database and files hold; empty where unknown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChromeOs => "chromeOs",
            Self::Flex => "chromeOsFlex",
            Self::Unknown => "",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::ChromeOs => "ChromeOS",
            Self::Flex => "ChromeOS Flex",
            Self::Unknown => "Unknown",
        }
    }
}

/// Any word but Google's two is [`OsType::Unknown`].
impl From<&str> for OsType {
    fn from(word: &str) -> Self {
        match word {
            "chromeOs" => Self::ChromeOs,
            "chromeOsFlex" => Self::Flex,
            _ => Self::Unknown,
        }
    }
}

impl From<String> for OsType {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<OsType> for String {
    fn from(os_type: OsType) -> Self {
        os_type.as_str().to_owned()
    }
}

/// Updates beyond the ordinary ones, which an administrator has to ask for. `None` where
/// Google does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub struct ExtendedUpdates {
    /// `extendedSupportEligible`: after its start the device gets updates only if they are
    /// turned on.
    pub eligible: Option<bool>,
    /// `extendedSupportEnabled`: they are turned on.
    pub enabled: Option<bool>,
    /// `extendedSupportStart`: the day from which on it needs them.
    pub start: Option<Date>,
}

/// Written as the list of its fields, as the device is that it belongs to.
impl Serialize for ExtendedUpdates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.eligible, self.enabled, self.start).serialize(serializer)
    }
}

impl ExtendedUpdates {
    pub fn state(self) -> ExtendedState {
        match (self.eligible, self.enabled) {
            (_, Some(true)) => ExtendedState::On,
            (Some(true), _) => ExtendedState::Off,
            (Some(false), _) => ExtendedState::NotEligible,
            (None, _) => ExtendedState::Unknown,
        }
    }

    /// `On, from 2027-06-01`; empty where nothing is known.
    pub fn text(self) -> String {
        let state = match self.state() {
            ExtendedState::Unknown => "",
            state => state.label(),
        };
        let start = self.start.map(|day| format!("from {day}"));
        let parts = [Some(state.to_owned()), start].into_iter().flatten();
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

words! {
    /// What can be said of a device's extended updates.
    ExtendedState {
        On = "on",
        /// The device is eligible, and nobody has turned them on.
        Off = "off",
        NotEligible = "not_eligible",
        Unknown = "unknown",
    }
}

impl ExtendedState {
    pub fn label(self) -> &'static str {
        match self {
            Self::On => "On",
            Self::Off => "Eligible, off",
            Self::NotEligible => "Not eligible",
            Self::Unknown => "Unknown",
        }
    }
}

/// The word for a flag that may be unknown, as the database and files hold it.
pub fn flag_word(flag: Option<bool>) -> &'static str {
    match flag {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    }
}

/// "Yes" or "No" on screen; nothing where it is unknown.
pub fn flag_label(flag: Option<bool>) -> &'static str {
    match flag {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "",
    }
}

/// Reads a flag as programs and spreadsheets write it. `None` where it is neither.
pub fn flag(word: &str) -> Option<bool> {
    let is = |words: [&str; 2]| words.iter().any(|it| word.eq_ignore_ascii_case(it));
    match word {
        _ if is(["true", "yes"]) => Some(true),
        _ if is(["false", "no"]) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_is_unknown() {
        for word in ["", "chromeOsTypeUnspecified", "somethingNew"] {
            assert_eq!(OsType::from(word), OsType::Unknown);
        }
        for os_type in OsType::ALL {
            assert_eq!(OsType::from(os_type.as_str()), os_type);
        }
        assert_eq!(ExtendedUpdates::default().text(), "");
    }

    #[test]
    fn a_flag_reads_back_and_is_never_no_by_default() {
        for known in [Some(true), Some(false), None] {
            assert_eq!(flag(flag_word(known)), known);
        }
        assert_eq!([flag("TRUE"), flag("No")], [Some(true), Some(false)]);
        assert_eq!([flag("-"), flag("0")], [None, None]);
    }

    #[test]
    fn extended_updates_are_told_as_far_as_they_are_known() {
        let state_of = |eligible, enabled| {
            ExtendedUpdates {
                eligible,
                enabled,
                start: "2027-06-01".parse().ok(),
            }
            .text()
        };
        assert_eq!(state_of(Some(true), Some(true)), "On, from 2027-06-01");
        assert_eq!(
            state_of(Some(true), Some(false)),
            "Eligible, off, from 2027-06-01"
        );
        assert_eq!(state_of(None, None), "from 2027-06-01");
    }
}
