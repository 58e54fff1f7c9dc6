//! Devices in an order of the grid. After a change the order is updated when it is asked
//! for: few changed devices are put in their new places, many are sorted anew.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::bits::Bits;

/// Up to so many devices may be sorted rather than found along the order.
const FEW: u64 = 4096;

/// Sorting a device takes as long as passing by so many in the order.
const SORTED_TO_PASSED: u64 = 64;

/// What devices are ordered by: a number that decides most of the time, then bytes.
pub trait Key {
    fn number(&self, device: u32) -> u128;
    fn bytes(&self, device: u32) -> &[u8];
}

/// The order of all devices there are.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// As it was.
    before: Arc<Vec<u32>>,
    /// The devices that have another place since, or none.
    moved: RoaringBitmap,
    /// As it is, once it was asked for.
    now: OnceLock<Arc<Vec<u32>>>,
}

impl Order {
    /// Says that these devices have another place, or none any longer.
    pub fn change(&mut self, moved: &RoaringBitmap) {
        if moved.is_empty() {
            return;
        }
        if let Some(now) = self.now.take() {
            self.before = now;
            self.moved = RoaringBitmap::new();
        }
        self.moved |= moved;
    }

    fn now(&self, present: &RoaringBitmap, key: &impl Key) -> &Arc<Vec<u32>> {
        self.now.get_or_init(|| {
            if self.moved.is_empty() {
                return self.before.clone();
            }
            if present.len() / 4 < self.moved.len() {
                return Arc::new(sorted(present.iter(), key));
            }
            Arc::new(self.updated(present, key))
        })
    }

    fn updated(&self, present: &RoaringBitmap, key: &impl Key) -> Vec<u32> {
        let moved = Bits::of(&self.moved);
        let stay = self.before.iter().copied();
        let stay: Vec<u32> = stay.filter(|device| !moved.contains(*device)).collect();
        let mut updated = Vec::with_capacity(present.len() as usize);
        let mut rest = stay.as_slice();
        for device in sorted((&self.moved & present).iter(), key) {
            let before = rest.partition_point(|other| compare(key, *other, device).is_lt());
            let (first, others) = rest.split_at(before);
            updated.extend_from_slice(first);
            updated.push(device);
            rest = others;
        }
        updated.extend_from_slice(rest);
        updated
    }

    /// Of the devices that match, those from `skip` on, at most so many. All of them are
    /// present.
    pub fn window(
        &self,
        matching: &RoaringBitmap,
        present: &RoaringBitmap,
        key: &impl Key,
        skip: u64,
        rows: usize,
    ) -> Vec<u32> {
        let total = matching.len();
        let rows = rows.min(total.saturating_sub(skip) as usize);
        if rows == 0 {
            return Vec::new();
        }
        let after = total - (skip + rows as u64);
        // From the nearer end.
        let passed = (skip.min(after) + rows as u64) * present.len() / total;
        let is_sorting_quicker = self.now.get().is_none() || total * SORTED_TO_PASSED < passed;
        if total <= FEW && is_sorting_quicker {
            let all = sorted(matching.iter(), key);
            return all.into_iter().skip(skip as usize).take(rows).collect();
        }
        let order = self.now(present, key).iter().copied();
        if total == present.len() {
            return order.skip(skip as usize).take(rows).collect();
        }
        // The smaller set is quicker to make.
        let is_most = present.len() / 2 < total;
        let some = match is_most {
            true => Bits::of(&(present - matching)),
            false => Bits::of(matching),
        };
        let is_match = |device: &u32| some.contains(*device) != is_most;
        if skip <= after {
            return order
                .filter(is_match)
                .skip(skip as usize)
                .take(rows)
                .collect();
        }
        let mut window: Vec<u32> = order
            .rev()
            .filter(is_match)
            .skip(after as usize)
            .take(rows)
            .collect();
        window.reverse();
        window
    }
}

fn sorted(devices: impl Iterator<Item = u32>, key: &impl Key) -> Vec<u32> {
    let mut all: Vec<(u128, u32)> = devices.map(|device| (key.number(device), device)).collect();
    all.sort_unstable_by(|one, other| {
        let by_bytes = || key.bytes(one.1).cmp(key.bytes(other.1));
        one.0
            .cmp(&other.0)
            .then_with(by_bytes)
            .then(one.1.cmp(&other.1))
    });
    all.into_iter().map(|(_, device)| device).collect()
}

fn compare(key: &impl Key, one: u32, other: u32) -> Ordering {
    key.number(one)
        .cmp(&key.number(other))
        .then_with(|| key.bytes(one).cmp(key.bytes(other)))
        .then(one.cmp(&other))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Numbers(Vec<u8>);

    impl Key for Numbers {
        fn number(&self, device: u32) -> u128 {
            u128::from(self.0[device as usize] / 16)
        }

        fn bytes(&self, device: u32) -> &[u8] {
            std::slice::from_ref(&self.0[device as usize])
        }
    }

    fn expected(present: &RoaringBitmap, key: &Numbers) -> Vec<u32> {
        let mut all: Vec<u32> = present.iter().collect();
        all.sort_by_key(|device| (key.0[*device as usize], *device));
        all
    }

    proptest! {
        #[test]
        fn an_updated_order_is_a_sorted_one(
            keys in prop::collection::vec(any::<u8>(), 40),
            changes in prop::collection::vec((0u32..40, any::<u8>(), any::<bool>()), 0..30),
            asked in prop::collection::vec(any::<bool>(), 30),
        ) {
            let mut key = Numbers(keys);
            let mut present: RoaringBitmap = (0..40).collect();
            let mut order = Order::default();
            order.change(&present);
            for ((device, value, is_there), asked) in changes.into_iter().zip(asked) {
                key.0[device as usize] = value;
                if is_there { present.insert(device); } else { present.remove(device); }
                order.change(&RoaringBitmap::from_iter([device]));
                order = order.clone();
                if asked {
                    prop_assert_eq!(&**order.now(&present, &key), &expected(&present, &key));
                }
            }
            prop_assert_eq!(&**order.now(&present, &key), &expected(&present, &key));
        }
    }

    #[test]
    fn a_page_is_found_from_either_end() {
        let key = Numbers((0..20_000u32).map(|it| (it % 251) as u8).collect());
        let present: RoaringBitmap = (0..20_000).collect();
        let every = |nth: usize| -> RoaringBitmap { (1..20_000).step_by(nth).collect() };
        let mut order = Order::default();
        order.change(&present);
        // The few are sorted before the order is known, and maybe found along it after that.
        for set in [
            every(7),
            every(500),
            every(2),
            present.clone(),
            every(7),
            every(500),
        ] {
            let all = expected(&set, &key);
            let length = all.len();
            for skip in [
                0,
                1,
                50,
                length / 3,
                length / 2,
                length - 40,
                length,
                length + 9,
            ] {
                let window = order.window(&set, &present, &key, skip as u64, 50);
                assert_eq!(window, all[skip.min(length)..length.min(skip + 50)]);
            }
        }
        assert!(
            order
                .window(&RoaringBitmap::new(), &present, &key, 0, 50)
                .is_empty()
        );
    }
}
