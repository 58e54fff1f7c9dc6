//! What an import did, for the terminal.

use std::fmt;

use super::columns::{Column, Columns};
use super::error::{Refusal, shown};
use crate::domain::number::grouped;

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
    /// How many columns were not.
    pub ignored_columns: usize,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Further rows of a device that an earlier row told of.
    pub repeated: u64,
    pub refused: u64,
    /// Row and reason, for the first of the refused.
    pub refusals: Vec<(u64, Refusal)>,
}

impl Report {
    pub fn new(columns: &Columns, dry_run: bool) -> Self {
        Self {
            dry_run,
            ignored_columns: columns.width.saturating_sub(columns.read.len()),
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

    pub fn refuse(&mut self, row: u64, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < KEPT {
            self.refusals.push((row, refusal));
        }
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
        match self.ignored_columns {
            0 => f.write_str(".")?,
            ignored => write!(f, "; not read: {ignored} more.")?,
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
