//! What an import did, for the terminal.

use std::collections::BTreeMap;
use std::fmt;

use super::columns::{Column, Columns};
use super::error::{Refusal, shown};
use super::left::{Left, Why};
use crate::domain::number::grouped;
use crate::domain::status::DeviceStatus;

/// Refusals kept in full. The others are only counted: a report of a million rows
/// helps nobody.
const KEPT: usize = 1000;

/// What an import did, or would have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Nothing was changed.
    pub dry_run: bool,
    /// The columns that were read.
    pub columns: Vec<Column>,
    /// The names of those that were not.
    pub not_read: Vec<String>,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Statuses that nobody has heard of, with how many rows say so. They are kept.
    pub unknown_statuses: BTreeMap<String, u64>,
    /// Values that were not taken, by why and column; unknown licenses by word, too.
    pub left: BTreeMap<(Why, String, String), FirstLeft>,
    /// Values that there were and that a blank cell has removed.
    pub cleared: u64,
    /// Further rows of a device that an earlier row told of.
    pub repeated: u64,
    pub refused: u64,
    /// Row and reason, for the first of the refused.
    pub refusals: Vec<(u64, Refusal)>,
}

/// Values that were not taken for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstLeft {
    pub row: u64,
    pub value: String,
    pub count: u64,
}

impl Report {
    pub fn new(columns: &Columns, dry_run: bool) -> Self {
        Self {
            dry_run,
            not_read: columns.not_read.clone(),
            unknown_statuses: BTreeMap::new(),
            left: BTreeMap::new(),
            cleared: 0,
            columns: columns.read.clone(),
            added: 0,
            changed: 0,
            unchanged: 0,
            repeated: 0,
            refused: 0,
            refusals: Vec::new(),
        }
    }

    /// No row told of a device: there is none, or each was refused.
    pub fn is_nothing(&self) -> bool {
        self.added + self.changed + self.unchanged == 0
    }

    /// Counts a status that nobody has heard of.
    pub fn note_status(&mut self, status: Option<&DeviceStatus>) {
        if let Some(DeviceStatus::Other(word)) = status {
            let known = self.unknown_statuses.contains_key(word);
            if known || self.unknown_statuses.len() < KEPT {
                *self.unknown_statuses.entry(word.clone()).or_default() += 1;
            }
        }
    }

    /// Notes the values of a row that were not taken.
    pub fn leave(&mut self, row: u64, left: Vec<Left>) {
        for Left { column, value, why } in left {
            let word = match why {
                Why::NoLicense => value.clone(),
                _ => String::new(),
            };
            let key = (why, column, word);
            if let Some(first) = self.left.get_mut(&key) {
                first.count += 1;
            } else if self.left.len() < KEPT {
                let count = 1;
                self.left.insert(key, FirstLeft { row, value, count });
            }
        }
    }

    pub fn refuse(&mut self, row: u64, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < KEPT {
            self.refusals.push((row, refusal));
        }
    }
}

/// The first of many names, and how many more there are.
fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    let first: Vec<String> = names.iter().take(MOST).map(|name| shown(name)).collect();
    match names.len().saturating_sub(MOST) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Several lines, without a line end after the last.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Columns read: ")?;
        for (n, column) in self.columns.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(
                f,
                "{comma}{} (\"{}\")",
                column.field.label(),
                shown(&column.name)
            )?;
        }
        f.write_str(".")?;
        for column in self.columns.iter().filter(|column| column.older) {
            let rather = |it: &&Column| it.field == column.field && !it.older;
            if let Some(rather) = self.columns.iter().find(rather) {
                let (name, rather) = (shown(&column.name), shown(&rather.name));
                write!(f, "\n\"{name}\" is read only where \"{rather}\" is blank.")?;
            }
        }
        if !self.not_read.is_empty() {
            write!(f, "\nColumns not read: {}.", listed(&self.not_read))?;
        }
        let [added, changed, unchanged] = [self.added, self.changed, self.unchanged].map(grouped);
        if self.dry_run {
            write!(
                f,
                "\nDry run, nothing was changed. Would be added: {added}; changed: {changed}; \
                 left as they are: {unchanged}."
            )?;
        } else {
            write!(
                f,
                "\nDevices added: {added}; changed: {changed}; left as they were: {unchanged}."
            )?;
        }
        if self.cleared != 0 {
            let cleared = grouped(self.cleared);
            let verb = if self.dry_run {
                "would remove"
            } else {
                "have removed"
            };
            write!(
                f,
                "\nBlank cells {verb} {cleared} values; without their columns the values stay."
            )?;
        }
        if !self.unknown_statuses.is_empty() {
            let told = self.unknown_statuses.iter();
            let told: Vec<String> = told
                .map(|(word, rows)| format!("{} ({})", shown(word), grouped(*rows)))
                .collect();
            write!(
                f,
                "\nStatuses that are none of Google's: {}. A device with one of Google's keeps \
                 it; any other gets the word and cannot be deprovisioned.",
                listed(&told)
            )?;
        }
        if !self.left.is_empty() {
            f.write_str("\nValues not taken; what was stored for them stays:")?;
        }
        for ((why, column, _), FirstLeft { row, value, count }) in &self.left {
            write!(f, "\n  Row {row}: \"{value}\" in \"{column}\": {why}")?;
            match count - 1 {
                0 => f.write_str(".")?,
                1 => f.write_str("; 1 more row.")?,
                more => write!(f, "; {} more rows.", grouped(more))?,
            }
        }
        if self.repeated != 0 {
            write!(
                f,
                "\nFurther rows of the same devices: {}.",
                grouped(self.repeated)
            )?;
        }
        if self.refused != 0 {
            write!(f, "\nRows refused: {}.", grouped(self.refused))?;
        }
        for (row, refusal) in &self.refusals {
            write!(f, "\n  Row {row}: {refusal}.")?;
        }
        match self.refused - self.refusals.len() as u64 {
            0 => Ok(()),
            untold => write!(f, "\n  … and {} more rows.", grouped(untold)),
        }
    }
}
