//! Instants and days, as the console stores and shows them.
//!
//! An instant is milliseconds since 1970 in UTC, a day is a civil date. Both are
//! written the ISO 8601 way wherever a person or a file sees them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Month, OffsetDateTime};

pub const MS_PER_DAY: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The server's clock. The browser never needs one: what it shows came from
    /// the server.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn now() -> Self {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Self(since.as_millis() as i64)
    }

    pub fn date(self) -> Date {
        Date(self.0.div_euclid(MS_PER_DAY) as i32)
    }

    /// `2026-11-23 10:42`, in UTC.
    pub fn to_minute(self) -> String {
        let minutes = self.0.rem_euclid(MS_PER_DAY) / 60_000;
        format!("{} {:02}:{:02}", self.date(), minutes / 60, minutes % 60)
    }

    /// `Nov 23, 2026, 10:42 AM UTC`.
    pub fn in_words(self) -> String {
        let minutes = self.0.rem_euclid(MS_PER_DAY) / 60_000;
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let half = if hours < 12 { "AM" } else { "PM" };
        let hour = (hours + 11) % 12 + 1;
        format!("{}, {hour}:{minutes:02} {half} UTC", self.date().in_words())
    }

    /// How long before `now` this was, in the largest whole unit: `3 hours ago`.
    pub fn ago(self, now: Self) -> String {
        let minutes = (now.0 - self.0).max(0) / 60_000;
        let (count, unit) = match minutes {
            0 => return "just now".to_owned(),
            1..60 => (minutes, "minute"),
            60..2880 => (minutes / 60, "hour"),
            _ => (minutes / 1440, "day"),
        };
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural} ago")
    }
}

/// `2026-11-23T10:42:07Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.rem_euclid(MS_PER_DAY) / 1000;
        write!(
            f,
            "{}T{:02}:{:02}:{:02}Z",
            self.date(),
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )
    }
}

/// RFC 3339 with any offset, a date alone (midnight UTC), or a date and a time
/// with a space between them and no offset (UTC), as spreadsheets write it.
impl FromStr for Timestamp {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        let text = text.trim();
        let (day, rest) = text.split_at_checked(10).ok_or(BadTime)?;
        let day: Date = day.parse()?;
        let rest = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest);
        if rest.is_empty() {
            return Ok(day.start());
        }
        let (clock, offset_minutes) = split_offset(rest)?;
        let ms = clock_ms(clock)?;
        Ok(Self(
            day.start().0 + ms - i64::from(offset_minutes) * 60_000,
        ))
    }
}

/// Parts `10:42:07.123+02:00` into the clock and the offset in minutes.
fn split_offset(text: &str) -> Result<(&str, i32), BadTime> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Ok((text, 0));
    };
    let (clock, offset) = text.split_at(at);
    let (sign, digits) = offset.split_at(1);
    let digits = digits.replace(':', "");
    if digits.len() != 4 {
        return Err(BadTime);
    }
    let hours: i32 = digits[..2].parse().map_err(|_| BadTime)?;
    let minutes: i32 = digits[2..].parse().map_err(|_| BadTime)?;
    if hours > 23 || minutes > 59 {
        return Err(BadTime);
    }
    let total = hours * 60 + minutes;
    Ok((clock, if sign == "-" { -total } else { total }))
}

/// Milliseconds since midnight of `10:42`, `10:42:07` or `10:42:07.123`.
fn clock_ms(clock: &str) -> Result<i64, BadTime> {
    let mut parts = clock.trim().split(':');
    let mut field = |limit: i64| -> Result<i64, BadTime> {
        let text = parts.next().ok_or(BadTime)?;
        let value: i64 = text.parse().map_err(|_| BadTime)?;
        if text.len() > 2 || !(0..limit).contains(&value) {
            return Err(BadTime);
        }
        Ok(value)
    };
    let hours = field(24)?;
    let minutes = field(60)?;
    let seconds = match parts.next() {
        None => 0.0,
        Some(text) => text.parse::<f64>().map_err(|_| BadTime)?,
    };
    if parts.next().is_some() || !(0.0..61.0).contains(&seconds) {
        return Err(BadTime);
    }
    Ok((hours * 3600 + minutes * 60) * 1000 + (seconds * 1000.0).round() as i64)
}

/// A civil date, as days since 1970-01-01.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Date(pub i32);

impl Date {
    /// Midnight UTC at which the day begins.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * MS_PER_DAY)
    }

    /// `Nov 23, 2026`.
    pub fn in_words(self) -> String {
        const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
        let Some((year, month, day)) = self.parts() else {
            return self.to_string();
        };
        let at = 3 * (month - 1);
        format!("{} {day}, {year}", &MONTHS[at..at + 3])
    }

    /// The year, the month from 1 to 12 and the day of the month.
    fn parts(self) -> Option<(i32, usize, u8)> {
        let at = OffsetDateTime::from_unix_timestamp(self.start().0 / 1000).ok()?;
        let (year, month, day) = at.to_calendar_date();
        Some((year, usize::from(u8::from(month)), day))
    }

    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

/// `2026-11-23`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            Some((year, month, day)) => write!(f, "{year:04}-{month:02}-{day:02}"),
            None => f.write_str("?"),
        }
    }
}

impl FromStr for Date {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        let mut parts = text.split('-');
        let mut digits = |len: usize| {
            parts
                .next()
                .filter(|part| part.len() == len && part.bytes().all(|b| b.is_ascii_digit()))
                .ok_or(BadTime)
        };
        let year: i32 = digits(4)?.parse().map_err(|_| BadTime)?;
        let month: u8 = digits(2)?.parse().map_err(|_| BadTime)?;
        let day: u8 = digits(2)?.parse().map_err(|_| BadTime)?;
        if parts.next().is_some() {
            return Err(BadTime);
        }
        let month = Month::try_from(month).map_err(|_| BadTime)?;
        let date = time::Date::from_calendar_date(year, month, day).map_err(|_| BadTime)?;
        let epoch = OffsetDateTime::UNIX_EPOCH.date();
        Ok(Self((date - epoch).whole_days() as i32))
    }
}

/// The text is not a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date or time")]
pub struct BadTime;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_back_what_it_wrote() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2026-11-23T10:42:07Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn offsets_fractions_and_spaces_are_understood() {
        let utc: Timestamp = "2026-11-23T10:42:07Z".parse().unwrap();
        for same in [
            "2026-11-23T12:42:07+02:00",
            "2026-11-23T05:12:07-0530",
            "2026-11-23 10:42:07",
            "2026-11-23T10:42:07.000Z",
        ] {
            assert_eq!(same.parse::<Timestamp>().unwrap(), utc, "{same}");
        }
        assert_eq!(
            "2026-11-23".parse::<Timestamp>().unwrap().to_minute(),
            "2026-11-23 00:00"
        );
    }

    #[test]
    fn every_millisecond_is_kept() {
        for ms in 0..1000 {
            let text = format!("2054-03-12T09:03:12.{ms:03}Z");
            assert_eq!(text.parse::<Timestamp>().unwrap().0 % 1000, ms);
        }
    }

    #[test]
    fn words_are_those_of_a_reader_in_utc() {
        let words = |text: &str| text.parse::<Timestamp>().unwrap().in_words();
        assert_eq!(words("2026-11-23T00:05:00Z"), "Nov 23, 2026, 12:05 AM UTC");
        assert_eq!(words("2026-01-01T12:00:00Z"), "Jan 1, 2026, 12:00 PM UTC");
        assert_eq!(words("2026-12-31T23:59:59Z"), "Dec 31, 2026, 11:59 PM UTC");
        assert_eq!(Date(i32::MAX).in_words(), "?");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "23.11.2026",
            "2026-13-01",
            "2026-02-30",
            "2026-1-1",
            "today",
            "2026-11-23T25:00",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ages_use_the_largest_whole_unit() {
        let at = Timestamp(0);
        let after = |minutes: i64| at.ago(Timestamp(minutes * 60_000));
        assert_eq!(after(0), "just now");
        assert_eq!(after(59), "59 minutes ago");
        assert_eq!(after(60 * 47), "47 hours ago");
        assert_eq!(after(60 * 48), "2 days ago");
    }
}
