//! What operators do to a running job: pause, resume, stop what remains.

use super::job_powerwash::take_back;
use super::job_settle::{count_moved, finish_if_done, lock_job, note};
use super::pool::on_tx;
use super::{Store, StoreError, Tx};
use crate::domain::job::{ItemState, JobId, JobState};
use crate::domain::time::Timestamp;

impl Store {
    /// Pauses a job: nothing more is sent, what is under way is awaited.
    pub async fn pause_job(
        &self,
        job: &JobId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        lock_job(&mut tx, job).await?;
        pause(&mut tx, job, reason, now).await?;
        tx.commit().await
    }

    /// Goes on with a paused job, reads back again what could not be read, and lets
    /// the breaker count anew.
    pub async fn resume_job(&self, job: &JobId, now: Timestamp) -> Result<(), StoreError> {
        const RESUME: &str = "
            UPDATE job SET state = 'running', pause_reason = '', throttle_until = 0,
                judged = succeeded + failed, judged_failed = failed
            WHERE id = $1 AND state = 'paused'";
        const READ: &str = "
            UPDATE job_item SET next_at = $2, checks = 0
            WHERE job_id = $1 AND state = 'unconfirmed'";
        let mut tx = self.begin().await?;
        let resumed = on_tx!(&mut tx, |conn| {
            sqlx::query(RESUME)
                .bind(job.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if resumed == 0 {
            return Ok(());
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(READ)
                .bind(job.as_str())
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        note(&mut tx, job, "resumed", "", now).await?;
        tx.commit().await
    }

    /// Stops what remains of a job: devices whose turn has not come are not
    /// attempted, what is done stays done. Stopping twice changes nothing.
    pub async fn stop_job(&self, job: &JobId, now: Timestamp) -> Result<(), StoreError> {
        const STOP: &str = "
            UPDATE job SET state = 'cancelling', pause_reason = '', throttle_until = 0
            WHERE id = $1";
        const ITEMS: &str = "
            UPDATE job_item SET state = 'not_attempted', finished_at = $2
            WHERE job_id = $1 AND state = 'pending'";
        let mut tx = self.begin().await?;
        let state = lock_job(&mut tx, job).await?;
        if !matches!(
            state,
            Some(JobState::Queued | JobState::Running | JobState::Paused)
        ) {
            return Ok(());
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(STOP).bind(job.as_str()).execute(conn).await?;
        });
        let stopped = on_tx!(&mut tx, |conn| {
            sqlx::query(ITEMS)
                .bind(job.as_str())
                .bind(now.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        let moved = (ItemState::Pending, ItemState::NotAttempted);
        take_back(&mut tx, job).await?;
        count_moved(&mut tx, job, moved, stopped, "stopped", now).await?;
        finish_if_done(&mut tx, job, now).await?;
        tx.commit().await
    }
}

/// Pauses a job that runs; another is left as it is.
pub(super) async fn pause(
    tx: &mut Tx,
    job: &JobId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const PAUSE: &str = "
        UPDATE job SET state = 'paused', pause_reason = $2
        WHERE id = $1 AND state IN ('queued', 'running')";
    let paused = on_tx!(tx, |conn| {
        sqlx::query(PAUSE)
            .bind(job.as_str())
            .bind(reason)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if paused == 0 {
        return Ok(());
    }
    note(tx, job, "paused", reason, now).await
}
