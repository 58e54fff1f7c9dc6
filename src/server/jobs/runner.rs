//! Works on jobs, a batch of each in turn, for as long as the server runs. What it
//! does is decided by the database alone, so a restart goes on where it was, and
//! several processes share the work.

use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Jobs;
use crate::domain::job::{JobState, JobSummary};
use crate::server::error::{chain, storage_sentence};
use crate::server::store::{Batch, StoreError};
use crate::server::supervisor::Supervisor;

/// Devices in a batch of the local directory.
const BATCH: u32 = 500;

/// How often the database is asked for work that nobody announced.
const POLL: Duration = Duration::from_secs(1);

/// How often it is looked whether a job only waits for its devices to be read: it is what
/// the operator waits for, too.
const REREAD: Duration = Duration::from_millis(100);

/// How long to wait after the database failed.
const RETRY: Duration = Duration::from_secs(1);

/// Calls to a remote directory at the same time. The local one takes one.
pub const CALLS: usize = 12;

/// Runs until the token is cancelled; what is under way is finished.
pub async fn run(jobs: Jobs, supervisor: &Supervisor, stop: &CancellationToken) {
    let jobs = &jobs;
    let workers = if jobs.remote.is_some() { CALLS } else { 1 };
    let working = (1..=workers).map(|number| async move {
        let name = format!("worker {number}");
        let run = || work(jobs, supervisor, stop);
        supervisor.keep(&name, stop, run).await;
    });
    tokio::join!(
        join_all(working),
        supervisor.keep("recovery", stop, || super::recovery::run(jobs, stop)),
        supervisor.keep("commands", stop, || super::command::run(jobs, stop)),
        supervisor.keep("reread", stop, || reread(jobs, stop)),
        supervisor.keep("broadcaster", stop, || super::broadcaster::run(jobs, stop)),
    );
}

async fn work(jobs: &Jobs, supervisor: &Supervisor, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let wait = match jobs.run_round(supervisor, stop).await {
            Ok(worked) => {
                jobs.live.set_database_problem(None);
                if worked {
                    // Where there was work there may be more: the next one looks, too.
                    jobs.work.notify_one();
                    continue;
                }
                POLL
            }
            Err(error) => {
                tracing::error!(cause = %chain(&error), "a job waits for the database");
                jobs.live
                    .set_database_problem(Some(storage_sentence(&error)));
                RETRY
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = jobs.work.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Reads what jobs have touched before they end. The local directory tells by itself.
async fn reread(jobs: &Jobs, stop: &CancellationToken) {
    let Some(remote) = &jobs.remote else { return };
    while !stop.is_cancelled() {
        let wait = tokio::select! {
            () = stop.cancelled() => return,
            done = jobs.reread(remote.as_ref()) => match done {
                Ok(true) => REREAD,
                Ok(false) => POLL,
                Err(error) => {
                    tracing::warn!(cause = %chain(&error), "devices could not be read again");
                    RETRY
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

impl Jobs {
    /// Runs a batch of every job that can run. Returns whether there was any.
    async fn run_round(
        &self,
        supervisor: &Supervisor,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let mut worked = false;
        self.expire_approvals().await?;
        for job in self.store.unfinished_jobs().await? {
            let runs = matches!(job.state, JobState::Queued | JobState::Running);
            if !runs || job.starts_in != 0 || job.waits != 0 || stop.is_cancelled() {
                continue;
            }
            // In a task of its own: should it panic, the others go on, and what it
            // left open is found by recovery.
            let (jobs, stop) = (self.clone(), stop.clone());
            let working = tokio::spawn(async move {
                match jobs.remote.clone() {
                    Some(remote) => {
                        if !jobs.is_checked(remote.as_ref(), &job, &stop).await? {
                            return Ok(false);
                        }
                        jobs.run_call(remote, &job, &stop).await
                    }
                    None => jobs.run_batch(&job, &stop).await,
                }
            });
            worked |= match working.await {
                Ok(worked) => worked?,
                Err(ended) => {
                    if let Ok(panic) = ended.try_into_panic() {
                        supervisor.note_panic("job", panic.as_ref());
                    }
                    false
                }
            };
        }
        Ok(worked)
    }

    async fn run_batch(
        &self,
        job: &JobSummary,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let (limit, pause) = self.rules.pace(BATCH);
        let call = Uuid::new_v4().simple().to_string();
        let now = self.store.now().await?;
        let batch = self
            .store
            .run_local_batch(&job.id, &call, limit, now)
            .await?;
        self.changed.notify_one();
        if batch != Batch::Finished && !pause.is_zero() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(match batch {
            Batch::Worked(devices) => devices != 0,
            Batch::Finished => true,
            Batch::NotRunnable => false,
        })
    }
}
