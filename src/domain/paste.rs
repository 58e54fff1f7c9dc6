//! A pasted list of devices: what its entries are, and which device each one means.
//!
//! People paste columns of a spreadsheet, whole files, lines of a scanner. An entry
//! means a device if it is its serial number, its asset id or the directory's id for
//! it, exactly but for upper and lower case. Tables are in `paste_table.rs`. What is not understood is said and means
//! no device: it never makes the list longer.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::cells::{Cell, cells};
use super::device::DeviceId;
use super::identifier::{clean, is_invisible};
use super::number;
use super::selection::Selection;

/// The most entries a list may have.
pub const MAX_ENTRIES: usize = 50_000;

/// The longest text that is sent, in bytes.
pub const MAX_TEXT: usize = 2_000_000;

/// The most matched entries that are listed.
pub const MAX_LISTED: usize = 200;

/// What a device was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    Serial,
    AssetId,
    DeviceId,
}

impl By {
    pub const ALL: [Self; 3] = [Self::Serial, Self::AssetId, Self::DeviceId];

    pub fn label(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::AssetId => "asset ID",
            Self::DeviceId => "device ID",
        }
    }
}

/// A column of a pasted table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Empty if the table has no heading.
    pub title: String,
    pub samples: Vec<String>,
    /// How many rows hit a device, in the order of [`By::ALL`].
    pub hits: [usize; 3],
    /// How many rows were looked at.
    pub rows: usize,
}

/// What came of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pasted {
    pub matched: Selection,
    /// How many of them by what, in the order of [`By::ALL`].
    pub by: [usize; 3],
    /// The first entries that matched.
    pub listed: Vec<(String, By)>,
    /// The columns of a table, and the one that was matched.
    pub columns: Vec<Column>,
    pub column: Option<usize>,
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
        "The list has {} entries. The limit is {}.",
        number::grouped(*.0 as u64),
        number::grouped(MAX_ENTRIES as u64)
    )]
    TooMany(usize),
    #[error("Line {0} has an opening quote with no closing quote.")]
    OpenQuote(usize),
}

/// What stands between two commas or line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    whole: String,
    /// If it has blanks in it and no quotes around it: it may be one name or several.
    words: Vec<String>,
}

/// By name in lower case: which devices have it, and as what.
pub type Names = HashMap<String, Vec<(DeviceId, By)>>;

/// The form in which names are compared, the same as both databases' `lower`.
pub fn fold_name(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Reads a list.
///
/// # Errors
/// It is empty or too long.
pub fn entries(text: &str) -> Result<Vec<Entry>, BadList> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let entries: Vec<_> = cells(&text, &[',', ';', '\t'], false)
        .map_err(BadList::OpenQuote)?
        .into_iter()
        .flatten()
        .filter_map(|cell| Entry::of(&cell))
        .collect();
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
            let sure = |it: &&(DeviceId, By)| understood || it.1 != By::AssetId;
            let found: Vec<_> = found(word).iter().filter(sure).copied().collect();
            pasted.take(word, &found, &mut seen);
        }
    }
    pasted
}

impl Pasted {
    fn take(&mut self, name: &str, found: &[(DeviceId, By)], seen: &mut HashSet<String>) {
        let list = if !seen.insert(fold_name(name)) {
            &mut self.duplicates
        } else {
            match found {
                [] => &mut self.not_found,
                [(id, _)] if self.matched.contains(*id) => &mut self.duplicates,
                [(id, by)] => {
                    self.matched.set(*id, true);
                    self.by[*by as usize] += 1;
                    if self.listed.len() < MAX_LISTED {
                        self.listed.push((name.to_owned(), *by));
                    }
                    return;
                }
                _ => &mut self.ambiguous,
            }
        };
        list.push(name.to_owned());
    }
}

impl Entry {
    fn of(cell: &Cell) -> Option<Self> {
        let whole = clean(&cell.text).into_owned();
        if whole.is_empty() {
            return None;
        }
        let words: Vec<_> = whole.split_whitespace().map(clean).collect();
        let words = if cell.quoted || words.len() < 2 {
            Vec::new()
        } else {
            let words = words.into_iter().filter(|word| !word.is_empty());
            words.map(Cow::into_owned).collect()
        };
        Some(Self { whole, words })
    }

    pub(super) fn one(whole: String) -> Self {
        Self {
            whole,
            words: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Three devices: 1 has serial 5CD1 and asset id 5, 2 and 3 share the asset id 77.
    fn known() -> Names {
        let names = [
            ("5cd1", 1, By::Serial),
            ("5", 1, By::AssetId),
            ("5cd2", 2, By::Serial),
            ("77", 2, By::AssetId),
            ("5cd3", 3, By::Serial),
            ("77", 3, By::AssetId),
            ("cart 9", 3, By::AssetId),
        ];
        let mut known = Names::new();
        for (name, id, by) in names {
            let devices = known.entry(name.to_owned()).or_default();
            devices.push((DeviceId(id), by));
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
    fn a_list_that_cannot_be_read_is_refused_whole() {
        assert_eq!(entries(" \n;,\"\"\n"), Err(BadList::Empty));
        let long = "x ".repeat(MAX_ENTRIES + 1);
        let told = entries(&long).unwrap_err();
        assert_eq!(
            told.to_string(),
            "The list has 50,001 entries. The limit is 50,000."
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
