//! The last look at a job's devices, before it ends: what the directory has answered is
//! held against what it shows.

use std::collections::BTreeMap;

use super::super::job::{effect_at, effects_of, finish_if_done, lock_job};
use super::super::pool::{id_list, on_pool, on_tx};
use super::super::refresh::bump_generation;
use super::super::row::device_id;
use super::super::{Store, StoreError, Tx};
use super::command_words;
use super::count::Change;
use crate::domain::action::effect::Effect;
use crate::domain::device::DeviceId;
use crate::domain::job::{ItemState, JobId};
use crate::domain::time::Timestamp;

/// How long after the answer a device that is shown otherwise is read again, in
/// milliseconds.
const SOON: i64 = 1_000;

/// A device to which an effect was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub device: DeviceId,
    /// The place of the effect in the job's action.
    pub ordinal: u32,
    pub device_id: String,
    /// As it was reviewed.
    pub reviewed_enrolled: i64,
    pub sent_at: i64,
    /// The directory answered that it was carried out.
    pub is_applied: bool,
}

/// A job whose devices have all been dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobToReread {
    pub job: JobId,
    pub effects: Vec<Effect>,
    /// The devices that were sent, once for each effect.
    pub touched: Vec<Touched>,
}

impl Store {
    /// A job whose devices have all been dealt with and are to be read again.
    pub async fn job_to_reread(&self, now: Timestamp) -> Result<Option<JobToReread>, StoreError> {
        const JOB: &str = "
            SELECT id, options FROM job
            WHERE reread_at = 0 AND (finished_at > 0
                OR (state IN ('running', 'cancelling') AND throttle_until <= $1 AND pending = 0
                    AND sent = 0 AND unconfirmed = 0))
            ORDER BY finished_at, number LIMIT 1";
        const TOUCHED: &str = "
            SELECT effect.device, ordinal, item.device_id, item.snap_enrolled, sent_at,
                state = 'succeeded' AND how = 'applied'
            FROM effect JOIN job_item item
                ON item.job_id = effect.job_id AND item.device = effect.device
            WHERE effect.job_id = $1 AND sent_at > 0 AND kind NOT IN TEXTS($2)
            ORDER BY effect.device";
        type Row = (i32, i32, String, i64, i64, bool);

        let job: Option<(String, String)> = on_pool!(self, |pool| {
            sqlx::query_as(JOB).bind(now.0).fetch_optional(pool).await?
        });
        let Some((job, options)) = job else {
            return Ok(None);
        };
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(TOUCHED))
                .bind(job.as_str())
                .bind(command_words())
                .fetch_all(pool)
                .await?
        });
        let touched = rows
            .into_iter()
            .map(
                |(device, ordinal, name, reviewed_enrolled, sent_at, is_applied)| {
                    Ok(Touched {
                        device: device_id(device)?,
                        ordinal: ordinal as u32,
                        device_id: name,
                        reviewed_enrolled,
                        sent_at,
                        is_applied,
                    })
                },
            )
            .collect::<Result<_, StoreError>>()?;
        Ok(Some(JobToReread {
            job: JobId(job),
            effects: effects_of(&options)?,
            touched,
        }))
    }

    /// Records the final reading of a job's devices. An effect that the directory does not show
    /// becomes unconfirmed; if there is none, the job ends.
    pub async fn note_reread(
        &self,
        job: &JobId,
        denied: &[(DeviceId, u32)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const REREAD: &str = "UPDATE job SET reread_at = $2 WHERE id = $1 AND reread_at = 0";
        let mut tx = self.begin().await?;
        let locked = lock_job(&mut tx, job).await?;
        let noted = on_tx!(&mut tx, |conn| {
            sqlx::query(REREAD)
                .bind(job.as_str())
                .bind(now.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        let is_open = locked.state.is_some_and(|state| !state.is_over());
        if noted == 0 || !is_open {
            return tx.commit().await;
        }
        let mut by_effect: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (device, ordinal) in denied {
            by_effect.entry(*ordinal).or_default().push(device.0);
        }
        let mut change = Change::default();
        for (ordinal, devices) in &by_effect {
            let ids = id_list(devices.iter().copied());
            // Other effects are not shown but by reading, as was done before this.
            let effect = effect_at(&locked.effects, *ordinal)?;
            let changes_status = effect.kind().target().is_some();
            let denied = deny(&mut tx, job, *ordinal, &ids, &mut change, now).await?;
            if changes_status {
                show_as_before(&mut tx, job, &denied, now).await?;
            }
        }
        if !by_effect.is_empty() {
            change.write(&mut tx, job, "denied", now).await?;
        }
        finish_if_done(&mut tx, job, now).await?;
        tx.commit().await
    }
}

/// Makes effects unconfirmed that have succeeded. Returns a list of their devices' numbers.
async fn deny(
    tx: &mut Tx,
    job: &JobId,
    ordinal: u32,
    ids: &str,
    change: &mut Change,
    now: Timestamp,
) -> Result<String, StoreError> {
    // A device that another job has open by now is that one's to tell of.
    const DENY: &str = "
        UPDATE effect SET state = 'unconfirmed', how = '', finished_at = 0, next_at = $4,
            checks = 0, refused = FALSE, denied = TRUE, is_current = TRUE
        WHERE job_id = $1 AND ordinal = $2 AND device IN IDS($3) AND state = 'succeeded'
            AND how = 'applied'
            AND NOT EXISTS (SELECT 1 FROM effect other
                WHERE other.device = effect.device AND other.job_id <> effect.job_id
                    AND other.state IN ('pending', 'sent', 'unconfirmed'))
        RETURNING device";
    // An effect that has followed waits for this one again.
    const FOLLOWED: &str = "
        UPDATE effect SET is_current = FALSE
        WHERE job_id = $1 AND ordinal > $2 AND device IN IDS($3) AND is_current
        RETURNING state";
    let sql = tx.sql(DENY);
    let denied: Vec<i32> = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(job.as_str())
            .bind(ordinal as i32)
            .bind(ids)
            .bind(now.0 + SOON)
            .fetch_all(conn)
            .await?
    });
    let moved = denied.len() as u64;
    let ids = id_list(denied.into_iter().map(|id| id as u32));
    let sql = tx.sql(FOLLOWED);
    let followed: Vec<String> = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(job.as_str())
            .bind(ordinal as i32)
            .bind(ids.as_str())
            .fetch_all(conn)
            .await?
    });
    let (before, after) = (ItemState::Succeeded, ItemState::Unconfirmed);
    change.effects_moved(ordinal, before, after, moved);
    change.items_moved(before, after, moved - followed.len() as u64);
    for word in followed {
        if let Some(state) = ItemState::from_word(&word) {
            change.items_moved(state, after, 1);
        }
    }
    Ok(ids)
}

/// Shows devices in the status that they had at the review: they were shown in their new one
/// once the directory had answered.
async fn show_as_before(
    tx: &mut Tx,
    job: &JobId,
    ids: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const AS_BEFORE: &str = "
        UPDATE device SET status = item.snap_status,
            deprovision_reason = CASE WHEN device.status = 'DEPROVISIONED' THEN ''
                ELSE deprovision_reason END,
            deprovisioned_at = CASE WHEN device.status = 'DEPROVISIONED' THEN 0
                ELSE deprovisioned_at END,
            read_at = $3, version = version + 1, generation = $4
        FROM job_item item
        WHERE item.device = device.id AND item.job_id = $1 AND item.device IN IDS($2)";
    let generation = bump_generation(tx).await?;
    let sql = tx.sql(AS_BEFORE);
    on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(job.as_str())
            .bind(ids)
            .bind(now.0)
            .bind(generation)
            .execute(conn)
            .await?;
    });
    Ok(())
}
