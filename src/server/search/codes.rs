//! Dictionary encoding: each device's value of a column as a small number.
//!
//! There may be a thousand org units. Counting devices by sets takes a thousand set operations;
//! counting them by these numbers takes one pass over the devices.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::text::BLOCK;

/// The numbers of one column. A copy shares what is not changed.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// The number of each value that any device had since they were numbered: 0, 1, 2 and so
    /// on.
    known: Arc<HashMap<Arc<str>, u32>>,
    /// The numbers of devices that follow one another. What stands where no device is says
    /// nothing.
    blocks: Vec<Arc<[u32; BLOCK as usize]>>,
}

/// How many devices have each value, by its number.
#[derive(Debug)]
pub struct ValueCounts<'a> {
    codes: &'a Codes,
    counts: Vec<u32>,
}

impl Codes {
    /// Notes the value of a device.
    pub fn set(&mut self, device: u32, value: &str) {
        let code = match self.known.get(value) {
            Some(code) => *code,
            None => {
                let next = self.known.len() as u32;
                Arc::make_mut(&mut self.known).insert(value.into(), next);
                next
            }
        };
        let block = (device / BLOCK) as usize;
        if self.blocks.len() <= block {
            self.blocks
                .resize_with(block + 1, || Arc::new([0; BLOCK as usize]));
        }
        Arc::make_mut(&mut self.blocks[block])[(device % BLOCK) as usize] = code;
    }

    /// Whether most of the numbers stand for values that no device has any more, where
    /// `values` are still in use. Models that are different in each file would fill memory.
    pub fn is_stale(&self, values: usize) -> bool {
        const FEW: usize = 1000;
        self.known.len() > FEW + 2 * values
    }

    /// Numbers the values anew.
    pub fn of_values<'a>(values: impl Iterator<Item = (&'a Arc<str>, &'a RoaringBitmap)>) -> Self {
        let mut codes = Self::default();
        for (value, devices) in values {
            for device in devices {
                codes.set(device, value);
            }
        }
        codes
    }

    /// The number of a value, if any device had it since they were numbered.
    pub fn code(&self, value: &str) -> Option<u32> {
        self.known.get(value).copied()
    }

    /// Counts the values of these devices, which ascend and lie in one block.
    fn count(&self, devices: &[u32], counts: &mut [u32]) {
        let Some(first) = devices.first() else { return };
        let block = &self.blocks[(first / BLOCK) as usize];
        for device in devices {
            counts[block[(device % BLOCK) as usize] as usize] += 1;
        }
    }
}

/// Counts the values of several columns among these devices, all of which have values.
pub fn count_values<'a, const N: usize>(
    columns: [&'a Codes; N],
    devices: &RoaringBitmap,
) -> [ValueCounts<'a>; N] {
    let mut tallies = columns.map(|codes| ValueCounts {
        codes,
        counts: vec![0; codes.known.len()],
    });
    let mut numbers = devices.iter();
    let mut some = [0; 1024];
    loop {
        let taken = numbers.next_many(&mut some);
        if taken.is_empty() {
            return tallies;
        }
        for devices in taken.chunk_by(|one, other| one / BLOCK == other / BLOCK) {
            for ValueCounts { codes, counts } in &mut tallies {
                codes.count(devices, counts);
            }
        }
    }
}

impl ValueCounts<'_> {
    pub fn of(&self, value: &str) -> u64 {
        self.codes
            .code(value)
            .map_or(0, |code| self.of_codes(&[code]))
    }

    /// How many devices have one of these values, by their numbers.
    pub fn of_codes(&self, codes: &[u32]) -> u64 {
        let counts = codes.iter().map(|code| self.counts[*code as usize]);
        counts.map(u64::from).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_among_the_devices_asked_for() {
        let mut codes = Codes::default();
        for (device, value) in [(0, "a"), (1, "b"), (2, "a"), (9000, "c")] {
            codes.set(device, value);
        }
        let before = codes.clone();
        codes.set(2, "b");
        let among = RoaringBitmap::from_iter([0, 2, 9000]);
        let counts = |codes: &Codes| {
            let [count_values] = count_values([codes], &among);
            ["a", "b", "c", "d"].map(|value| count_values.of(value))
        };
        assert_eq!(counts(&codes), [1, 1, 1, 0]);
        assert_eq!(counts(&before), [2, 0, 1, 0], "a copy stays as it was");
    }

    #[test]
    fn values_that_no_device_has_any_more_are_forgotten() {
        let mut codes = Codes::default();
        for file in 0..3000 {
            codes.set(0, &file.to_string());
        }
        assert!(codes.is_stale(1));
        let (value, devices) = (Arc::from("2999"), RoaringBitmap::from_iter([0]));
        let anew = Codes::of_values([(&value, &devices)].into_iter());
        assert!(!anew.is_stale(1));
        let [count_values] = count_values([&anew], &devices);
        assert_eq!((count_values.of("2999"), count_values.of("2998")), (1, 0));
    }
}
