//! How a selection came about, in words: what was reviewed includes why each device
//! was in it. It is what the operator's own page says, so it explains and decides
//! nothing.

use serde::{Deserialize, Serialize};

use super::number::grouped;

/// The longest provenance that is kept with a plan, in characters.
pub const MAX_PROVENANCE: usize = 2000;

/// At most so many lines are told apart; older ones are added together.
const MAX_LINES: usize = 12;

/// What the oldest lines are called once they are added together.
const EARLIER: &str = "earlier";

/// Between the parts of a stored line. Nothing an operator types contains it.
const SEPARATOR: char = '\u{1f}';

/// How many devices came and went, by the way they did, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Provenance(Vec<Line>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    /// Such as `individually`, `pasted`, `by status Active at 10:41`.
    how: String,
    added: u64,
    removed: u64,
}

impl Provenance {
    /// Notes that devices came and went. The same way twice in a row is one line.
    pub fn note(&mut self, how: &str, added: u64, removed: u64) {
        if added == 0 && removed == 0 {
            return;
        }
        let how: String = how.chars().filter(|c| !c.is_control()).collect();
        match self.0.last_mut() {
            Some(last) if last.how == how => {
                last.added += added;
                last.removed += removed;
            }
            _ => self.0.push(Line {
                how,
                added,
                removed,
            }),
        }
        if MAX_LINES < self.0.len() {
            let second = self.0.remove(1);
            let first = &mut self.0[0];
            EARLIER.clone_into(&mut first.how);
            first.added += second.added;
            first.removed += second.removed;
        }
    }

    /// `+4,812 by status Active at 10:41; +37 pasted; +2 −5 individually`.
    pub fn text(&self) -> String {
        let lines = self.0.iter().map(|line| {
            let sign = |sign: char, count| match count {
                0 => String::new(),
                count => format!("{sign}{} ", grouped(count)),
            };
            format!(
                "{}{}{}",
                sign('+', line.added),
                sign('−', line.removed),
                line.how
            )
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}

/// A line each, for the tab's storage and the wire. What does not read is left out.
impl From<Provenance> for String {
    fn from(provenance: Provenance) -> Self {
        let lines = provenance.0.into_iter().map(|line| {
            let Line {
                how,
                added,
                removed,
            } = line;
            format!("{how}{SEPARATOR}{added}{SEPARATOR}{removed}\n")
        });
        lines.collect()
    }
}

impl From<String> for Provenance {
    fn from(text: String) -> Self {
        let lines = text.lines().filter_map(|line| {
            let mut parts = line.split(SEPARATOR);
            Some(Line {
                how: parts.next()?.to_owned(),
                added: parts.next()?.parse().ok()?,
                removed: parts.next()?.parse().ok()?,
            })
        });
        Self(lines.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_way_twice_in_a_row_is_one_line() {
        let mut provenance = Provenance::default();
        provenance.note("by status Active at 10:41", 4812, 0);
        provenance.note("individually", 2, 0);
        provenance.note("individually", 0, 5);
        provenance.note("pasted", 0, 0);
        assert_eq!(
            provenance.text(),
            "+4,812 by status Active at 10:41; +2 −5 individually"
        );
    }

    #[test]
    fn many_lines_lose_their_names_but_no_device() {
        let mut provenance = Provenance::default();
        for i in 0..100 {
            provenance.note(&format!("list {i}"), 3, 1);
        }
        assert_eq!(provenance.0.len(), MAX_LINES);
        assert!(
            provenance
                .text()
                .starts_with("+267 −89 earlier; +3 −1 list 89; ")
        );
    }

    #[test]
    fn it_survives_the_way_to_storage_and_back() {
        let mut provenance = Provenance::default();
        provenance.note("by search \"a;\u{1f}\n+b\"", 1, 0);
        provenance.note("pasted", 7, 0);
        let back = Provenance::from(String::from(provenance.clone()));
        assert_eq!(back, provenance);
        assert_eq!(Provenance::from("nonsense\n\u{1f}".to_owned()).text(), "");
    }
}
