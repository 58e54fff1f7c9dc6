//! A pasted list of devices: what its entries are, and which device each one means.
//!
//! People paste columns of a spreadsheet, whole files, lines of a scanner. An entry
//! means a device if it is its serial number, its asset id or the directory's id for
//! it, exactly but for upper and lower case. Tables are in `paste_table.rs`. What is not
//! understood is said and means no device: it never makes the list longer.
//!
//! Asset ids are often plain numbers, and so are rooms and tickets. Beside other names in
//! a line an entry is taken for an asset id only if all names of the line are.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::cells::{Cell, cells};
use super::device::DeviceId;
use super::field::Field;
use super::filter;
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
    /// The line it stands in; `None` if it is all that is read of its line.
    line: Option<usize>,
    /// The list has a heading that says what its entries are.
    has_serials: bool,
    /// If it has blanks in it and no quotes around it: it may be one name or several.
    words: Vec<String>,
}

/// By name in lower case: which devices have it, and as what.
pub type Names = HashMap<String, Vec<(DeviceId, By)>>;

/// The form in which names are compared.
pub fn fold_name(name: &str) -> String {
    filter::fold(name)
}

/// Reads a list.
///
/// # Errors
/// It is empty or too long.
pub fn entries(text: &str) -> Result<Vec<Entry>, BadList> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let mut rows = cells(&text, &[',', ';', '\t'], false).map_err(BadList::OpenQuote)?;
    rows.retain(|row| row.iter().any(|cell| !clean(&cell.text).is_empty()));
    let has_serials = matches!(&rows[..], [first, _, ..] if is_heading(first));
    if has_serials {
        rows.remove(0);
    }
    let entries: Vec<_> = rows
        .into_iter()
        .flatten()
        .filter_map(|cell| Entry::of(&cell, has_serials))
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

/// Whether a line is the heading "Serial number" and nothing else.
fn is_heading(row: &[Cell]) -> bool {
    let mut filled = row.iter().filter(|cell| !clean(&cell.text).is_empty());
    let is_serial = |cell: &Cell| {
        Field::named(&cell.text).is_some_and(|heading| heading.field == Field::Serial)
    };
    filled.next().is_some_and(is_serial) && filled.next().is_none()
}

/// A name of the list, and the devices that have it.
type Found<'a> = (&'a String, &'a [(DeviceId, By)]);

/// Tells which device each entry means.
pub fn resolve(entries: &[Entry], names: &Names) -> Pasted {
    let lines: Vec<(bool, Vec<Found<'_>>)> = entries
        .chunk_by(|one, next| one.line.is_some() && one.line == next.line)
        .map(|line| {
            let found = line.iter().flat_map(|entry| entry.found(names));
            (line[0].has_serials, found.collect())
        })
        .collect();
    // One row in which a serial number stands beside others says what kind of text it is.
    let is_table = lines.iter().any(|(_, line)| {
        let by_serial = |(_, found): &Found<'_>| matches!(found, [(_, By::Serial | By::DeviceId)]);
        1 < line.len() && line.iter().any(by_serial)
    });
    let mut pasted = Pasted::default();
    let mut seen = HashSet::new();
    for (has_serials, line) in &lines {
        let all_assets = line
            .iter()
            .all(|(_, found)| matches!(found, [(_, By::AssetId)]));
        let takes_assets = !has_serials && (line.len() == 1 || all_assets && !is_table);
        for (name, found) in line {
            let is_sure = |it: &&(DeviceId, By)| takes_assets || it.1 != By::AssetId;
            let found: Vec<_> = found.iter().filter(is_sure).copied().collect();
            pasted.take(name, &found, &mut seen);
        }
    }
    pasted
}

impl Pasted {
    fn take(&mut self, name: &str, found: &[(DeviceId, By)], seen: &mut HashSet<String>) {
        let list = if seen.insert(fold_name(name)) {
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
        } else {
            &mut self.duplicates
        };
        list.push(name.to_owned());
    }
}

impl Entry {
    fn of(cell: &Cell, has_serials: bool) -> Option<Self> {
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
        Some(Self {
            whole,
            line: Some(cell.line),
            has_serials,
            words,
        })
    }

    pub(super) fn one(whole: String) -> Self {
        Self {
            whole,
            line: None,
            has_serials: false,
            words: Vec::new(),
        }
    }

    /// Its names, each with the devices that have it: "Cart 5" is one name where a device
    /// has it, and two where none does.
    fn found<'a>(&'a self, names: &'a Names) -> Vec<Found<'a>> {
        let found = |name: &'a String| {
            let devices = names.get(&fold_name(name)).map_or(&[][..], Vec::as_slice);
            (name, devices)
        };
        let whole = found(&self.whole);
        if self.words.is_empty() || !whole.1.is_empty() {
            return vec![whole];
        }
        self.words.iter().map(found).collect()
    }
}

#[cfg(test)]
mod tests;
