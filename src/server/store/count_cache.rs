//! Exact counts of filters, remembered while the inventory does not change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::filter::DeviceFilter;
use crate::domain::time::Date;

/// How many filters have their counts remembered.
const COUNTS_KEPT: usize = 256;

/// Exact counts of filters, each true for one generation, or one reading, of the
/// inventory.
#[derive(Debug, Default)]
pub struct CountCache(Mutex<HashMap<(DeviceFilter, Date), (i64, u64)>>);

impl CountCache {
    pub fn get(&self, filter: &DeviceFilter, today: Date, generation: i64) -> Option<u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (counted_at, total) = counts.get(&(filter.clone(), today))?;
        (*counted_at == generation).then_some(*total)
    }

    pub fn put(&self, filter: &DeviceFilter, today: Date, generation: i64, total: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTS_KEPT {
            counts.retain(|_, (counted_at, _)| *counted_at == generation);
        }
        if counts.len() >= COUNTS_KEPT {
            counts.clear();
        }
        counts.insert((filter.clone(), today), (generation, total));
    }
}
