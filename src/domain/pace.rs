//! How fast a job goes and how long it will take, from what was seen of it lately.

use super::number;

/// What was seen longer ago counts no more, in milliseconds.
const WINDOW_MS: f64 = 30_000.0;

/// No estimate below these: a share of the total in percent together with a short time, or a
/// longer time alone.
const ENOUGH_PERCENT: u64 = 5;
const MOMENT_MS: f64 = 2_000.0;
const ENOUGH_MS: f64 = 10_000.0;

/// How many devices were done when.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    seen: Vec<(f64, u64)>,
}

impl Pace {
    /// Notes how many devices are done now.
    pub fn see(&mut self, done: u64, now_ms: f64) {
        if self.seen.last().is_some_and(|(_, last)| done < *last) {
            self.seen.clear();
        }
        self.seen.retain(|(at, _)| now_ms - at <= WINDOW_MS);
        self.seen.push((now_ms, done));
    }

    /// How it goes on; nothing while too little was seen, or nothing moves.
    pub fn outlook(&self, total: u64) -> Option<Outlook> {
        let ((from, first), (to, last)) = (*self.seen.first()?, *self.seen.last()?);
        let (ms, done) = (to - from, last - first);
        let some = total * ENOUGH_PERCENT <= done * 100 && MOMENT_MS <= ms;
        let enough = some || ENOUGH_MS <= ms;
        if !enough || ms <= 0.0 || done == 0 || total <= last {
            return None;
        }
        let per_second = done as f64 * 1000.0 / ms;
        Some(Outlook {
            per_second,
            seconds_left: (total - last) as f64 / per_second,
        })
    }

    /// `About 120 per second · 40 s left`.
    pub fn text(&self, total: u64) -> Option<String> {
        let outlook = self.outlook(total)?;
        let rate = outlook.per_second;
        let rate_text = if rate < 1.0 {
            format!(
                "{} per minute",
                number::grouped((rate * 60.0).round() as u64)
            )
        } else {
            format!("{} per second", number::grouped(rate.round() as u64))
        };
        Some(format!("About {rate_text} · {} left", outlook.left()))
    }
}

/// How fast it goes, and how long it will take if it goes on so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    pub per_second: f64,
    pub seconds_left: f64,
}

impl Outlook {
    /// The time that is left: `40 s`, `3 min`, `2 h`.
    pub fn left(&self) -> String {
        left_text(self.seconds_left)
    }
}

fn left_text(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(seen: &[(f64, u64)]) -> Pace {
        let mut pace = Pace::default();
        seen.iter().for_each(|(at, done)| pace.see(*done, *at));
        pace
    }

    #[test]
    fn the_pace_is_told_once_enough_was_seen() {
        assert_eq!(pace(&[(0.0, 0)]).text(4800), None);
        assert_eq!(pace(&[(0.0, 0), (1000.0, 100)]).text(4800), None);
        assert_eq!(pace(&[(0.0, 0), (300.0, 1)]).text(12), None);
        let text = pace(&[(0.0, 0), (1000.0, 100), (2500.0, 300)]).text(4800);
        assert_eq!(text.unwrap(), "About 120 per second · 38 s left");
        let slow = pace(&[(0.0, 7), (12_000.0, 9)]).text(1000);
        assert_eq!(slow.unwrap(), "About 10 per minute · 2 h left");
    }

    #[test]
    fn what_is_long_ago_and_what_stands_still_tell_nothing() {
        let resumed = pace(&[(0.0, 0), (1000.0, 500), (60_000.0, 500), (62_000.0, 620)]);
        assert_eq!(
            resumed.text(1000).unwrap(),
            "About 60 per second · 7 s left"
        );
        assert_eq!(pace(&[(0.0, 40), (20_000.0, 40)]).text(100), None);
        assert_eq!(pace(&[(0.0, 0), (1000.0, 100)]).text(100), None);
    }
}
