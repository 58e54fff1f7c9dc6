//! A cache of recent filter results.
//!
//! A page uses the same filter for its rows and its facets, the next page uses it again, and the
//! next filter shares most of its parts. Searching the texts of a million devices takes ten
//! milliseconds, so the index keeps the results of recent filter parts, and the devices that each
//! scope sees.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The last `N` values, the newest last. A copy has none: it is made to be changed.
#[derive(Debug)]
pub struct Recent<K, V, const N: usize>(Mutex<Vec<(K, Arc<V>)>>);

impl<K, V, const N: usize> Default for Recent<K, V, N> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, V, const N: usize> Clone for Recent<K, V, N> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<K: PartialEq + Clone, V, const N: usize> Recent<K, V, N> {
    /// The kept value, or else this one, which is kept.
    pub fn get_or(&self, key: &K, find: impl FnOnce() -> V) -> Arc<V> {
        let place = |kept: &Vec<(K, Arc<V>)>| kept.iter().position(|(known, _)| known == key);
        {
            let mut kept = self.lock();
            if let Some(place) = place(&kept) {
                let found = kept.remove(place);
                let value = found.1.clone();
                kept.push(found);
                return value;
            }
        }
        // Others are not kept waiting for it. Two may find the same.
        let value = Arc::new(find());
        let mut kept = self.lock();
        if place(&kept).is_none() {
            if kept.len() == N {
                kept.remove(0);
            }
            kept.push((key.clone(), value.clone()));
        }
        value
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(K, Arc<V>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_until_others_were_asked_for_since() {
        let recent = Recent::<(String, i32), (), 8>::default();
        let mut found = 0;
        let mut ask = |key: &str, day: i32| {
            let before = found;
            recent.get_or(&(key.to_owned(), day), || found += 1);
            found != before
        };
        assert!(ask("first", 1));
        for other in 1..8 {
            assert!(ask(&other.to_string(), 1));
            assert!(!ask("first", 1));
        }
        assert!(ask("one more", 1));
        assert!(!ask("first", 1), "what was asked for last is kept");
        assert!(ask("1", 1), "what was asked for long ago is not");
        assert!(ask("first", 2), "each day has its own");
    }
}
