//! Devices that were sent and of which no answer came (T5): read back, never guessed.

use super::job_recheck::expire_look;
use super::job_settle::{Fence, lock_job, settle};
use super::pool::{id_list, on_pool, on_tx};
use super::refresh::bump_generation;
use super::row::device_id;
use super::{Store, StoreError, Tx};
use crate::domain::call::Next;
use crate::domain::device::DeviceId;
use crate::domain::job::{How, ItemState, JobId, JobState};
use crate::domain::settlement::Settlement;
use crate::domain::time::Timestamp;

/// After so many failed attempts to read a device back, a person is asked.
const MAX_CHECKS: i32 = 8;

/// How long between two attempts from then on, in milliseconds.
const TIRED: i64 = 5 * 60_000;

/// A device to be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    pub job: JobId,
    pub device: DeviceId,
    pub device_id: String,
    pub call_id: String,
    /// As it was reviewed.
    pub reviewed_enrolled: i64,
    pub sent_at: i64,
    /// How often it could not be read.
    pub checks: i32,
    /// How often it was sent.
    pub attempt: i32,
    /// The directory said that its state forbids it.
    pub refused: bool,
    /// The directory said that it is deprovisioned, and did not show it so.
    pub denied: bool,
    /// The job is being stopped.
    pub stopping: bool,
}

impl Store {
    /// The devices whose turn it is to be read back.
    pub async fn due_for_reading(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Unconfirmed>, StoreError> {
        const DUE: &str = "
            SELECT job_id, device, device_id, call_id, snap_enrolled, sent_at, checks, attempt,
                refused, denied, (SELECT state FROM job WHERE id = job_id) = 'cancelling'
            FROM job_item WHERE state = 'unconfirmed' AND next_at <= $1
            ORDER BY next_at, job_id, device LIMIT $2";
        type Row = (
            String,
            i32,
            String,
            String,
            i64,
            i64,
            i32,
            i32,
            bool,
            bool,
            bool,
        );

        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(DUE)
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|row| {
                Ok(Unconfirmed {
                    job: JobId(row.0),
                    device: device_id(row.1)?,
                    device_id: row.2,
                    call_id: row.3,
                    reviewed_enrolled: row.4,
                    sent_at: row.5,
                    checks: row.6,
                    attempt: row.7,
                    refused: row.8,
                    denied: row.9,
                    stopping: row.10,
                })
            })
            .collect()
    }

    /// Records what reading a call's devices back has shown. Whatever has happened to
    /// an item since it was due stands.
    pub async fn settle_unconfirmed(
        &self,
        job: &JobId,
        call_id: &str,
        next: &[(DeviceId, Next)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const REASON: &str = "SELECT reason FROM job WHERE id = $1";
        let mut tx = self.begin().await?;
        let state = lock_job(&mut tx, job).await?;
        let fence = Fence {
            job,
            call_id,
            from: ItemState::Unconfirmed,
            stopping: state == Some(JobState::Cancelling),
        };
        settle(&mut tx, fence, next, now).await?;
        // What is sent once more passes the rules of the first check again.
        if next
            .iter()
            .any(|(_, next)| matches!(next, Next::Again { .. }))
        {
            expire_look(&mut tx, job).await?;
        }
        let reason: String = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(REASON)
                .bind(job.as_str())
                .fetch_one(conn)
                .await?
        });
        overlay(&mut tx, &reason, next, now).await?;
        tx.commit().await
    }

    /// Puts off reading a device that could not be read. After too often, its job asks
    /// for a person, and it is read from time to time.
    pub async fn postpone_reading(
        &self,
        item: &Unconfirmed,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const UNREAD: &str = "The directory could not be read to tell what became of some devices.";
        const DENIED: &str = "The directory answered that some devices are deprovisioned, but shows \
            them as before.";
        let why = if item.denied { DENIED } else { UNREAD };
        let tired = MAX_CHECKS <= item.checks + 1;
        let mut tx = self.begin().await?;
        lock_job(&mut tx, &item.job).await?;
        postpone(&mut tx, item, if tired { now.0 + TIRED } else { until.0 }).await?;
        if tired {
            super::job_steer::ask_for_a_person(&mut tx, &item.job, why, now).await?;
        }
        tx.commit().await
    }

    /// Puts off reading a device while the directory is away for everybody: no person
    /// need look, it comes back by itself.
    pub async fn await_directory(
        &self,
        item: &Unconfirmed,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        lock_job(&mut tx, &item.job).await?;
        postpone(&mut tx, item, until.0).await?;
        tx.commit().await
    }
}

async fn postpone(tx: &mut Tx, item: &Unconfirmed, until: i64) -> Result<(), StoreError> {
    const POSTPONE: &str = "
        UPDATE job_item SET checks = checks + 1, next_at = $4
        WHERE job_id = $1 AND device = $2 AND state = 'unconfirmed' AND call_id = $3";
    on_tx!(tx, |conn| {
        sqlx::query(POSTPONE)
            .bind(item.job.as_str())
            .bind(item.device.0 as i32)
            .bind(item.call_id.as_str())
            .bind(until)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Shows devices as deprovisioned, as the directory has said they are. The reason is the
/// job's only where the job did it.
pub(super) async fn overlay(
    tx: &mut Tx,
    reason: &str,
    next: &[(DeviceId, Next)],
    now: Timestamp,
) -> Result<(), StoreError> {
    const OVERLAY: &str = "
        UPDATE device SET status = 'DEPROVISIONED', deprovision_reason = $2,
            deprovisioned_at = $3, read_at = $3, version = version + 1, generation = $4
        WHERE id IN IDS($1) AND status <> 'DEPROVISIONED'";
    const SHOW: &str = "
        UPDATE device SET status = 'DEPROVISIONED', read_at = $2, version = version + 1,
            generation = $3
        WHERE id IN IDS($1) AND status <> 'DEPROVISIONED'";
    let succeeded = |already: bool| -> Vec<u32> {
        next.iter()
            .filter(|(_, next)| {
                matches!(next, Next::Settle(Settlement::Succeeded(how))
                    if (*how == How::Already) == already)
            })
            .map(|(device, _)| device.0)
            .collect()
    };
    let (ours, others) = (succeeded(false), succeeded(true));
    if ours.is_empty() && others.is_empty() {
        return Ok(());
    }
    let generation = bump_generation(tx).await?;
    if !ours.is_empty() {
        let sql = tx.sql(OVERLAY);
        on_tx!(tx, |conn| {
            sqlx::query(sql)
                .bind(id_list(ours))
                .bind(reason)
                .bind(now.0)
                .bind(generation)
                .execute(conn)
                .await?;
        });
    }
    if !others.is_empty() {
        // The next reading of the device brings its reason and time.
        let sql = tx.sql(SHOW);
        on_tx!(tx, |conn| {
            sqlx::query(sql)
                .bind(id_list(others))
                .bind(now.0)
                .bind(generation)
                .execute(conn)
                .await?;
        });
    }
    Ok(())
}
