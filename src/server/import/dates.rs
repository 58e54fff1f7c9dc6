//! Instants and days, as admins' tools write them.

use crate::domain::time::{Date, Timestamp};

/// What stands where there is no date. "Unknown" and the like say nothing: they cannot be
/// read.
fn is_no_date(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("never")
}

/// An instant; `Ok(None)` where the cell says that there is none.
pub fn instant(text: &str) -> Result<Option<Timestamp>, DateError> {
    let text = text.trim();
    if is_no_date(text) {
        return Ok(None);
    }
    if let Some(instant) = epoch(text) {
        return Ok(Some(instant));
    }
    let bare = text
        .strip_suffix(" UTC")
        .or_else(|| text.strip_suffix(" GMT"))
        .unwrap_or(text);
    if let Ok(instant) = bare.parse() {
        return Ok(Some(instant));
    }
    match spelled(text) {
        Some(day) => Ok(Some(day.start())),
        None => numeric(bare).map(Some),
    }
}

/// A day; `Ok(None)` where the cell says that there is none. Of an instant, the
/// day as written, whatever its offset.
pub fn day(text: &str) -> Result<Option<Date>, DateError> {
    let text = text.trim();
    if is_no_date(text) {
        return Ok(None);
    }
    if let Some(month_end) = month_alone(text) {
        return Ok(Some(month_end));
    }
    let Some(instant) = instant(text)? else {
        return Ok(None);
    };
    let written = text.get(..10).and_then(|day| day.parse().ok());
    Ok(Some(written.unwrap_or(instant.date())))
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    Unreadable,
    /// `5/6/2027` is in May in the United States, and in June elsewhere.
    TwoDays,
}

/// Milliseconds since 1970, as `autoUpdateExpiration` has them: 12 or 13 digits,
/// from 1973 to 2286.
fn epoch(text: &str) -> Option<Timestamp> {
    let digits = matches!(text.len(), 12 | 13) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok().map(Timestamp)).flatten()
}

/// `Jun 30, 2027`, `June 30, 2027` or `30 Jun 2027`.
fn spelled(text: &str) -> Option<Date> {
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let [first, second, year] = words[..] else {
        return None;
    };
    let (month, day) = match month(first) {
        Some(month) => (month, second),
        None => (month(second)?, first),
    };
    let day: u8 = day.parse().ok()?;
    format!("{year}-{month:02}-{day:02}").parse().ok()
}

/// `6/30/2027 1:05 PM` or `30.06.2027 13:05`, as spreadsheets write them. Like all times
/// without a zone, it is taken for UTC.
fn numeric(text: &str) -> Result<Timestamp, DateError> {
    let (date, clock) = match text.split_once([' ', ',']) {
        Some((date, clock)) => (date, clock.trim_start_matches([' ', ','])),
        None => (text, ""),
    };
    let mark = date.chars().find(|c| !c.is_ascii_digit());
    let mark = mark.filter(|mark| matches!(mark, '/' | '.' | '-'));
    let parts: Vec<&str> = date.split(mark.ok_or(DateError::Unreadable)?).collect();
    let [first, second, year] = parts[..] else {
        return Err(DateError::Unreadable);
    };
    let is_number = |text: &str, longest| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !is_number(first, 2) || !is_number(second, 2) || year.len() != 4 {
        return Err(DateError::Unreadable);
    }
    let on = |month: &str, day: &str| -> Option<Timestamp> {
        let clock = clock_24(clock)?;
        format!("{year}-{month:0>2}-{day:0>2}T{clock}Z")
            .parse()
            .ok()
    };
    let day_first = on(second, first);
    // With dots, the day comes first everywhere.
    let month_first = on(first, second).filter(|_| mark != Some('.'));
    match (day_first, month_first) {
        (Some(one), Some(other)) if one != other => Err(DateError::TwoDays),
        (one, other) => one.or(other).ok_or(DateError::Unreadable),
    }
}

/// `1:05 PM` as `13:05:00`; midnight where there is no time.
fn clock_24(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    if text.is_empty() {
        return Some("00:00:00".to_owned());
    }
    let half = text.strip_suffix("AM").map(|rest| (rest, 0));
    let half = half.or_else(|| text.strip_suffix("PM").map(|rest| (rest, 12)));
    let digits = half.map_or(text.as_str(), |(rest, _)| rest.trim_end());
    let mut parts = digits.split(':');
    let mut next = || -> Option<u8> { parts.next()?.parse().ok() };
    let (hour, minute) = (next()?, next()?);
    let second = next().unwrap_or(0);
    if parts.next().is_some() {
        return None;
    }
    let hour = match half {
        None => hour,
        Some((_, after)) if (1..=12).contains(&hour) => hour % 12 + after,
        Some(_) => return None,
    };
    Some(format!("{hour:02}:{minute:02}:{second:02}"))
}

/// `Jun 2027`, as the Admin console writes the end of updates: its last day.
fn month_alone(text: &str) -> Option<Date> {
    let (name, year) = text.split_once(' ')?;
    let (month, year): (u8, i32) = (month(name)?, year.trim().parse().ok()?);
    let (month, year) = if month == 12 {
        (1, year + 1)
    } else {
        (month + 1, year)
    };
    let next: Date = format!("{year:04}-{month:02}-01").parse().ok()?;
    Some(next.plus_days(-1))
}

fn month(name: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let place = MONTHS
        .iter()
        .position(|month| *month == name || (name.len() == 3 && month.starts_with(&name)))?;
    Some(place as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_in_every_form_that_tools_write() {
        let expected = "2026-11-23T10:42:07Z".parse().ok();
        for text in [
            "2026-11-23T10:42:07.000Z",
            "2026-11-23T05:42:07-05:00",
            "2026-11-23 10:42:07",
            "2026-11-23 05:42:07 -0500",
            "2026-11-23 10:42:07 UTC",
            "1795430527000",
        ] {
            assert_eq!(instant(text).ok().flatten(), expected, "{text}");
        }
        for none in ["", " ", "Never", "never"] {
            assert_eq!(instant(none), Ok(None));
        }
        for bad in [
            "soon",
            "45123",
            "ACTIVE",
            "2026-02-30",
            "1/2",
            "31/31/2027",
            "6/30/27",
        ] {
            assert_eq!(instant(bad), Err(DateError::Unreadable), "{bad}");
        }
    }

    #[test]
    fn a_spreadsheets_date_is_read_if_it_is_one_day_only() {
        let expected = "2026-11-20T13:05:00Z".parse().ok();
        for text in [
            "11/20/2026 13:05",
            "11/20/2026 1:05 PM",
            "20/11/2026 13:05:00",
            "20.11.2026 13:05",
            "20.11.2026, 13:05",
            "20-11-2026 13:05",
        ] {
            assert_eq!(instant(text).ok().flatten(), expected, "{text}");
        }
        for (text, expected) in [
            ("6/30/2027", "2027-06-30"),
            ("5/5/2027", "2027-05-05"),
            ("05.06.2027", "2027-06-05"),
        ] {
            assert_eq!(day(text).ok().flatten(), expected.parse().ok(), "{text}");
        }
        for text in ["5/6/2027", "05-06-2027", "5/6/2027 13:05"] {
            assert_eq!(day(text), Err(DateError::TwoDays), "{text}");
        }
        for midnight in ["11/20/2026 12:00 AM", "11/20/2026"] {
            let start = "2026-11-20T00:00:00Z".parse().ok();
            assert_eq!(instant(midnight).ok().flatten(), start, "{midnight}");
        }
    }

    #[test]
    fn a_day_is_the_one_that_is_written() {
        let expected = "2027-06-30".parse().ok();
        for text in [
            "2027-06-30",
            "2027-06-30T00:00:00+09:00",
            "1814313600000",
            "Jun 30, 2027",
            "30 June 2027",
            "Jun 2027",
        ] {
            assert_eq!(day(text).ok().flatten(), expected, "{text}");
        }
        assert_eq!(day("Dec 2027").ok().flatten(), "2027-12-31".parse().ok());
    }
}
