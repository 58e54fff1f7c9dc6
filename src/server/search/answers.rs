//! The answers that were given last.
//!
//! A page asks the same filter for its rows and for its facets, and the next page asks it
//! again. A search through the texts of a million devices takes ten milliseconds, so the
//! last answers of an index are kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::question::Parts;
use crate::domain::filter::DeviceFilter;
use crate::domain::time::Date;

/// How many are kept. One takes up to 125 kB for a part of a filter and a million devices.
const KEPT: usize = 8;

type Kept = Vec<(DeviceFilter, Date, Arc<Parts>)>;

/// The last answers, the newest last. A copy has none: it is made to be changed.
#[derive(Debug, Default)]
pub struct Answers(Mutex<Kept>);

impl Clone for Answers {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Answers {
    /// The kept answer, or else this one, which is kept.
    pub fn get_or(
        &self,
        filter: &DeviceFilter,
        today: Date,
        answer: impl FnOnce() -> Parts,
    ) -> Arc<Parts> {
        let place = |kept: &Kept| {
            let mut kept = kept.iter();
            kept.position(|(asked, on, _)| *on == today && asked == filter)
        };
        {
            let mut kept = self.lock();
            if let Some(place) = place(&kept) {
                let found = kept.remove(place);
                let parts = found.2.clone();
                kept.push(found);
                return parts;
            }
        }
        // Others are not kept waiting for it. Two may answer the same.
        let parts = Arc::new(answer());
        let mut kept = self.lock();
        if place(&kept).is_none() {
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((filter.clone(), today, parts.clone()));
        }
        parts
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_until_others_were_asked_for_since() {
        let answers = Answers::default();
        let mut given = 0;
        let mut ask = |search: &str, day: i32| {
            let filter = DeviceFilter {
                search: search.to_owned(),
                ..DeviceFilter::default()
            };
            let before = given;
            answers.get_or(&filter, Date(day), || {
                given += 1;
                Parts::new()
            });
            given != before
        };
        assert!(ask("first", 1));
        for other in 1..KEPT {
            assert!(ask(&other.to_string(), 1));
            assert!(!ask("first", 1));
        }
        assert!(ask("one more", 1));
        assert!(!ask("first", 1), "what was asked for last is kept");
        assert!(ask("1", 1), "what was asked for long ago is not");
        assert!(ask("first", 2), "each day has its own");
    }
}
