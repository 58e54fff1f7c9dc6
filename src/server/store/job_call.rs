//! Calls to a directory outside our database: the intent first (T1), the answer
//! fenced by the call's id (T3), and what became of calls nobody answers (T4). The steps
//! are in docs/protocol.md.

use super::job_effect::{Effect, apply};
use super::job_recheck::expire_look;
use super::job_settle::{Fence, count_moved, lock_job, settle, take_up};
use super::job_unconfirmed::overlay;
use super::pool::{id_list, on_pool, on_tx};
use super::row::device_id;
use super::{Store, StoreError, Tx};
use crate::domain::call::Next;
use crate::domain::device::DeviceId;
use crate::domain::job::{ItemState, JobId, JobState};
use crate::domain::time::Timestamp;

/// Devices about to be sent, with the intent on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub id: String,
    pub job: JobId,
    /// The reason's API value.
    pub reason: String,
    pub devices: Vec<(DeviceId, String)>,
}

/// What came of recording an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    Settled,
    /// That was the last of the job.
    Finished,
    /// The call had been given up as lost: the answer changed nothing.
    Late,
}

impl Store {
    /// Claims a job's next devices and puts the intent to send them on record.
    /// `None` if the look at them has expired, or if there is nothing to send now. Never
    /// send unless this returned.
    pub async fn open_call(
        &self,
        job: &JobId,
        call_id: &str,
        worker: i64,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<Call>, StoreError> {
        const NEXT: &str = "
            SELECT device, device_id, max_batch FROM job_item
            WHERE job_id = $1 AND state = 'pending' AND next_at <= $2 ORDER BY device LIMIT $3";
        const SEND: &str = "
            UPDATE job_item SET state = 'sent', attempt = attempt + 1, call_id = $3, sent_at = $4
            WHERE job_id = $1 AND state = 'pending' AND device IN IDS($2)";
        // Under the job's lock: whatever interrupts the job expires the look.
        const LOOKED: &str = "SELECT looked_until > $2 FROM job WHERE id = $1";
        let mut tx = self.begin().await?;
        let Some(reason) = take_up(&mut tx, job, now).await? else {
            return Ok(None);
        };
        let looked: bool = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(LOOKED)
                .bind(job.as_str())
                .bind(now.0)
                .fetch_one(conn)
                .await?
        });
        if !looked {
            return Ok(None);
        }
        let mut rows: Vec<(i32, String, i32)> = on_tx!(&mut tx, |conn| {
            sqlx::query_as(NEXT)
                .bind(job.as_str())
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(conn)
                .await?
        });
        let Some(max_batch) = rows.first().map(|row| row.2) else {
            return Ok(None);
        };
        let alike = rows.iter().take_while(|row| row.2 == max_batch).count();
        let most = if max_batch == 0 {
            alike
        } else {
            max_batch as usize
        };
        rows.truncate(alike.min(most));
        let devices = rows
            .into_iter()
            .map(|(device, name, _)| Ok((device_id(device)?, name)))
            .collect::<Result<Vec<_>, StoreError>>()?;

        let opened = Opened::By(worker);
        insert_call(&mut tx, job, call_id, opened, devices.len(), now).await?;
        let ids = id_list(devices.iter().map(|(id, _)| id.0));
        let sql = tx.sql(SEND);
        on_tx!(&mut tx, |conn| {
            sqlx::query(sql)
                .bind(job.as_str())
                .bind(ids.as_str())
                .bind(call_id)
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        let moved = (ItemState::Pending, ItemState::Sent);
        count_moved(&mut tx, job, moved, devices.len() as u64, "sending", now).await?;
        tx.commit().await?;
        Ok(Some(Call {
            id: call_id.to_owned(),
            job: job.clone(),
            reason,
            devices,
        }))
    }

    /// Records the answer to a call: what is next for each of its devices, and what
    /// it does to the job.
    pub async fn close_call(
        &self,
        call: &Call,
        next: &[(DeviceId, Next)],
        effect: &Effect,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        // One that is answered was told twice, which is no news.
        const LATE: &str = "
            UPDATE directory_call SET late_at = $2 WHERE call_id = $1 AND state = 'lost'";
        let mut tx = self.begin().await?;
        let state = lock_job(&mut tx, &call.job).await?;
        if !end_call(&mut tx, &call.id, "answered", now).await? {
            on_tx!(&mut tx, |conn| {
                sqlx::query(LATE)
                    .bind(call.id.as_str())
                    .bind(now.0)
                    .execute(conn)
                    .await?;
            });
            tx.commit().await?;
            return Ok(Recorded::Late);
        }
        apply(&mut tx, &call.job, effect, now).await?;
        let fence = Fence {
            job: &call.job,
            call_id: &call.id,
            from: ItemState::Sent,
            stopping: state == Some(JobState::Cancelling),
        };
        // A call that was not answered is an interruption as well.
        let unclear = |next: &Next| matches!(next, Next::ReadBack { refused: false, .. });
        if next.iter().any(|(_, next)| unclear(next)) {
            expire_look(&mut tx, &call.job).await?;
        }
        let finished = settle(&mut tx, fence, next, now).await?;
        overlay(&mut tx, &call.reason, next, now).await?;
        tx.commit().await?;
        Ok(if finished {
            Recorded::Finished
        } else {
            Recorded::Settled
        })
    }

    /// The calls that are open, with the number of the process that opened each.
    pub(super) async fn open_calls(&self) -> Result<Vec<(String, String, i64)>, StoreError> {
        const OPEN: &str =
            "SELECT call_id, job_id, worker FROM directory_call WHERE state = 'open'";
        Ok(on_pool!(self, |pool| sqlx::query_as(OPEN)
            .fetch_all(pool)
            .await?))
    }

    /// Gives a call up as lost: its devices are to be read back, from `read_at` on.
    pub async fn lose_call(
        &self,
        job: &JobId,
        call_id: &str,
        read_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const ITEMS: &str = "
            UPDATE job_item SET state = 'unconfirmed', next_at = $3, checks = 0
            WHERE job_id = $1 AND call_id = $2 AND state = 'sent'";
        let mut tx = self.begin().await?;
        lock_job(&mut tx, job).await?;
        if !end_call(&mut tx, call_id, "lost", now).await? {
            return Ok(false);
        }
        let devices = on_tx!(&mut tx, |conn| {
            sqlx::query(ITEMS)
                .bind(job.as_str())
                .bind(call_id)
                .bind(read_at.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        expire_look(&mut tx, job).await?;
        let moved = (ItemState::Sent, ItemState::Unconfirmed);
        count_moved(&mut tx, job, moved, devices, "lost", now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// How a call begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opened {
    /// By the process of this number, and not answered yet.
    By(i64),
    /// By the local directory, whose answer is in the same transaction.
    AndAnswered,
}

/// Puts the intent to call on record.
pub(super) async fn insert_call(
    tx: &mut Tx,
    job: &JobId,
    call_id: &str,
    opened: Opened,
    devices: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    const OPEN: &str = "
        INSERT INTO directory_call
            (call_id, job_id, state, devices, opened_at, answered_at, worker, late_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    let (state, answered_at, worker) = match opened {
        Opened::By(worker) => ("open", 0, worker),
        Opened::AndAnswered => ("answered", now.0, 0),
    };
    on_tx!(tx, |conn| {
        sqlx::query(OPEN)
            .bind(call_id)
            .bind(job.as_str())
            .bind(state)
            .bind(devices as i64)
            .bind(now.0)
            .bind(answered_at)
            .bind(worker)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Ends an open call. Returns whether it was open.
async fn end_call(
    tx: &mut Tx,
    call_id: &str,
    state: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const END: &str = "
        UPDATE directory_call SET state = $2, answered_at = $3
        WHERE call_id = $1 AND state = 'open'";
    let ended = on_tx!(tx, |conn| {
        sqlx::query(END)
            .bind(call_id)
            .bind(state)
            .bind(now.0)
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok(ended != 0)
}
