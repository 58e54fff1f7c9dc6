//! What operators do to a running job: pause, resume, stop what remains.

use super::super::effect::{Change, again_after_refusal, expire_look};
use super::super::pace::stop_waiting;
use super::super::pool::on_tx;
use super::super::{Store, StoreError, Tx};
use super::decide::withdraw;
use super::plan_hash::may_be_carried_out;
use super::{finish_if_done, lock_job, note};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::job::{ItemState, JobId, JobState};
use crate::domain::time::Timestamp;

/// What came of asking to resume a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// It runs, or was not one that can be resumed.
    Done,
    /// The items of the job are not those that were reviewed: nothing more is sent.
    Changed,
}

impl Store {
    /// Pauses a job: nothing more is sent, what is under way is awaited.
    pub async fn pause_job(
        &self,
        job: &JobId,
        by: impl Into<Actor>,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        lock_job(&mut tx, job).await?;
        pause(&mut tx, job, &by.into(), reason, now).await?;
        tx.commit().await
    }

    /// Goes on with a paused job, or with one that is being stopped and asks for a
    /// person: reads back what could not be read, sends again what was refused to be
    /// erased, waits for nothing any more, and lets the breaker count anew. The devices still
    /// to be sent are read from the directory again before the first of them is.
    pub async fn resume_job(
        &self,
        job: &JobId,
        by: impl Into<Actor>,
        now: Timestamp,
    ) -> Result<Resume, StoreError> {
        const RESUME: &str = "
            UPDATE job SET state = CASE state WHEN 'paused' THEN 'running' ELSE state END,
                pause_reason = '', throttle_until = 0
            WHERE id = $1 AND NOT awaits_approval
                AND (state = 'paused' OR (state = 'cancelling' AND pause_reason <> ''))";
        const JUDGED: &str = "
            UPDATE job_step SET judged_succeeded = succeeded, judged_failed = failed
            WHERE job_id = $1";
        let mut tx = self.begin().await?;
        let state = lock_job(&mut tx, job).await?.state;
        if state == Some(JobState::Paused) && !may_be_carried_out(&mut tx, job).await? {
            return Ok(Resume::Changed);
        }
        let resumed = on_tx!(&mut tx, |conn| {
            sqlx::query(RESUME)
                .bind(job.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if resumed == 0 {
            return Ok(Resume::Done);
        }
        expire_look(&mut tx, job).await?;
        read_back_now(&mut tx, job, now).await?;
        let mut change = Change::default();
        if state == Some(JobState::Paused) {
            again_after_refusal(&mut tx, job, &mut change).await?;
        }
        change.write(&mut tx, job, "resumed", now).await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(JUDGED).bind(job.as_str()).execute(conn).await?;
        });
        stop_waiting(&mut tx, now).await?;
        tx.record(Event::new(&by.into(), Act::JobResumed).on(job.as_str()));
        tx.commit().await?;
        Ok(Resume::Done)
    }

    /// Stops what remains of a job: devices whose turn has not come are not
    /// attempted, what is done stays done. Stopping twice changes nothing.
    pub async fn stop_job(
        &self,
        job: &JobId,
        by: impl Into<Actor>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        stop(&mut tx, job, &by.into(), now).await?;
        tx.commit().await
    }

    /// Stops what remains of all jobs at once. Returns how many it stopped.
    pub async fn stop_all_jobs(&self, by: &Actor, now: Timestamp) -> Result<u64, StoreError> {
        const OPEN: &str = "
            SELECT id FROM job WHERE state IN ('queued', 'running', 'paused') ORDER BY number";
        let mut tx = self.begin().await?;
        let jobs: Vec<String> = on_tx!(&mut tx, |conn| sqlx::query_scalar(OPEN)
            .fetch_all(conn)
            .await?);
        let mut stopped = 0;
        for job in jobs {
            stopped += u64::from(stop(&mut tx, &JobId(job), by, now).await?);
        }
        tx.commit().await?;
        Ok(stopped)
    }
}

/// Stops what remains of a job. Returns whether it was one that could be stopped.
pub(super) async fn stop(
    tx: &mut Tx,
    job: &JobId,
    by: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const STOP: &str = "
        UPDATE job SET state = 'cancelling', awaits_approval = FALSE, pause_reason = '',
            throttle_until = 0
        WHERE id = $1";
    const PENDING: &str = "
        SELECT ordinal, COUNT(*) FROM effect WHERE job_id = $1 AND state = 'pending'
        GROUP BY ordinal";
    const EFFECTS: &str = "
        UPDATE effect SET state = 'not_attempted', finished_at = $2
        WHERE job_id = $1 AND state = 'pending'";
    let state = lock_job(tx, job).await?.state;
    if !matches!(
        state,
        Some(JobState::Queued | JobState::Running | JobState::Paused)
    ) {
        return Ok(false);
    }
    withdraw(tx, job, by, now).await?;
    on_tx!(tx, |conn| {
        sqlx::query(STOP).bind(job.as_str()).execute(conn).await?;
    });
    let pending: Vec<(i32, i64)> = on_tx!(tx, |conn| sqlx::query_as(PENDING)
        .bind(job.as_str())
        .fetch_all(conn)
        .await?);
    on_tx!(tx, |conn| {
        sqlx::query(EFFECTS)
            .bind(job.as_str())
            .bind(now.0)
            .execute(conn)
            .await?;
    });
    let mut change = Change::default();
    for (ordinal, devices) in pending {
        let (from, to) = (ItemState::Pending, ItemState::NotAttempted);
        change.moved(ordinal as u32, from, to, devices as u64);
    }
    read_back_now(tx, job, now).await?;
    change.write(tx, job, "stopped", now).await?;
    tx.record(Event::new(by, Act::JobStopped).on(job.as_str()));
    finish_if_done(tx, job, now).await?;
    Ok(true)
}

/// Pauses a job that runs; another is left as it is.
pub(super) async fn pause(
    tx: &mut Tx,
    job: &JobId,
    by: &Actor,
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
    let event = Event::new(by, Act::JobPaused).on(job.as_str());
    tx.record(event.with("why", reason));
    note(tx, job, "paused", reason, now).await
}

/// Says why a person is needed: a job that runs is paused for it, one that is being
/// stopped only says so.
pub(in crate::server::store) async fn ask_for_a_person(
    tx: &mut Tx,
    job: &JobId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const ASK: &str = "
        UPDATE job SET pause_reason = $2
        WHERE id = $1 AND state = 'cancelling' AND pause_reason <> $2";
    let asked = on_tx!(tx, |conn| {
        sqlx::query(ASK)
            .bind(job.as_str())
            .bind(reason)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if asked != 0 {
        return note(tx, job, "unreadable", reason, now).await;
    }
    pause(tx, job, &Actor::sunset(), reason, now).await
}

/// Reads back at once what could not be read for long, or waits for its turn.
async fn read_back_now(tx: &mut Tx, job: &JobId, now: Timestamp) -> Result<(), StoreError> {
    // What was sent a moment ago has a time before which reading tells nothing.
    const READ: &str = "
        UPDATE effect SET next_at = $2, checks = 0
        WHERE job_id = $1 AND state = 'unconfirmed' AND checks > 0";
    on_tx!(tx, |conn| {
        sqlx::query(READ)
            .bind(job.as_str())
            .bind(now.0)
            .execute(conn)
            .await?;
    });
    Ok(())
}
