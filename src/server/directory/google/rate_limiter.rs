//! Spaces calls so that they stay within the quota: across all processes that share a
//! database, or, without a database, by a pause before each call.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::backoff;
use crate::server::store::{Store, StoreError};

#[derive(Debug)]
pub struct RateLimiter {
    store: Option<Arc<Store>>,
    interval: Duration,
}

impl RateLimiter {
    /// Calls are `interval` apart.
    pub fn new(store: Option<Arc<Store>>, interval: Duration) -> Self {
        Self { store, interval }
    }

    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Waits until the next call may be sent.
    pub async fn wait(&self) -> Result<(), StoreError> {
        let wait = match &self.store {
            None => self.interval,
            Some(store) => {
                let interval = self.interval.as_millis() as i64;
                let wait = store.reserve_calls(1, interval, store.now().await?).await?;
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
