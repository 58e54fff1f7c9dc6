//! Recovers calls to a remote directory that have no recorded answer: marks calls of ended
//! processes as lost, and reads their devices back (T4 and T5 of docs/protocol.md).

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Jobs;
use crate::domain::backoff;
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::{Cause, Outcome, reconcile};
use crate::domain::job::{JobId, SuccessKind};
use crate::domain::time::Timestamp;
use crate::server::directory::DirectoryError;
use crate::server::directory::remote::RemoteDirectory;
use crate::server::error::chain;
use crate::server::store::{StoreError, Unconfirmed};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);

/// Devices read back in a row, and recorded together: those of two calls.
const READS: u32 = 100;

/// After so many calls that came to nothing, a device is not sent again.
const MAX_ATTEMPTS: i32 = 8;

/// After so many attempts to read a device that the directory does not understand, the
/// device is set aside.
const MAX_REFUSALS: i32 = 3;

/// Devices read at the same time.
const AT_ONCE: usize = 8;

/// The calls of this process that are under way.
#[derive(Clone, Debug, Default)]
pub struct UnderWay(Arc<Mutex<HashSet<String>>>);

/// A call that is under way until this is dropped.
#[derive(Debug)]
pub struct Entered {
    all: UnderWay,
    id: String,
}

impl UnderWay {
    pub fn enter(&self, id: &str) -> Entered {
        self.with(|all| all.insert(id.to_owned()));
        Entered {
            all: self.clone(),
            id: id.to_owned(),
        }
    }

    pub fn has(&self, id: &str) -> bool {
        self.with(|all| all.contains(id))
    }

    fn with<T>(&self, what: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.all.with(|all| all.remove(&self.id));
    }
}

/// Runs until the token is cancelled. The local directory leaves nothing behind.
pub(super) async fn run(jobs: &Jobs, stop: &CancellationToken) {
    let Some(remote) = &jobs.remote else { return };
    while !stop.is_cancelled() {
        match jobs.look_after(remote.as_ref(), stop).await {
            // There may be more to read back.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(cause = %chain(&error), "open calls could not be looked after");
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

impl Jobs {
    /// Returns whether as many devices were due as are read in a row.
    async fn look_after(
        &self,
        remote: &dyn RemoteDirectory,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let me = self.store.renew_lease(&self.worker).await?;
        let call_ends_ms = remote.call_ends_within().as_millis() as i64;
        let now = self.store.now().await?;
        let lost = self
            .store
            .mark_orphaned_calls_lost(me, |id| self.under_way.has(id), call_ends_ms, now)
            .await?;
        if lost != 0 {
            self.changed.notify_one();
        }
        // Recorded together, so that what is sent again goes together.
        let mut read: BTreeMap<(JobId, u32, String), Vec<(DeviceId, NextStep)>> = BTreeMap::new();
        let due = self.store.due_for_reading(READS, now).await?;
        for items in due.chunks(AT_ONCE) {
            let calls = items.len() as u32;
            if !self.wait_for_calls(calls, remote.interval(), stop).await? {
                break;
            }
            let reads = join_all(items.iter().map(|item| self.read_back(remote, item))).await;
            for (item, next) in items.iter().zip(reads) {
                if let Some(next) = next? {
                    let call = (item.job.clone(), item.ordinal, item.call_id.clone());
                    read.entry(call).or_default().push((item.device, next));
                }
            }
        }
        if !read.is_empty() {
            self.store.answers_again().await?;
        }
        for ((job, ordinal, call), next) in read {
            let now = self.store.now().await?;
            self.store
                .record_read_back(&job, ordinal, &call, &next, now)
                .await?;
            self.work.notify_one();
            self.changed.notify_one();
        }
        Ok(due.len() as u32 == READS)
    }

    /// Reads a device back. `None` if it could not be read, and will be later.
    async fn read_back(
        &self,
        remote: &dyn RemoteDirectory,
        item: &Unconfirmed,
    ) -> Result<Option<NextStep>, StoreError> {
        let reading = remote.get(&item.device_id);
        let found = tokio::time::timeout(remote.call_ends_within(), reading).await;
        let now = self.store.now().await?;
        let away = match found {
            Ok(Ok(found)) => {
                let outcome = reconcile(
                    &item.effect,
                    item.reviewed_enrolled,
                    item.sent_at,
                    found.as_ref(),
                );
                let call_ends = remote.call_ends_within().as_millis() as i64;
                let next = match outcome {
                    // The directory has said that it did it, and shows it now.
                    Some(Outcome::Succeeded(_)) if item.denied => {
                        Some(NextStep::Finish(Outcome::Succeeded(SuccessKind::Applied)))
                    }
                    Some(outcome) => Some(NextStep::Finish(outcome)),
                    // It was answered for: it is not sent again, but looked at, until it is
                    // shown otherwise or somebody gives it up.
                    None if item.denied && item.stopping => {
                        Some(NextStep::Finish(Outcome::Failed(Cause::Refused)))
                    }
                    None if item.denied => None,
                    // What was done a moment ago may not be seen yet.
                    None if item.refused && now.0 < item.sent_at + call_ends => {
                        Some(NextStep::ReadBack {
                            at: item.sent_at + call_ends,
                            refused: true,
                        })
                    }
                    // An earlier call that was not answered may be why it was refused,
                    // whatever is shown: nobody knows until something else is.
                    None if item.refused && 1 < item.attempt => None,
                    None if item.refused || MAX_ATTEMPTS <= item.attempt => {
                        Some(NextStep::Finish(Outcome::Failed(Cause::Refused)))
                    }
                    None => Some(NextStep::Again {
                        at: now.0,
                        max_batch: 0,
                        free: false,
                    }),
                };
                if next.is_some() {
                    return Ok(next);
                }
                false
            }
            Ok(Err(DirectoryError::Refused(message))) if MAX_REFUSALS <= item.checks + 1 => {
                let words = [(item.device, message)];
                self.store
                    .keep_words(&item.job, item.ordinal, &item.call_id, &words)
                    .await?;
                return Ok(Some(NextStep::Finish(Outcome::Failed(Cause::Invalid))));
            }
            Ok(Err(DirectoryError::Unreachable(_))) | Err(_) => true,
            Ok(Err(_)) => false,
        };
        let spread = Uuid::new_v4().as_fields().0 % 1000;
        let wait = backoff::wait(item.checks as u32 + 1, spread);
        let until = Timestamp(now.0 + wait);
        if away {
            self.store.await_directory(item, until).await?;
        } else {
            self.store.postpone_reading(item, until, now).await?;
        }
        Ok(None)
    }
}
