//! What an import did, or would do.

use std::collections::BTreeMap;

use super::columns::{Column, Columns};
use super::error::Refusal;
use super::left::{Left, Why};
use crate::domain::device::DirectoryDevice;
use crate::domain::field::Field;
use crate::domain::status::DeviceStatus;

/// The most refusals that are kept. The others are only counted.
pub const KEPT_REFUSALS: usize = 100_000;

/// The most unknown statuses, and kinds of values that were not taken, that are kept.
const KEPT: usize = 1000;

/// The most rows that were taken that are kept, the first of the file.
const KEPT_TAKEN: usize = 20;

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
    /// The first rows that were taken.
    pub first: Vec<Taken>,
}

/// A row that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub row: u64,
    pub took: Took,
    /// The device after it.
    pub device: DirectoryDevice,
}

/// What a row that was taken does to its device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Took {
    New,
    /// It changes these fields.
    Changed(Vec<Field>),
    Unchanged,
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
            first: Vec::new(),
        }
    }

    /// Whether two imports do the same, whatever they do it for.
    pub fn does_the_same_as(&self, other: &Self) -> bool {
        let dry_run = self.dry_run;
        let other = Self {
            dry_run,
            ..other.clone()
        };
        *self == other
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

    /// Counts a row that was taken.
    pub fn take(&mut self, row: u64, took: Took, device: &DirectoryDevice) {
        *match took {
            Took::New => &mut self.added,
            Took::Changed(_) => &mut self.changed,
            Took::Unchanged => &mut self.unchanged,
        } += 1;
        if self.first.len() < KEPT_TAKEN {
            let device = device.clone();
            self.first.push(Taken { row, took, device });
        }
    }

    pub fn refuse(&mut self, row: u64, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < KEPT_REFUSALS {
            self.refusals.push((row, refusal));
        }
    }
}
