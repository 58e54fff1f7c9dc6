//! Whether we still reach the directory as who we should be: looked at when the server
//! starts, daily, and every minute while something is wrong.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::directory::Directory;
use crate::domain::identity::DirectoryHealth;
use crate::domain::time::Timestamp;

/// How often a good connection is looked at.
const DAILY: Duration = Duration::from_hours(24);

/// How often a bad one is.
const SOON: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
pub struct Health {
    directory: Arc<dyn Directory>,
    state: Arc<Mutex<DirectoryHealth>>,
}

impl Health {
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self {
            directory,
            state: Arc::default(),
        }
    }

    /// What the last look came to.
    pub fn state(&self) -> DirectoryHealth {
        self.with(|state| state.clone())
    }

    /// Looks now.
    pub async fn look(&self) -> DirectoryHealth {
        let check = self.directory.check().await;
        let after = self.with(|state| {
            *state = state.after(check, Timestamp::now());
            state.clone()
        });
        for finding in &after.check.findings {
            if !finding.remedy.is_empty() {
                tracing::error!(remedy = finding.remedy, "{}", finding.what);
            }
        }
        after
    }

    /// Looks again and again until the token is cancelled.
    pub async fn watch(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let wait = match self.look().await.down_since {
                Some(_) => SOON,
                None => DAILY,
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut DirectoryHealth) -> T) -> T {
        what(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
