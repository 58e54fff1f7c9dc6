//! How long to wait before trying again: 2ⁿ seconds, 64 at the most, spread so that
//! those who failed together do not come back together.

/// The longest wait, in milliseconds, before it is spread.
const LONGEST: i64 = 64_000;

/// The longest wait that is kept to when it is asked for, in milliseconds: quotas are
/// counted by the minute, and who asks again after this does no harm.
pub const LONGEST_ASKED: i64 = 15 * 60_000;

/// Milliseconds to wait after `failures` in a row (1 is the first). `spread` is a
/// random number below 1000: up to a quarter is added by it.
pub fn wait(failures: u32, spread: u32) -> i64 {
    let wait = (1000i64 << failures.saturating_sub(1).min(6)).min(LONGEST);
    wait + wait * i64::from(spread.min(999)) / 4000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let waits: Vec<i64> = (1..=9).map(|failures| wait(failures, 0)).collect();
        assert_eq!(
            waits,
            [
                1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000, 64_000
            ]
        );
        assert_eq!(wait(1, 999), 1249);
        assert_eq!(wait(0, 0), 1000);
    }
}
