//! Which devices have which value of a column, such as the model.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::{Bound, RangeInclusive};
use std::sync::Arc;

use roaring::{MultiOps, RoaringBitmap};

/// The devices of each value, in the order of the values. A copy shares its sets until
/// they are changed.
#[derive(Clone, Debug)]
pub struct Values<K: Ord>(BTreeMap<K, Arc<RoaringBitmap>>);

impl<K: Ord> Default for Values<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Values<K> {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &RoaringBitmap)> {
        self.0.iter().map(|(value, devices)| (value, &**devices))
    }

    /// The devices of each value from this one on.
    pub fn from<Q: Ord + ?Sized>(&self, first: &Q) -> impl Iterator<Item = (&K, &RoaringBitmap)>
    where
        K: Borrow<Q>,
    {
        let values = self.0.range((Bound::Included(first), Bound::Unbounded));
        values.map(|(value, devices)| (value, &**devices))
    }

    /// All devices whose value is one of those.
    pub fn any(&self, is_wanted: impl Fn(&K) -> bool) -> RoaringBitmap {
        let wanted = self.0.iter().filter(|(value, _)| is_wanted(value));
        wanted.map(|(_, devices)| &**devices).union()
    }

    /// All devices whose value lies there.
    pub fn within(&self, range: RangeInclusive<K>) -> RoaringBitmap {
        let wanted = self.0.range(range);
        wanted.map(|(_, devices)| &**devices).union()
    }

    pub fn get<Q: Ord + ?Sized>(&self, value: &Q) -> Option<&RoaringBitmap>
    where
        K: Borrow<Q>,
    {
        self.0.get(value).map(|devices| &**devices)
    }

    pub fn has<Q: Ord + ?Sized>(&self, value: &Q, device: u32) -> bool
    where
        K: Borrow<Q>,
    {
        let devices = self.0.get(value);
        devices.is_some_and(|devices| devices.contains(device))
    }

    /// Takes devices away from their values, and gives devices these values.
    pub fn change(
        &mut self,
        away: &RoaringBitmap,
        arrived: impl IntoIterator<Item = (K, RoaringBitmap)>,
    ) {
        if !away.is_empty() {
            for devices in self.0.values_mut() {
                if !devices.is_disjoint(away) {
                    *Arc::make_mut(devices) -= away;
                }
            }
        }
        for (value, devices) in arrived {
            *Arc::make_mut(self.0.entry(value).or_default()) |= devices;
        }
        self.0.retain(|_, devices| !devices.is_empty());
    }

    /// Of the devices that match, those from `skip` on in the order of the values and then
    /// of the numbers, at most so many.
    pub fn window(&self, matching: &RoaringBitmap, mut skip: u64, rows: usize) -> Vec<u32> {
        let mut window = Vec::with_capacity(rows);
        for devices in self.0.values() {
            let here = devices.intersection_len(matching);
            if here <= skip {
                skip -= here;
                continue;
            }
            let both = &**devices & matching;
            if let Some(first) = both.select(skip as u32) {
                window.extend(both.range(first..).take(rows - window.len()));
            }
            skip = 0;
            if window.len() == rows {
                break;
            }
        }
        window
    }
}
