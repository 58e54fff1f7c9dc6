//! Checks that the directory still accepts our key, scopes and role: at start, daily, after a
//! refused call or refresh, and every minute while a check fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::directory::Directory;
use super::live::Live;
use crate::domain::directory_health::DirectoryHealth;
use crate::domain::time::Timestamp;

/// How often a good connection is looked at.
const DAILY: Duration = Duration::from_hours(24);

/// How often a bad one is.
const SOON: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
pub struct Health {
    directory: Arc<dyn Directory>,
    live: Live,
    state: Arc<Mutex<DirectoryHealth>>,
    check_requested: Arc<Notify>,
}

impl Health {
    pub fn new(directory: Arc<dyn Directory>, live: Live) -> Self {
        Self {
            directory,
            live,
            state: Arc::default(),
            check_requested: Arc::default(),
        }
    }

    /// What the last look came to.
    pub fn state(&self) -> DirectoryHealth {
        self.with(|state| state.clone())
    }

    /// Looks now, and tells every open page when it has changed.
    pub async fn look(&self) -> DirectoryHealth {
        let check = self.directory.check().await;
        let (before, after) = self.with(|state| {
            let after = state.after(check, Timestamp::now());
            (std::mem::replace(state, after.clone()), after)
        });
        let is_news = before.check.findings != after.check.findings;
        for finding in after.check.findings.iter().filter(|_| is_news) {
            if !finding.remedy.is_empty() {
                tracing::error!(remedy = finding.remedy, "{}", finding.what);
            }
        }
        self.live.set_directory_outage(after.outage());
        after
    }

    /// The directory has refused something: it is looked at soon.
    pub fn request_check(&self) {
        self.check_requested.notify_one();
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
                () = self.check_requested.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut DirectoryHealth) -> T) -> T {
        what(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
