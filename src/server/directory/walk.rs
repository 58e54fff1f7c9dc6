//! Following a listing from page to page: a directory can send the same page token again,
//! or pages without end.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::DirectoryPage;

/// Page tokens that may come again until there is a new device: a page can be sent twice.
const MOST_REPEATS: u32 = 3;

/// Pages in a row without a device that the listing did not have before.
const MAX_EMPTY_PAGES: u32 = 100;

/// Devices in one listing, at the most: many times the largest fleet.
const MOST_DEVICES: usize = 10_000_000;

/// Why a listing is not followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Endless {
    #[error("the directory's listing repeats the same page")]
    SameToken,
    #[error("the directory's listing goes on without new devices")]
    NothingNew,
    #[error("the directory's listing does not end")]
    TooLong,
}

/// A listing that is being followed. Keeps hashes only: a fleet can be large.
#[derive(Debug, Default)]
pub struct ListingGuard {
    tokens: HashSet<u64>,
    devices: HashSet<u64>,
    idle: u32,
    repeats: u32,
}

impl ListingGuard {
    /// Takes note of a page. Returns the token of the next one.
    ///
    /// # Errors
    /// The listing would not end.
    pub fn next(&mut self, page: &DirectoryPage) -> Result<Option<String>, Endless> {
        let Some(token) = &page.next else {
            return Ok(None);
        };
        let before = self.devices.len();
        let ids = page.devices.iter().map(|device| hash(&device.device_id));
        self.devices.extend(ids);
        if self.devices.len() == before {
            self.idle += 1;
        } else {
            self.idle = 0;
            self.repeats = 0;
        }
        if !self.tokens.insert(hash(token)) {
            self.repeats += 1;
        }
        if MOST_REPEATS < self.repeats {
            Err(Endless::SameToken)
        } else if MAX_EMPTY_PAGES <= self.idle {
            Err(Endless::NothingNew)
        } else if MOST_DEVICES <= self.devices.len() {
            Err(Endless::TooLong)
        } else {
            Ok(Some(token.clone()))
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(token: &str) -> DirectoryPage {
        DirectoryPage {
            devices: Vec::new(),
            unclear: Vec::new(),
            next: (!token.is_empty()).then(|| token.to_owned()),
        }
    }

    #[test]
    fn a_listing_ends_with_its_last_page_or_when_a_token_comes_again_and_again() {
        let mut walk = ListingGuard::default();
        for token in ["a", "b", "c"] {
            assert_eq!(walk.next(&page(token)), Ok(Some(token.to_owned())));
        }
        for _ in 0..MOST_REPEATS {
            assert!(walk.next(&page("b")).is_ok());
        }
        assert_eq!(walk.next(&page("b")), Err(Endless::SameToken));
        assert_eq!(walk.next(&page("")), Ok(None));
    }

    #[test]
    fn pages_without_new_devices_and_without_end_are_given_up() {
        let mut walk = ListingGuard::default();
        let mut pages = (0..).map(|number| walk.next(&page(&number.to_string())));
        let ended = pages.find_map(Result::err);
        assert_eq!(ended, Some(Endless::NothingNew));
    }
}
