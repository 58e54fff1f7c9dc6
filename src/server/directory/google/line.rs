//! The line for turns to call: one for all processes that share a database, or, for
//! who has none at hand, simply a pause.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::backoff;
use crate::server::store::{Store, StoreError};

#[derive(Debug)]
pub struct Line {
    store: Option<Arc<Store>>,
    interval: Duration,
}

impl Line {
    /// A line in which turns are `interval` apart.
    pub fn new(store: Option<Arc<Store>>, interval: Duration) -> Self {
        Self { store, interval }
    }

    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Waits for the next turn.
    pub async fn turn(&self) -> Result<(), StoreError> {
        let wait = match &self.store {
            None => self.interval,
            Some(store) => {
                let interval = self.interval.as_millis() as i64;
                let wait = store.take_turns(1, interval, store.now().await?).await?;
                Duration::from_millis(wait as u64)
            }
        };
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Google asked to wait, and everybody does: the quota is one for all.
    pub async fn slow_down(&self, asked: Option<Duration>, spread: u32) -> Result<(), StoreError> {
        match &self.store {
            None => {
                let wait = Duration::from_millis(backoff::wait(1, spread) as u64);
                tokio::time::sleep(asked.unwrap_or(wait)).await;
            }
            Some(store) => {
                let asked = asked.map(|wait| wait.as_millis() as i64);
                store.slow_down(asked, spread, store.now().await?).await?;
            }
        }
        Ok(())
    }

    /// Google answers as it should.
    pub async fn answers_again(&self) -> Result<(), StoreError> {
        match &self.store {
            None => Ok(()),
            Some(store) => store.answers_again().await,
        }
    }
}
