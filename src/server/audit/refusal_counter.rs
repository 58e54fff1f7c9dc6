//! What somebody can do a thousand times a second: to guess passwords, and to ask for what
//! they may not have. The first of a kind is put on record at once, those that follow are
//! counted and put on record together, so that nobody fills the disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::audit::{Act, Actor, Event};
use crate::server::store::{Store, StoreError};

/// How long what follows is counted.
pub const INTERVAL: Duration = Duration::from_secs(300);

/// The most kinds that are told apart in an interval. All others are one more.
const MOST: usize = 20;

/// What is counted together: the same act of the same person on the same thing.
type Kind = (Act, String, String);

/// Counts what is repeated. Clones share it.
#[derive(Clone, Debug)]
pub struct RefusalCounter {
    store: Arc<Store>,
    seen: Arc<Mutex<HashMap<Kind, Repeated>>>,
}

#[derive(Debug)]
struct Repeated {
    first: Event,
    /// How often it came after that.
    again: u64,
}

impl RefusalCounter {
    pub fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            seen: Arc::default(),
        }
    }

    /// Puts an event on record, or counts it. Nobody waits for that: how long it takes must
    /// not tell what was found.
    pub fn note(&self, event: Event) {
        if let Some(event) = self.count(event) {
            let store = self.store.clone();
            tokio::spawn(async move {
                if let Err(cause) = store.record(event).await {
                    tracing::error!(%cause, "a refusal could not be put on record");
                }
            });
        }
    }

    /// Returns what is to be put on record now.
    fn count(&self, event: Event) -> Option<Event> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = |event: &Event| (event.act, event.actor.name.clone(), event.target.clone());
        let event = match seen.len() < MOST || seen.contains_key(&kind(&event)) {
            true => event,
            false => Event::new(&Actor::named("several"), event.act).outcome(event.outcome),
        };
        if let Some(repeated) = seen.get_mut(&kind(&event)) {
            repeated.again += 1;
            return None;
        }
        let first = event.clone();
        seen.insert(kind(&event), Repeated { first, again: 0 });
        Some(event)
    }

    /// Puts on record how often each came since it was last told, and begins anew.
    ///
    /// # Errors
    /// The database failed. What was counted is lost.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let repeated = seen.into_values().filter(|repeated| repeated.again != 0);
        let events: Vec<Event> = repeated
            .map(|repeated| repeated.first.with("times", repeated.again))
            .collect();
        if events.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for event in events {
            tx.record(event);
        }
        tx.commit().await
    }
}
