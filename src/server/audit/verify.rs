//! Whether rows are a chain, and whether signed checkpoints lie on it. Pure: the rows may come
//! from the database, from a copy or from evidence.

use std::collections::BTreeMap;
use std::fmt;

use super::checkpoint::{Checkpoint, is_signed, next_key_message};
use super::encoding::{content_hash, link_hash};
use crate::domain::audit::{Act, AuditRow};

/// How far the clock may go back, in milliseconds: as far as it is set by small steps.
const CLOCK_STEP: i64 = 1000;

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The rows between are missing.
    Gap {
        after: i64,
        found: i64,
    },
    /// The row is not what its hash was made of.
    Changed {
        n: i64,
    },
    /// The row does not follow the one before.
    Unlinked {
        n: i64,
    },
    /// The chain ends before a checkpoint.
    CutEnd {
        end: i64,
        checkpoint: i64,
    },
    /// The chain is another than the one that was signed.
    NotTheSigned {
        n: i64,
    },
    /// The signature of the checkpoint is wrong.
    BadSignature {
        n: i64,
    },
    /// Nobody trusted vouches for the key of the checkpoint.
    UnknownKey {
        n: i64,
        key_id: String,
    },
    ClockWentBack {
        n: i64,
        ms: i64,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { after, found } => {
                write!(f, "A gap: row {found} comes after row {after}.")
            }
            Self::Changed { n } => write!(f, "Row {n} was changed: its hash does not match."),
            Self::Unlinked { n } => {
                write!(
                    f,
                    "Row {n} does not follow the row before it: the link is broken."
                )
            }
            Self::CutEnd { end, checkpoint } => write!(
                f,
                "The end is cut off: row {end} is the last, and row {checkpoint} was signed."
            ),
            Self::NotTheSigned { n } => write!(
                f,
                "Row {n} is not the one that was signed: the chain was made anew."
            ),
            Self::BadSignature { n } => {
                write!(f, "The signature of the checkpoint at row {n} is wrong.")
            }
            Self::UnknownKey { n, key_id } => write!(
                f,
                "The checkpoint at row {n} was signed with the key {key_id}, for which no \
                 trusted key vouches."
            ),
            Self::ClockWentBack { n, ms } => write!(
                f,
                "The clock went back by {} seconds before row {n}.",
                ms / 1000
            ),
        }
    }
}

/// A new key, and how the one before vouches for it.
#[derive(Debug)]
struct Named {
    old: String,
    new: String,
    proof: String,
}

/// Walks along a chain, row by row.
#[derive(Debug, Default)]
pub struct ChainVerifier {
    /// Where it stands: number and hash of the last row.
    end: Option<(i64, String)>,
    at: i64,
    /// The checkpoints that are still ahead, by row.
    ahead: BTreeMap<i64, Vec<Checkpoint>>,
    /// The keys that are trusted; none means that any is.
    trusted: Vec<String>,
    /// New keys, as rows name them.
    named: Vec<Named>,
    pub rows: u64,
    pub signed_until: i64,
    broken: Vec<Broken>,
}

impl ChainVerifier {
    /// From the very first row.
    pub fn from_start() -> Self {
        Self {
            end: Some((0, String::new())),
            ..Self::default()
        }
    }

    /// From whatever row comes first.
    pub fn from_anywhere() -> Self {
        Self::default()
    }

    /// From the row after this one.
    pub fn after(n: i64, hash: &str) -> Self {
        Self {
            end: Some((n, hash.to_owned())),
            ..Self::default()
        }
    }

    /// Only these keys, and those for which they vouch, count.
    #[must_use]
    pub fn trusting(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.trusted = keys.into_iter().collect();
        self
    }

    /// Expects a checkpoint on the chain.
    pub fn expect(&mut self, checkpoint: Checkpoint) {
        self.ahead.entry(checkpoint.n).or_default().push(checkpoint);
    }

    /// Takes a row.
    pub fn row(&mut self, row: &AuditRow) {
        let content = content_hash(row);
        if link_hash(row.n, &row.prev, &content) != row.hash {
            self.broken.push(Broken::Changed { n: row.n });
        }
        if self.end.is_some() && row.at + CLOCK_STEP < self.at {
            let ms = self.at - row.at;
            self.broken.push(Broken::ClockWentBack { n: row.n, ms });
        }
        self.at = self.at.max(row.at);
        self.take_named(row);
        self.link(row.n, &row.prev, &row.hash);
    }

    /// Takes a row of which only the hash of its content is known.
    pub fn stub(&mut self, n: i64, content: &str) {
        let prev = self.end.as_ref().map(|end| end.1.clone());
        let prev = prev.unwrap_or_default();
        let hash = link_hash(n, &prev, content);
        self.link(n, &prev, &hash);
    }

    fn link(&mut self, n: i64, prev: &str, hash: &str) {
        self.rows += 1;
        if let Some((end, end_hash)) = &self.end {
            if n != end + 1 {
                self.broken.push(Broken::Gap {
                    after: *end,
                    found: n,
                });
            } else if prev != end_hash {
                self.broken.push(Broken::Unlinked { n });
            }
        }
        self.end = Some((n, hash.to_owned()));
        for checkpoint in self.ahead.remove(&n).unwrap_or_default() {
            self.check(&checkpoint, hash);
        }
    }

    /// Remembers the key that a row names as the next.
    fn take_named(&mut self, row: &AuditRow) {
        if row.action != Act::KeyRotated.as_str() {
            return;
        }
        let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
        self.named.push(Named {
            old: text("old"),
            new: text("new"),
            proof: text("proof"),
        });
    }

    fn check(&mut self, checkpoint: &Checkpoint, hash: &str) {
        let n = checkpoint.n;
        if !checkpoint.is_signed() {
            self.broken.push(Broken::BadSignature { n });
        } else if !self.trusted.is_empty() && !self.trusted.contains(&checkpoint.key_id) {
            let key_id = checkpoint.key_id.clone();
            self.broken.push(Broken::UnknownKey { n, key_id });
        } else if checkpoint.hash != hash {
            self.broken.push(Broken::NotTheSigned { n });
        } else {
            self.signed_until = self.signed_until.max(n);
            let vouched = self.named.iter().filter(|named| {
                let message = next_key_message(&named.old, &named.new);
                let (id, public) = (&checkpoint.key_id, &checkpoint.public_key);
                named.old == *id && is_signed(id, public, message.as_bytes(), &named.proof)
            });
            let vouched: Vec<String> = vouched.map(|named| named.new.clone()).collect();
            if !self.trusted.is_empty() {
                self.trusted.extend(vouched);
            }
        }
    }

    /// What is wrong, in the order in which it was found, after the last row.
    pub fn finish(mut self) -> (Vec<Broken>, Self) {
        let end = self.end.as_ref().map_or(0, |end| end.0);
        if let Some((checkpoint, _)) = self.ahead.last_key_value() {
            let checkpoint = *checkpoint;
            if end < checkpoint {
                self.broken.push(Broken::CutEnd { end, checkpoint });
            }
        }
        let mut broken = std::mem::take(&mut self.broken);
        // What a trusted key has signed later vouches for all before it.
        broken.retain(|it| match it {
            Broken::UnknownKey { n, .. } => self.signed_until < *n,
            _ => true,
        });
        (broken, self)
    }

    /// The number and hash of the last row.
    pub fn end(&self) -> Option<&(i64, String)> {
        self.end.as_ref()
    }
}

#[cfg(test)]
mod tests;
