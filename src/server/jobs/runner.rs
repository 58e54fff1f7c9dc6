//! Works on jobs, a batch of each in turn, for as long as the server runs. What it
//! does is decided by the database alone, so a restart goes on where it was.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Jobs;
use crate::domain::job::{JobState, JobSummary};
use crate::domain::live::LiveMessage;
use crate::domain::time::Timestamp;
use crate::server::error::chain;
use crate::server::store::{Batch, StoreError};

/// Devices in a batch of the local directory.
const BATCH: u32 = 500;

/// How often the database is asked for work that nobody announced.
const POLL: Duration = Duration::from_secs(2);

/// How long to wait after the database failed.
const RETRY: Duration = Duration::from_secs(1);

/// How often open pages are told of progress, at the most.
const TELL: Duration = Duration::from_millis(200);

/// Runs until the token is cancelled; the batch under way is finished.
pub async fn run(jobs: Jobs, stop: CancellationToken) {
    let mut told = Instant::now();
    while !stop.is_cancelled() {
        let wait = match jobs.run_round(&mut told, &stop).await {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::error!(cause = %chain(&error), "a job waits for the database");
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

impl Jobs {
    /// Runs a batch of every job that can run. Returns whether there was any.
    async fn run_round(
        &self,
        told: &mut Instant,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let mut worked = false;
        for job in self.store.unfinished_jobs().await? {
            if !matches!(job.state, JobState::Queued | JobState::Running) {
                continue;
            }
            if stop.is_cancelled() {
                break;
            }
            worked |= self.run_batch(&job, told, stop).await?;
        }
        Ok(worked)
    }

    async fn run_batch(
        &self,
        job: &JobSummary,
        told: &mut Instant,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let (limit, pause) = self.rules.pace(BATCH);
        let call = Uuid::new_v4().simple().to_string();
        let batch = self
            .store
            .run_local_batch(&job.id, &call, limit, Timestamp::now())
            .await?;
        let over = batch == Batch::Finished;
        if over || TELL <= told.elapsed() {
            *told = Instant::now();
            if let Some(job) = self.store.job(&job.id).await? {
                let operator = job.operator.clone();
                self.live.tell(LiveMessage::Job(job));
                if over {
                    self.tell_notices(&operator).await?;
                }
            }
        }
        if !over && !pause.is_zero() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(matches!(batch, Batch::Settled(devices) if 0 < devices) || over)
    }

    async fn tell_notices(&self, operator: &str) -> Result<(), StoreError> {
        if let Some(newest) = self.store.open_notices(operator).await?.pop() {
            self.live.tell(LiveMessage::Notice(newest));
        }
        Ok(())
    }
}
