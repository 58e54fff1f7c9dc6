//! Days from and to, as filters ask for them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::time::Date;

/// Days from and to, both included, either open. A device without the date is in
/// no range that has a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateRange {
    pub from: Option<DateBound>,
    pub to: Option<DateBound>,
}

impl DateRange {
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// It ends before it begins.
    pub fn is_reversed(&self, today: Date) -> bool {
        let day = |bound: Option<DateBound>| bound.map(|bound| bound.resolve(today));
        day(self.from)
            .zip(day(self.to))
            .is_some_and(|(from, to)| to < from)
    }

    pub fn contains(&self, date: Option<Date>, today: Date) -> bool {
        if self.is_open() {
            return true;
        }
        let Some(date) = date else { return false };
        self.from.is_none_or(|from| from.resolve(today) <= date)
            && self.to.is_none_or(|to| date <= to.resolve(today))
    }
}

/// A day by itself (`2026-11-23`) or by its distance from today (`-90d`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DateBound {
    On(Date),
    /// Days from today, negative for the past.
    FromToday(i32),
}

impl DateBound {
    pub fn resolve(self, today: Date) -> Date {
        match self {
            Self::On(date) => date,
            Self::FromToday(days) => today.plus_days(days),
        }
    }
}

impl fmt::Display for DateBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(date) => date.fmt(f),
            Self::FromToday(days) => write!(f, "{days}d"),
        }
    }
}

impl FromStr for DateBound {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHY: &str = "enter a date like 2026-11-23";
        match text.strip_suffix('d') {
            Some(days) => match days.parse::<i32>() {
                Ok(days) if days.abs() <= 36_500 => Ok(Self::FromToday(days)),
                _ => Err(WHY),
            },
            None => text.parse().map(Self::On).map_err(|_| WHY),
        }
    }
}
