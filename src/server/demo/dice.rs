//! Numbers that look random and are the same every time.
//!
//! Splitmix64 over the device's index: a device depends on nothing but its own
//! index and the day, so the fleet can be streamed, resumed and compared.

pub struct Dice(u64);

impl Dice {
    pub fn new(index: u32) -> Self {
        Self(u64::from(index).wrapping_mul(0xD134_2543_DE82_EF95) ^ 0x5355_4E53_4554)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `limit - 1`.
    pub fn below(&mut self, limit: u32) -> u32 {
        ((u128::from(self.roll()) * u128::from(limit)) >> 64) as u32
    }

    /// True in `share` of 1,000 cases.
    pub fn chance(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u32) as usize]
    }

    /// One of `from`, each as often as its weight says.
    pub fn pick_weighted<'a, T>(&mut self, from: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let total: u32 = from.iter().map(&weight).sum();
        let mut left = self.below(total);
        from.iter()
            .find(|item| {
                let own = weight(item);
                let found = left < own;
                left = left.saturating_sub(own);
                found
            })
            .unwrap_or(&from[0])
    }
}
