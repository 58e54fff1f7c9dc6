//! Which devices the rows of a file told of, and which rows contradict each other.
//!
//! Of every row a hash of its keys and one of the rest are kept, so that a device that
//! comes twice is found in a file of any size.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

use super::change::DeviceChange;
use super::error::Refusal;

/// Rows that a later one contradicts, and why each is refused.
pub type Contradicted = HashMap<u64, Refusal>;

#[derive(Default)]
pub struct ImportedRows {
    hasher: RandomState,
    /// In the order of the file.
    rows: Vec<RowDigest>,
    /// Rows by hash of the device id, and of the serial number.
    ids: HashMap<u64, u64>,
    serials: HashMap<u64, u64>,
}

/// What stands in a row, in hashes; there may be no id or no serial number.
struct RowDigest {
    row: u64,
    id: Option<u64>,
    serial: Option<u64>,
    rest: u64,
}

/// Whether a row is about a device that a row before it was about.
pub enum Repetition {
    First,
    /// The same of the same device once more; this row said it first.
    Repeated(u64),
    /// Neither it nor this other row can be taken.
    Clash {
        other: u64,
        is_serial: bool,
    },
}

impl ImportedRows {
    pub fn note(&mut self, row: u64, change: &DeviceChange) -> Repetition {
        let digest = self.digest(row, change);
        let by_id = digest.id.and_then(|id| self.ids.get(&id)).copied();
        let by_serial = digest.serial.and_then(|it| self.serials.get(&it)).copied();
        let mut repetition = Repetition::First;
        for earlier in [by_serial, by_id].into_iter().flatten() {
            repetition = self.compared(earlier, &digest, change);
            if matches!(repetition, Repetition::Clash { .. }) {
                return repetition;
            }
        }
        if matches!(repetition, Repetition::First) {
            self.ids.extend(digest.id.map(|id| (id, row)));
            self.serials
                .extend(digest.serial.map(|serial| (serial, row)));
            self.rows.push(digest);
        }
        repetition
    }

    /// Notes which device a row that does not name its id turned out to mean.
    pub fn claim(&mut self, row: u64, device_id: &str, change: &DeviceChange) -> Repetition {
        let id = self.hash(device_id);
        if let Some(other) = self.ids.get(&id).copied() {
            return self.compared(other, &self.digest(row, change), change);
        }
        self.ids.insert(id, row);
        Repetition::First
    }

    fn hash(&self, of: impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }

    fn digest(&self, row: u64, change: &DeviceChange) -> RowDigest {
        let rest = DeviceChange {
            device_id: None,
            serial: None,
            ..change.clone()
        };
        RowDigest {
            row,
            id: change.device_id.as_deref().map(|id| self.hash(id)),
            serial: change.serial.as_deref().map(|serial| self.hash(serial)),
            rest: self.hash(rest),
        }
    }

    /// A row beside another of the same device.
    fn compared(&self, other: u64, digest: &RowDigest, change: &DeviceChange) -> Repetition {
        let differ = |one: Option<u64>, other| one.zip(other).is_some_and(|(a, b)| a != b);
        let place = self.rows.binary_search_by_key(&other, |digest| digest.row);
        let Ok(Some(first)) = place.map(|place| self.rows.get(place)) else {
            return Repetition::First;
        };
        let is_serial = differ(first.id, digest.id);
        let says_else = first.rest != digest.rest && !change.says_nothing();
        if is_serial || says_else || differ(first.serial, digest.serial) {
            Repetition::Clash { other, is_serial }
        } else {
            Repetition::Repeated(other)
        }
    }
}

/// Why a row is refused that clashes with another.
pub fn clash(other: u64, is_serial: bool, change: &DeviceChange) -> Refusal {
    match &change.serial {
        Some(serial) if is_serial => Refusal::SerialTwice {
            serial: serial.clone(),
            row: other,
        },
        _ => Refusal::Contradicts { row: other },
    }
}
