//! How far a page has followed the jobs: the number of the newest job it was told of,
//! and where each that was not over then stood in its own sequence.
//!
//! It goes out with every live update and comes back when a page connects again, to
//! this process or another: the sequences are the database's, so any of them can tell
//! exactly what the page has missed.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// As many open jobs as a page is followed through; with more it begins anew.
const MOST: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    newest: u32,
    /// The jobs that were not over, by number; 0 for one that was not told of yet.
    open: BTreeMap<u32, u64>,
}

impl Position {
    /// Of a page that is told of later jobs only, and of those it expects.
    pub fn at(newest: u32) -> Self {
        Self {
            newest,
            open: BTreeMap::new(),
        }
    }

    pub fn newest(&self) -> u32 {
        self.newest
    }

    /// The jobs that were not over, each with the last told number of its sequence.
    pub fn open(&self) -> impl Iterator<Item = (u32, u64)> {
        self.open.iter().map(|(number, seq)| (*number, *seq))
    }

    /// Takes in that a job is still to be told of.
    pub fn expect(&mut self, number: u32) {
        self.pass(number);
        self.open.insert(number, 0);
    }

    /// Takes in what is told of a job. Returns whether it is news: a page is told
    /// nothing twice, and nothing that is older than what it knows.
    pub fn learn(&mut self, number: u32, seq: u64, is_over: bool) -> bool {
        self.pass(number);
        let is_news = self.open.get(&number).is_some_and(|known| *known < seq);
        if is_news && is_over {
            self.open.remove(&number);
        } else if is_news {
            self.open.insert(number, seq);
        }
        is_news
    }

    /// Comes to a newer job. Those in between are still to be told of.
    fn pass(&mut self, number: u32) {
        for newer in self.newest + 1..=number {
            self.open.insert(newer, 0);
        }
        self.newest = self.newest.max(number);
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.newest)?;
        for (number, seq) in &self.open {
            write!(f, ",{number}:{seq}")?;
        }
        Ok(())
    }
}

/// It is no position that we gave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPosition;

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let mut parts = text.split(',');
        let newest = parts.next().and_then(|newest| newest.parse().ok());
        let mut position = Self::at(newest.ok_or(NotAPosition)?);
        for part in parts.take(MOST + 1) {
            let (number, seq) = part.split_once(':').ok_or(NotAPosition)?;
            let (Ok(number), Ok(seq)) = (number.parse(), seq.parse()) else {
                return Err(NotAPosition);
            };
            position.open.insert(number, seq);
        }
        let is_ours = position.open.len() <= MOST
            && position
                .open
                .keys()
                .all(|number| *number <= position.newest)
            && position.to_string() == text;
        is_ours.then_some(position).ok_or(NotAPosition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_twice_and_nothing_older() {
        let mut page = Position::at(4);
        page.expect(3);
        assert!(page.learn(3, 7, false));
        assert!(!page.learn(3, 7, false), "told already");
        assert!(page.learn(3, 9, false));
        assert!(!page.learn(3, 8, false), "older");
        assert!(page.learn(3, 10, true));
        assert!(!page.learn(3, 9, false), "from before it ended");
        assert!(!page.learn(4, 2, true), "over before the page came");
    }

    #[test]
    fn jobs_that_are_told_of_out_of_order_are_all_told_of() {
        let mut page = Position::at(0);
        assert!(page.learn(2, 1, false));
        assert_eq!(page.to_string(), "2,1:0,2:1");
        assert!(page.learn(1, 1, false));
        assert_eq!(page.to_string(), "2,1:1,2:1");
    }

    #[test]
    fn positions_come_back_and_nothing_else_does() {
        for ours in ["0", "12", "12,3:40,12:1"] {
            let position: Position = ours.parse().unwrap();
            assert_eq!(position.to_string(), ours);
        }
        let many: String = (1..=300).map(|number| format!(",{number}:1")).collect();
        for nonsense in [
            "",
            "-1",
            "text",
            "1,",
            "1,1",
            "1,1:x",
            "1,2:1",
            "01",
            "3,2:1,1:1",
            "99999999999",
            " 1",
            &format!("300{many}"),
        ] {
            assert_eq!(
                nonsense.parse::<Position>(),
                Err(NotAPosition),
                "{nonsense}"
            );
        }
    }
}
