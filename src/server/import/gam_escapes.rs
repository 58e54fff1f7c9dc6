//! What GAM does to text in its files, and how it is undone.
//!
//! A line break in a note stands as the two characters `\n`. GAM 7 writes each backslash
//! twice besides, in every column, so it is `\\n` there. In any other file a backslash is
//! a backslash: paths such as `C:\new` are common in notes.

use std::borrow::Cow;

use super::records::Record;
use crate::domain::field::Field;
use crate::server::csv_out::device_header;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// Not GAM's file.
    None,
    /// Line breaks in notes.
    LineBreaks,
    /// As GAM 7: these, and each backslash twice.
    Doubled,
}

/// Columns that GAM prints and an export of ours never has, but for those with a dot.
const GAM_ONLY: [&str; 16] = [
    "JSON",
    "activeTimeRanges",
    "autoUpdateExpiration",
    "bootMode",
    "dockMacAddress",
    "ethernetMacAddress",
    "etag",
    "firmwareVersion",
    "kind",
    "macAddress",
    "manufactureDate",
    "meid",
    "orderNumber",
    "orgUnitId",
    "platformVersion",
    "supportEndDate",
];

impl Escapes {
    /// Tells GAM's files by their columns and by the backslashes in the beginning of the
    /// file.
    pub fn of(header: &Record, head: &[u8]) -> Self {
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        let api_names = |name: &&str| {
            Field::named(name).is_none()
                || device_header().contains(name)
                || matches!(*name, "JSON" | "autoUpdateExpiration")
        };
        if names.first() != Some(&"deviceId") || !names.iter().all(api_names) {
            return Self::None;
        }
        let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
        let is_ours = is_part_of(&names, &device_header());
        if is_ours && first_line.ends_with(b"\r") {
            return Self::None;
        }
        // GAM sorts its columns, unless it is told which.
        let certain = names
            .iter()
            .any(|name| name.contains('.') || GAM_ONLY.contains(name))
            || (!is_ours && 3 < names.len() && names[1..].is_sorted());
        let runs = Runs::of(head);
        match (certain, runs.all_even) {
            (true, true) => Self::Doubled,
            (true, false) => Self::LineBreaks,
            (false, true) if runs.line_breaks => Self::Doubled,
            _ => Self::None,
        }
    }

    /// A cell's text as it was before GAM wrote it.
    pub fn undone(self, field: Field, text: &str) -> Cow<'_, str> {
        if self == Self::None || !text.contains('\\') {
            return text.into();
        }
        let text = match self {
            Self::Doubled if Runs::of(text.as_bytes()).all_even => text.replace("\\\\", "\\"),
            _ => text.to_owned(),
        };
        match field {
            Field::Notes => text.replace("\\n", "\n").replace("\\r", "\r").into(),
            _ => text.into(),
        }
    }
}

/// Whether the names are some of `all`, in the same order.
fn is_part_of(names: &[&str], all: &[&str]) -> bool {
    let mut all = all.iter();
    names.iter().all(|name| all.any(|known| known == name))
}

/// The backslashes of a text, those that follow each other taken together.
struct Runs {
    all_even: bool,
    /// A line break as GAM 7 writes it occurs, and not at the beginning of a cell, where a
    /// network path begins with two backslashes.
    line_breaks: bool,
}

impl Runs {
    fn of(text: &[u8]) -> Self {
        let mut runs = Self {
            all_even: true,
            line_breaks: false,
        };
        let mut at = 0;
        while let Some(start) = text[at..].iter().position(|b| *b == b'\\') {
            let start = at + start;
            let length = text[start..].iter().take_while(|b| **b == b'\\').count();
            at = start + length;
            runs.all_even &= length % 2 == 0;
            let inside = start != 0 && !matches!(text[start - 1], b',' | b'"' | b'\n');
            let is_break = length % 4 == 2 && matches!(text.get(at), Some(b'n' | b'r'));
            runs.line_breaks |= inside && is_break;
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::Records;
    use super::*;

    fn escapes(file: &str) -> Escapes {
        let header = Records::new(file.as_bytes(), b',').next_record().unwrap();
        Escapes::of(&header.unwrap().1, file.as_bytes())
    }

    #[test]
    fn gams_files_are_told_from_others_by_more_than_the_first_column() {
        for (file, expected) in [
            ("deviceId,annotatedUser,notes,status\n", Escapes::Doubled),
            ("deviceId,kind,notes\n1,k,a\\nb\n", Escapes::LineBreaks),
            ("deviceId,JSON\n1,\"{\\\\n}\"\n", Escapes::Doubled),
            (
                "deviceId,serialNumber,notes\n1,S,a\\\\nb\n",
                Escapes::Doubled,
            ),
            (
                "deviceId,serialNumber,notes\r\n1,S,a\\\\nb\r\n",
                Escapes::None,
            ),
            (
                "deviceId,serialNumber,notes\n1,S,\\\\nas\\new\n",
                Escapes::None,
            ),
            ("deviceId,serialNumber,notes\n1,S,\\\\nas\n", Escapes::None),
            ("deviceId,serialNumber,notes\n1,S,C:\\new\n", Escapes::None),
            (
                "deviceId,macAddress,annotatedNotes\n1,m,a\\nb\n",
                Escapes::None,
            ),
            ("serialNumber,notes\nS,a\\\\nb\n", Escapes::None),
        ] {
            assert_eq!(escapes(file), expected, "{file}");
        }
    }

    #[test]
    fn gam_7_writes_each_backslash_twice() {
        let undone = |field, text| Escapes::Doubled.undone(field, text).into_owned();
        assert_eq!(undone(Field::Notes, "a\\\\nb"), "a\nb");
        assert_eq!(undone(Field::Notes, "a\\nb"), "a\nb");
        assert_eq!(undone(Field::Location, "a\\\\nb"), "a\\nb");
        assert_eq!(Escapes::None.undone(Field::Notes, "a\\nb"), "a\\nb");
    }
}
