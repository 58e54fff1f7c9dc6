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
pub struct Seen {
    hasher: RandomState,
    /// In the order of the file.
    rows: Vec<Told>,
    /// Rows by hash of the device id, and of the serial number.
    ids: HashMap<u64, u64>,
    serials: HashMap<u64, u64>,
}

/// What a row told, in hashes; there may be no id or no serial number.
struct Told {
    row: u64,
    id: Option<u64>,
    serial: Option<u64>,
    said: u64,
}

/// What a row is, in the light of those before it.
pub enum Turn {
    First,
    /// The same of the same device once more; this row said it first.
    Repeated(u64),
    /// Neither it nor this other row can be taken.
    Clash {
        other: u64,
        is_serial: bool,
    },
}

impl Seen {
    pub fn turn(&mut self, row: u64, change: &DeviceChange) -> Turn {
        let told = self.told(row, change);
        let by_id = told.id.and_then(|id| self.ids.get(&id)).copied();
        let by_serial = told.serial.and_then(|it| self.serials.get(&it)).copied();
        let mut turn = Turn::First;
        for earlier in [by_serial, by_id].into_iter().flatten() {
            turn = self.compared(earlier, &told, change);
            if matches!(turn, Turn::Clash { .. }) {
                return turn;
            }
        }
        if matches!(turn, Turn::First) {
            self.ids.extend(told.id.map(|id| (id, row)));
            self.serials.extend(told.serial.map(|serial| (serial, row)));
            self.rows.push(told);
        }
        turn
    }

    /// Notes which device a row that does not name its id turned out to mean.
    pub fn claim(&mut self, row: u64, device_id: &str, change: &DeviceChange) -> Turn {
        let id = self.hash(device_id);
        if let Some(other) = self.ids.get(&id).copied() {
            return self.compared(other, &self.told(row, change), change);
        }
        self.ids.insert(id, row);
        Turn::First
    }

    fn hash(&self, of: impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }

    fn told(&self, row: u64, change: &DeviceChange) -> Told {
        let rest = DeviceChange {
            device_id: None,
            serial: None,
            ..change.clone()
        };
        Told {
            row,
            id: change.device_id.as_deref().map(|id| self.hash(id)),
            serial: change.serial.as_deref().map(|serial| self.hash(serial)),
            said: self.hash(rest),
        }
    }

    /// A row beside another of the same device.
    fn compared(&self, other: u64, told: &Told, change: &DeviceChange) -> Turn {
        let differ = |one: Option<u64>, other| one.zip(other).is_some_and(|(a, b)| a != b);
        let place = self.rows.binary_search_by_key(&other, |told| told.row);
        let Ok(Some(first)) = place.map(|place| self.rows.get(place)) else {
            return Turn::First;
        };
        let is_serial = differ(first.id, told.id);
        let says_else = first.said != told.said && !change.says_nothing();
        if is_serial || says_else || differ(first.serial, told.serial) {
            Turn::Clash { other, is_serial }
        } else {
            Turn::Repeated(other)
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
