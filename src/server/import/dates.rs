//! Instants and days, as admins' tools write them.

use crate::domain::time::{Date, Timestamp};

/// What stands where there is no date.
fn is_no_date(text: &str) -> bool {
    ["", "never", "none", "n/a", "-", "unknown"]
        .iter()
        .any(|no| text.eq_ignore_ascii_case(no))
}

/// An instant; `Ok(None)` where the cell says that there is none.
pub fn instant(text: &str) -> Result<Option<Timestamp>, NoDate> {
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
    bare.parse()
        .map(Some)
        .or_else(|_| spelled(text).map(|day| Some(day.start())).ok_or(NoDate))
}

/// A day; `Ok(None)` where the cell says that there is none. Of an instant, the
/// day as written, whatever its offset.
pub fn day(text: &str) -> Result<Option<Date>, NoDate> {
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

/// The text is no date that can be read in one way only: `5/6/2027` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDate;

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
        for none in ["", " ", "Never", "never", "N/A"] {
            assert_eq!(instant(none), Ok(None));
        }
        for bad in [
            "5/6/2027",
            "23.11.2026",
            "soon",
            "45123",
            "ACTIVE",
            "2026-02-30",
        ] {
            assert_eq!(instant(bad), Err(NoDate), "{bad}");
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
