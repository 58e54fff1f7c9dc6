//! Calendar months, for charts over time.

use std::fmt;

use time::OffsetDateTime;

use super::time::Date;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Months since January of year 0.
    index: i32,
}

impl Month {
    /// The month of a day. A day outside the calendar counts as January 1970.
    pub fn of(day: Date) -> Self {
        let at = OffsetDateTime::from_unix_timestamp(day.start().0 / 1000);
        let at = at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Self {
            index: at.year() * 12 + i32::from(u8::from(at.month())) - 1,
        }
    }

    pub fn plus(self, months: i32) -> Self {
        Self {
            index: self.index + months,
        }
    }

    /// Its first day.
    pub fn first(self) -> Date {
        let (year, month) = (self.index.div_euclid(12), self.index.rem_euclid(12) + 1);
        format!("{year:04}-{month:02}-01")
            .parse()
            .unwrap_or_default()
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.plus(1).first().plus_days(-1)
    }
}

/// `Dec 2026`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let name = NAMES[self.index.rem_euclid(12) as usize];
        write!(f, "{name} {}", self.index.div_euclid(12))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_follow_each_other_without_a_gap() {
        let mut month = Month::of(day("2026-11-28"));
        assert_eq!(month.to_string(), "Nov 2026");
        for _ in 0..40 {
            assert_eq!(month.last().plus_days(1), month.plus(1).first());
            assert_eq!(Month::of(month.last()), month);
            month = month.plus(1);
        }
        assert_eq!(month.to_string(), "Mar 2030");
    }

    #[test]
    fn a_leap_year_has_a_longer_february() {
        assert_eq!(Month::of(day("2028-02-10")).last(), day("2028-02-29"));
        assert_eq!(Month::of(day("2027-02-28")).last(), day("2027-02-28"));
    }
}
