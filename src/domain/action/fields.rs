//! The fields that administrators write on a device: how each is changed, and whether the
//! directory shows the change.

use serde::{Deserialize, Serialize};

use super::Choice;
use crate::domain::device::DirectoryDevice;
use crate::domain::identifier;

/// The longest value of each field in characters, as Google limits them. Google states no
/// limit for an asset ID.
pub const MAX_USER: usize = 100;
pub const MAX_LOCATION: usize = 200;
pub const MAX_ASSET_ID: usize = 100;
/// All notes of a device together.
pub const MAX_NOTES: usize = 500;

/// The fields of a device as the directory shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    pub asset_id: String,
    pub user: String,
    pub location: String,
    pub notes: String,
}

impl From<&DirectoryDevice> for Fields {
    fn from(device: &DirectoryDevice) -> Self {
        Self {
            asset_id: device.asset_id.clone(),
            user: device.user.clone(),
            location: device.location.clone(),
            notes: device.notes.clone(),
        }
    }
}

/// How fields are changed. `None` leaves a field as it is, and an empty text clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Added below the notes that the device has. Notes are never removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl FieldChanges {
    /// Nothing is changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the changes can be made.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn check(&self) -> Result<(), String> {
        if self.is_empty() {
            return Err("Enter a value for at least one field.".to_owned());
        }
        for (name, value, limit) in [
            ("asset ID", &self.asset_id, MAX_ASSET_ID),
            ("user", &self.user, MAX_USER),
            ("location", &self.location, MAX_LOCATION),
            ("note", &self.note, MAX_NOTES),
        ] {
            let value = value.as_deref().unwrap_or_default();
            if limit < value.chars().count() {
                return Err(format!("The {name} has at most {limit} characters."));
            }
            let may_break = name == "note";
            let is_odd = |c: char| c.is_control() && !(may_break && matches!(c, '\n' | '\t'));
            if value.chars().any(is_odd) {
                return Err(format!(
                    "The {name} holds text only, no control characters."
                ));
            }
            if value.trim() != value {
                return Err(format!("The {name} begins or ends with a blank."));
            }
        }
        if self.note.as_deref() == Some("") {
            return Err("Enter a note, or leave it out.".to_owned());
        }
        let asset_id = self.asset_id.as_deref().unwrap_or_default();
        if identifier::clean(asset_id) != asset_id {
            return Err("The asset ID has invisible or unusual characters.".to_owned());
        }
        Ok(())
    }

    /// The changes as they were typed, without blanks around them. A field that holds nothing
    /// but blanks is left as it is: it is cleared only where that was asked for.
    pub fn trimmed(&self) -> Self {
        let trimmed = |value: &Option<String>| match value.as_deref() {
            Some("") => Some(String::new()),
            Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            None => None,
        };
        Self {
            asset_id: trimmed(&self.asset_id),
            user: trimmed(&self.user),
            location: trimmed(&self.location),
            note: trimmed(&self.note).filter(|note| !note.is_empty()),
        }
    }

    /// The fields that are changed, and what they become.
    pub fn choices(&self) -> Vec<Choice> {
        let choice = |name, value: &Option<String>| {
            let text = match value.as_deref()? {
                "" => "Cleared",
                text => text,
            };
            Some(Choice::new(name, text))
        };
        [
            choice("Asset ID", &self.asset_id),
            choice("User", &self.user),
            choice("Location", &self.location),
            choice("Added to the notes", &self.note),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether a device shows the changes.
    pub fn are_visible_in(&self, fields: &Fields) -> bool {
        let same = |wanted: &Option<String>, shown: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == shown)
        };
        same(&self.asset_id, &fields.asset_id)
            && same(&self.user, &fields.user)
            && same(&self.location, &fields.location)
            && self
                .note
                .as_deref()
                .is_none_or(|note| has_lines(&fields.notes, note))
    }

    /// The notes of a device with the note added below them; `None` if they would be longer
    /// than [`MAX_NOTES`]. A note that stands there already is not added again.
    pub fn notes_after(&self, notes: &str) -> Option<String> {
        let Some(note) = &self.note else {
            return Some(notes.to_owned());
        };
        let notes = notes.trim_end();
        let after = match notes {
            "" => note.clone(),
            _ if has_lines(notes, note) => notes.to_owned(),
            _ => format!("{notes}\n{note}"),
        };
        (after.chars().count() <= MAX_NOTES).then_some(after)
    }
}

/// Whether the note stands in the notes, as whole lines. Others may write below it meanwhile.
fn has_lines(notes: &str, note: &str) -> bool {
    let notes = format!("\n{}\n", notes.replace("\r\n", "\n").trim_end());
    notes.contains(&format!("\n{note}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(user: &str, notes: &str) -> Fields {
        Fields {
            user: user.to_owned(),
            notes: notes.to_owned(),
            ..Fields::default()
        }
    }

    fn changes(user: Option<&str>, note: Option<&str>) -> FieldChanges {
        FieldChanges {
            user: user.map(str::to_owned),
            note: note.map(str::to_owned),
            ..FieldChanges::default()
        }
    }

    #[test]
    fn a_change_is_shown_when_each_field_is_as_wanted() {
        let cleared = changes(Some(""), None);
        assert!(cleared.are_visible_in(&fields("", "any")));
        assert!(!cleared.are_visible_in(&fields("a@b", "")));
        let noted = changes(None, Some("T-77"));
        assert!(noted.are_visible_in(&fields("a@b", "before\r\nT-77\n")));
        assert!(noted.are_visible_in(&fields("", "T-77")));
        assert!(noted.are_visible_in(&fields("", "T-77\nlater")));
        assert!(
            !noted.are_visible_in(&fields("", "XT-77")),
            "the end of a word"
        );
    }

    #[test]
    fn blanks_alone_never_clear_a_field() {
        let typed = changes(Some("  "), Some(" T-77 ")).trimmed();
        assert_eq!(typed, changes(None, Some("T-77")));
        let cleared = changes(Some(""), Some("")).trimmed();
        assert_eq!(cleared, changes(Some(""), None));
    }

    #[test]
    fn a_note_is_added_once_and_never_cut() {
        let noted = changes(None, Some("T-77"));
        let once = noted.notes_after("before\n").unwrap();
        assert_eq!(once, "before\nT-77");
        assert_eq!(noted.notes_after(&once).unwrap(), once);
        assert_eq!(noted.notes_after("").unwrap(), "T-77");
        assert_eq!(
            noted.notes_after(&"x".repeat(MAX_NOTES - 5)).unwrap().len(),
            MAX_NOTES
        );
        assert_eq!(noted.notes_after(&"x".repeat(MAX_NOTES - 4)), None);
    }

    #[test]
    fn changes_that_cannot_be_made_are_refused_with_a_sentence() {
        assert!(changes(Some(""), None).check().is_ok());
        for (wrong, message) in [
            (FieldChanges::default(), "at least one field"),
            (
                changes(Some(&"x".repeat(MAX_USER + 1)), None),
                "user has at most 100",
            ),
            (changes(Some("a\u{7}"), None), "no control characters"),
            (changes(None, Some(" T-77")), "begins or ends with a blank"),
            (changes(None, Some("")), "Enter a note"),
        ] {
            let sentence = wrong.check().unwrap_err();
            assert!(sentence.contains(message), "{sentence}");
        }
        let odd = FieldChanges {
            asset_id: Some("A\u{200b}1".to_owned()),
            ..FieldChanges::default()
        };
        assert!(odd.check().is_err());
    }
}
