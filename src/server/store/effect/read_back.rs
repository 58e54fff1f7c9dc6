//! Devices that were sent and of which no answer came (T5): read back, never guessed.

use super::super::job::{ask_for_a_person, effect_at, effects_of, lock_job};
use super::super::pool::{on_pool, on_tx};
use super::super::row::device_id;
use super::super::{Store, StoreError, Tx};
use super::overlay::overlay;
use super::preflight::expire_look;
use super::record::{Fence, record};
use crate::domain::action::effect::Effect;
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::{ItemState, JobId, JobState};
use crate::domain::time::Timestamp;

/// After so many failed attempts to read a device back, a person is asked.
const MAX_CHECKS: i32 = 8;

/// How long between two attempts from then on, in milliseconds.
const RARE_READING_MS: i64 = 5 * 60_000;

/// A device to be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    pub job: JobId,
    pub device: DeviceId,
    /// What was sent, and its place in the job's action.
    pub effect: Effect,
    pub ordinal: u32,
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
            SELECT effect.job_id, effect.device, job.options, ordinal, item.device_id, call_id,
                item.snap_enrolled, sent_at, checks, attempt, refused, denied,
                job.state = 'cancelling' AS stopping
            FROM effect JOIN job_item item
                ON item.job_id = effect.job_id AND item.device = effect.device
            JOIN job ON job.id = effect.job_id
            WHERE effect.state = 'unconfirmed' AND next_at <= $1
            ORDER BY next_at, effect.job_id, effect.device LIMIT $2";
        #[derive(sqlx::FromRow)]
        struct Row {
            job_id: String,
            device: i32,
            options: String,
            ordinal: i32,
            device_id: String,
            call_id: String,
            snap_enrolled: i64,
            sent_at: i64,
            checks: i32,
            attempt: i32,
            refused: bool,
            denied: bool,
            stopping: bool,
        }

        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(DUE)
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|row| {
                let effects = effects_of(&row.options)?;
                Ok(Unconfirmed {
                    job: JobId(row.job_id),
                    device: device_id(row.device)?,
                    effect: effect_at(&effects, row.ordinal as u32)?.clone(),
                    ordinal: row.ordinal as u32,
                    device_id: row.device_id,
                    call_id: row.call_id,
                    reviewed_enrolled: row.snap_enrolled,
                    sent_at: row.sent_at,
                    checks: row.checks,
                    attempt: row.attempt,
                    refused: row.refused,
                    denied: row.denied,
                    stopping: row.stopping,
                })
            })
            .collect()
    }

    /// Records what reading a call's devices back has shown. Whatever has happened to
    /// an item since it was due stands.
    pub async fn record_read_back(
        &self,
        job: &JobId,
        ordinal: u32,
        call_id: &str,
        next: &[(DeviceId, NextStep)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let locked = lock_job(&mut tx, job).await?;
        let fence = Fence {
            job,
            effects: &locked.effects,
            ordinal,
            call_id,
            from: ItemState::Unconfirmed,
            stopping: locked.state == Some(JobState::Cancelling),
        };
        record(&mut tx, fence, next, now).await?;
        // What is sent once more passes the rules of the first check again.
        if next
            .iter()
            .any(|(_, next)| matches!(next, NextStep::Again { .. }))
        {
            expire_look(&mut tx, job).await?;
        }
        if let Some(effect) = locked.effects.get(ordinal as usize) {
            overlay(&mut tx, effect, next, now).await?;
        }
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
        const DENIED: &str = "The directory answered that some devices were changed, but shows them \
            as before.";
        let why = if item.denied { DENIED } else { UNREAD };
        let too_often = MAX_CHECKS <= item.checks + 1;
        let mut tx = self.begin().await?;
        lock_job(&mut tx, &item.job).await?;
        postpone(
            &mut tx,
            item,
            if too_often {
                now.0 + RARE_READING_MS
            } else {
                until.0
            },
        )
        .await?;
        if too_often {
            ask_for_a_person(&mut tx, &item.job, why, now).await?;
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
        UPDATE effect SET checks = checks + 1, next_at = $5
        WHERE job_id = $1 AND device = $2 AND ordinal = $3 AND state = 'unconfirmed'
            AND call_id = $4";
    on_tx!(tx, |conn| {
        sqlx::query(POSTPONE)
            .bind(item.job.as_str())
            .bind(item.device.0 as i32)
            .bind(item.ordinal as i32)
            .bind(item.call_id.as_str())
            .bind(until)
            .execute(conn)
            .await?;
    });
    Ok(())
}
