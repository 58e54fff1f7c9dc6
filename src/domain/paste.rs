//! A pasted list of devices: what its entries are, and which device each one means.
//!
//! People paste columns of a spreadsheet, whole files, lines of a scanner. An entry
//! means a device if it is its serial number, its asset id or the directory's id for
//! it, exactly but for upper and lower case. What is not understood is said and means
//! no device: it never makes the list longer.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::cells::{Cell, cells};
use super::device::DeviceId;
use super::number;
use super::selection::Selection;

/// The most entries a list may have.
pub const MAX_ENTRIES: usize = 50_000;

/// The longest text that is sent, in bytes.
pub const MAX_TEXT: usize = 2_000_000;

/// What came of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pasted {
    pub matched: Selection,
    /// Entries that mean no device.
    pub not_found: Vec<String>,
    /// Entries that could mean several devices, so they mean none.
    pub ambiguous: Vec<String>,
    /// Entries for what was in the list before.
    pub duplicates: Vec<String>,
    /// Entries that mean no device, and what of the inventory they could be misread
    /// from: a hint, never a match.
    pub near: Vec<(String, String)>,
}

/// Why a list cannot be read. Nothing of it counts then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    #[error("Paste at least one serial number, asset ID or device ID.")]
    Empty,
    #[error(
        "The list has {} entries; {} are the most.",
        number::grouped(*.0 as u64),
        number::grouped(MAX_ENTRIES as u64)
    )]
    TooMany(usize),
    #[error("The quotation mark in line {0} is never closed.")]
    OpenQuote(usize),
}

/// What stands between two commas or line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    whole: String,
    /// If it has blanks in it and no quotes around it: it may be one name or several.
    words: Vec<String>,
}

/// By name in lower case: which devices have it, and whether only as an asset id.
pub type Names = HashMap<String, Vec<(DeviceId, bool)>>;

/// The form in which names are compared, the same as both databases' `lower`.
pub fn fold_name(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Reads a list, or of a table with a heading the column that names devices.
///
/// # Errors
/// It is empty, too long or damaged.
pub fn entries(text: &str) -> Result<Vec<Entry>, BadList> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let entries = match heading(&text) {
        Some((delimiter, column)) => column_of(&text, delimiter, column)?,
        None => cells(&text, &[',', ';', '\t'], false)
            .map_err(BadList::OpenQuote)?
            .into_iter()
            .flatten()
            .filter_map(|cell| Entry::of(&cell))
            .collect(),
    };
    let names = entries.iter().map(|entry| entry.words.len().max(1)).sum();
    match names {
        0 => Err(BadList::Empty),
        names if MAX_ENTRIES < names => Err(BadList::TooMany(names)),
        _ => Ok(entries),
    }
}

/// Every name that has to be looked up, in lower case.
pub fn names(entries: &[Entry]) -> HashSet<String> {
    let all = entries
        .iter()
        .flat_map(|it| it.words.iter().chain([&it.whole]));
    all.map(|name| fold_name(name)).collect()
}

/// Tells which device each entry means.
pub fn resolve(entries: &[Entry], names: &Names) -> Pasted {
    let mut pasted = Pasted::default();
    let mut seen = HashSet::new();
    for entry in entries {
        let found = |name: &String| names.get(&fold_name(name)).map_or(&[][..], Vec::as_slice);
        if entry.words.is_empty() || !found(&entry.whole).is_empty() {
            pasted.take(&entry.whole, found(&entry.whole), &mut seen);
            continue;
        }
        // "Cart 5" must not become the device with the asset id 5.
        let understood = entry.words.iter().all(|word| found(word).len() == 1);
        for word in &entry.words {
            let sure = |it: &&(DeviceId, bool)| understood || !it.1;
            let found: Vec<_> = found(word).iter().filter(sure).copied().collect();
            pasted.take(word, &found, &mut seen);
        }
    }
    pasted
}

impl Pasted {
    fn take(&mut self, name: &str, found: &[(DeviceId, bool)], seen: &mut HashSet<String>) {
        let list = if !seen.insert(fold_name(name)) {
            &mut self.duplicates
        } else {
            match found {
                [] => &mut self.not_found,
                [(id, _)] if self.matched.contains(*id) => &mut self.duplicates,
                [(id, _)] => return self.matched.set(*id, true),
                _ => &mut self.ambiguous,
            }
        };
        list.push(name.to_owned());
    }
}

impl Entry {
    fn of(cell: &Cell) -> Option<Self> {
        let whole = trimmed(&cell.text).to_owned();
        if whole.is_empty() {
            return None;
        }
        let words: Vec<_> = whole.split_whitespace().map(trimmed).collect();
        let words = if cell.quoted || words.len() < 2 {
            Vec::new()
        } else {
            let words = words.into_iter().filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        };
        Some(Self { whole, words })
    }

    fn one(whole: String) -> Self {
        Self {
            whole,
            words: Vec::new(),
        }
    }
}

/// Without the blanks and quotation marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\"'`“”„‘’«»".contains(c))
}

/// What copying brings along unseen: byte order marks, zero-width and control
/// characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}')
        || (c.is_control() && !c.is_whitespace())
}

/// How a table's columns are parted, and which one names devices, best first.
fn heading(text: &str) -> Option<(char, usize)> {
    const NAMES: [&[&str]; 3] = [
        &["deviceid"],
        &["serialnumber", "serial", "deviceserialnumber"],
        &["annotatedassetid", "assetid", "assettag", "assetnumber"],
    ];
    let line = text.lines().find(|line| !line.trim().is_empty())?;
    let count = |delimiter: &char| line.matches(*delimiter).count();
    let delimiter = [',', ';', '\t'].into_iter().max_by_key(count)?;
    let titles: Vec<String> = line
        .split(delimiter)
        .map(|title| {
            title
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect()
        })
        .collect();
    let column = |names: &&[&str]| titles.iter().position(|it| names.contains(&it.as_str()));
    let column = NAMES.iter().find_map(column)?;
    Some((delimiter, column))
}

fn column_of(text: &str, delimiter: char, column: usize) -> Result<Vec<Entry>, BadList> {
    let rows = cells(text, &[delimiter], true).map_err(BadList::OpenQuote)?;
    let rows = rows
        .into_iter()
        .filter(|row| row.iter().any(|cell| !trimmed(&cell.text).is_empty()))
        .skip(1);
    let entry = |row: Vec<Cell>| {
        let name = row.get(column).map_or("", |cell| trimmed(&cell.text));
        Entry::one(match name {
            // Said with those that mean no device; no name has a colon and a blank.
            "" => format!(
                "Line {}: no device",
                row.first().map_or(0, |cell| cell.line)
            ),
            name => name.to_owned(),
        })
    };
    Ok(rows.map(entry).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Three devices: 1 has serial 5CD1 and asset id 5, 2 and 3 share the asset id 77.
    fn known() -> Names {
        let names = [
            ("5cd1", 1, false),
            ("5", 1, true),
            ("5cd2", 2, false),
            ("77", 2, true),
            ("5cd3", 3, false),
            ("77", 3, true),
            ("cart 9", 3, true),
        ];
        let mut known = Names::new();
        for (name, id, by_asset_id) in names {
            let devices = known.entry(name.to_owned()).or_default();
            devices.push((DeviceId(id), by_asset_id));
        }
        known
    }

    fn paste(text: &str) -> Pasted {
        resolve(&entries(text).unwrap(), &known())
    }

    fn ids(pasted: &Pasted) -> Vec<u32> {
        pasted.matched.iter().map(|id| id.0).collect()
    }

    #[test]
    fn entries_are_parted_by_anything_and_cleaned() {
        let pasted = paste("\u{feff}5cd1, “5CD2”;\t'5Cd\u{200b}3'\r\n\n");
        assert_eq!(ids(&pasted), [1, 2, 3]);
        assert_eq!(ids(&paste("5CD1 5CD2\u{a0}5CD3")), [1, 2, 3]);
    }

    #[test]
    fn an_entry_for_several_devices_means_none() {
        let pasted = paste("77\n5CD1\n77");
        assert_eq!(ids(&pasted), [1]);
        assert_eq!(pasted.ambiguous, ["77"]);
        assert_eq!(pasted.duplicates, ["77"]);
    }

    #[test]
    fn the_same_device_twice_is_a_duplicate() {
        let pasted = paste("5CD1\n5cd1\n5\nnope\nNOPE");
        assert_eq!(ids(&pasted), [1]);
        assert_eq!(pasted.duplicates, ["5cd1", "5", "NOPE"]);
        assert_eq!(pasted.not_found, ["nope"]);
    }

    #[test]
    fn a_line_that_is_not_understood_adds_nothing() {
        let pasted = paste("Cart 5\nnotes about 5CD2");
        assert_eq!(ids(&pasted), [2]);
        assert_eq!(pasted.not_found, ["Cart", "5", "notes", "about"]);
        assert_eq!(ids(&paste("5CD2 5")), [1, 2]);
        assert_eq!(ids(&paste("cart 9")), [3]);
        assert_eq!(paste("\"Cart 5\"").not_found, ["Cart 5"]);
    }

    #[test]
    fn of_a_table_only_the_column_that_names_devices_counts() {
        let table = "Model;Serial Number;Asset ID\nHP;5cd2;5\n\"a\n5\";5CD3;\nDell;;5\n";
        let pasted = paste(table);
        assert_eq!(ids(&pasted), [2, 3]);
        assert_eq!(pasted.not_found, ["Line 5: no device"]);
        assert_eq!(ids(&paste("serialNumber\n5CD1\n")), [1]);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_refused_whole() {
        assert_eq!(entries(" \n;,\"\"\n"), Err(BadList::Empty));
        assert_eq!(
            entries("serial,notes\n5CD1,\"x\n5CD2,y"),
            Err(BadList::OpenQuote(2))
        );
        let long = "x ".repeat(MAX_ENTRIES + 1);
        let told = entries(&long).unwrap_err();
        assert_eq!(
            told.to_string(),
            "The list has 50,001 entries; 50,000 are the most."
        );
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_only_its_own_names_are_matched(text in "[5cd1237 ,;\"\n\tx]{0,40}") {
            if let Ok(entries) = entries(&text) {
                let asked = names(&entries);
                for id in resolve(&entries, &known()).matched.iter() {
                    let has = |name: &String| {
                        known().get(name).is_some_and(|it| it.len() == 1 && it[0].0 == id)
                    };
                    prop_assert!(asked.iter().any(has));
                }
            }
        }
    }
}
