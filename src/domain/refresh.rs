//! Refresh Cache: how old the inventory is, and a refresh under way.

use serde::{Deserialize, Serialize};

use super::number;
use super::scope::Scope;
use super::time::Timestamp;

/// The inventory's age, and the refresh that is running or ended last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheState {
    /// The server's clock when this was read.
    pub now: Timestamp,
    /// When the last complete refresh began.
    pub complete_as_of: Option<Timestamp>,
    /// Rises whenever the inventory changes.
    pub generation: u64,
    pub last: Option<Refresh>,
}

/// One refresh of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    pub number: u32,
    pub started_by: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Devices read so far.
    pub read: u64,
    /// Devices that the directory says it has, where it says so.
    pub expected: Option<u64>,
    pub added: u64,
    pub changed: u64,
    pub gone: u64,
    /// Devices that could not be read in full: their status is unknown, or a time of
    /// theirs is taken for never.
    #[serde(default)]
    pub unclear: u64,
    /// Why it failed; empty otherwise.
    pub failure: String,
    /// The numbers of devices are left out: they are of all org units.
    #[serde(default)]
    pub uncounted: bool,
}

/// How the age is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Freshness {
    Fresh,
    /// More than an hour old.
    Ageing,
    /// More than a day old.
    Stale,
}

impl CacheState {
    /// What somebody may know of it who sees the devices of this scope.
    pub fn as_seen_in(mut self, scope: &Scope) -> Self {
        if let (Some(last), Scope::Units(_)) = (&mut self.last, scope) {
            *last = Refresh {
                read: 0,
                expected: None,
                added: 0,
                changed: 0,
                gone: 0,
                unclear: 0,
                uncounted: true,
                ..last.clone()
            };
        }
        self
    }

    pub fn freshness(&self) -> Freshness {
        let Some(at) = self.complete_as_of else {
            return Freshness::Stale;
        };
        match (self.now.0 - at.0) / 60_000 {
            ..=60 => Freshness::Fresh,
            61..=1440 => Freshness::Ageing,
            _ => Freshness::Stale,
        }
    }

    pub fn running(&self) -> Option<&Refresh> {
        self.last
            .as_ref()
            .filter(|refresh| refresh.finished_at.is_none())
    }

    pub fn failed(&self) -> Option<&Refresh> {
        self.last
            .as_ref()
            .filter(|refresh| refresh.finished_at.is_some() && !refresh.failure.is_empty())
    }
}

impl Refresh {
    /// `12,400 of 48,000`.
    pub fn progress(&self) -> String {
        if self.uncounted {
            return String::new();
        }
        match self.expected {
            Some(expected) => {
                format!(
                    "{} of {}",
                    number::grouped(self.read),
                    number::grouped(expected)
                )
            }
            None => number::grouped(self.read),
        }
    }

    /// What the snackbar says when it is over.
    pub fn notice(&self) -> String {
        if self.failure.is_empty() && self.uncounted {
            "Cache refreshed.".to_owned()
        } else if self.failure.is_empty() {
            let unclear = match self.unclear {
                0 => String::new(),
                devices => format!(" {} could not be read in full.", number::devices(devices)),
            };
            format!(
                "Cache refreshed: {} read, {} added, {} updated, {} removed.{unclear}",
                number::devices(self.read),
                number::grouped(self.added),
                number::grouped(self.changed),
                number::grouped(self.gone)
            )
        } else {
            format!("Couldn't refresh the cache: {}", self.failure)
        }
    }
}
