//! A set of device numbers as one bit for each: quick to fill and to ask, at 125 kB for a
//! million devices. What is kept is a roaring bitmap; this is for work in between.

use roaring::RoaringBitmap;

const WORD: u32 = u64::BITS;

#[derive(Debug)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// The empty set, with room for numbers below `size`.
    pub fn new(size: u32) -> Self {
        Self(vec![0; size.div_ceil(WORD) as usize])
    }

    /// A copy that is asked at random many times.
    pub fn of(set: &RoaringBitmap) -> Self {
        let mut bits = Self::new(set.max().map_or(0, |highest| highest + 1));
        let mut numbers = set.iter();
        let mut some = [0; 1024];
        loop {
            let taken = numbers.next_many(&mut some);
            if taken.is_empty() {
                return bits;
            }
            for number in taken {
                bits.insert(*number);
            }
        }
    }

    pub fn insert(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut((number / WORD) as usize) {
            *word |= 1 << (number % WORD);
        }
    }

    /// Sets 64 numbers at once, beginning with `64 * at`.
    pub fn set_word(&mut self, at: u32, word: u64) {
        if let Some(place) = self.0.get_mut(at as usize) {
            *place = word;
        }
    }

    pub fn contains(&self, number: u32) -> bool {
        let word = self.0.get((number / WORD) as usize);
        word.is_some_and(|word| word >> (number % WORD) & 1 == 1)
    }

    /// How many of these it has.
    pub fn count(&self, set: &RoaringBitmap) -> u64 {
        let mut count = 0;
        let mut numbers = set.iter();
        let mut some = [0; 1024];
        loop {
            let taken = numbers.next_many(&mut some);
            if taken.is_empty() {
                return count;
            }
            count += taken
                .iter()
                .map(|number| u64::from(self.contains(*number)))
                .sum::<u64>();
        }
    }

    pub fn into_set(self) -> RoaringBitmap {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_and_bitmaps_hold_the_same(numbers in prop::collection::btree_set(0u32..200_000, 0..300)) {
            let set: RoaringBitmap = numbers.iter().copied().collect();
            let bits = Bits::of(&set);
            for number in 0..200_100 {
                prop_assert_eq!(bits.contains(number), numbers.contains(&number));
            }
            prop_assert_eq!(bits.into_set(), set);
        }
    }
}
