//! How long to wait after wrong guesses: long enough that guessing is hopeless, and never
//! so long that somebody could be locked out.

/// Failures that may simply be typing errors.
const FREE: i64 = 3;

/// The longest wait, in milliseconds.
const LONGEST_MS: i64 = 60_000;

/// After so long without an attempt all is forgotten, in milliseconds.
pub const FORGET_MS: i64 = 3_600_000;

/// How long the next attempt has to wait after so many failures, in milliseconds.
pub fn delay_ms(failures: i64) -> i64 {
    match failures - FREE {
        ..0 => 0,
        over @ 0..6 => 1000 << over,
        _ => LONGEST_MS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_minute() {
        let delays: Vec<i64> = (0..12).map(|failures| delay_ms(failures) / 1000).collect();
        assert_eq!(delays, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(delay_ms(i64::MAX), 60_000);
    }
}
