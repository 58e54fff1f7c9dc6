//! The last look at a job's devices, before it ends: what the directory has answered is
//! held against what it shows.

use super::job_settle::{count_moved, finish_if_done, lock_job};
use super::pool::{id_list, on_pool, on_tx};
use super::refresh::bump_generation;
use super::row::device_id;
use super::{Store, StoreError};
use crate::domain::device::DeviceId;
use crate::domain::job::{ItemState, JobId};
use crate::domain::time::Timestamp;

/// How long after the answer a device that is shown otherwise is read again, in
/// milliseconds.
const SOON: i64 = 1_000;

/// A device that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub device: DeviceId,
    pub device_id: String,
    /// As it was reviewed.
    pub reviewed_enrolled: i64,
    pub sent_at: i64,
    /// The directory answered that it is deprovisioned.
    pub is_applied: bool,
}

impl Store {
    /// A job whose devices have all been dealt with and are to be read again, with those
    /// of them that were sent.
    pub async fn job_to_reread(
        &self,
        now: Timestamp,
    ) -> Result<Option<(JobId, Vec<Touched>)>, StoreError> {
        const JOB: &str = "
            SELECT id FROM job
            WHERE reread_at = 0 AND (finished_at > 0
                OR (state IN ('running', 'cancelling') AND throttle_until <= $1 AND pending = 0
                    AND sent = 0 AND unconfirmed = 0 AND powerwash_open = 0))
            ORDER BY finished_at, number LIMIT 1";
        const TOUCHED: &str = "
            SELECT device, device_id, snap_enrolled, sent_at,
                state = 'succeeded' AND how = 'applied'
            FROM job_item WHERE job_id = $1 AND sent_at > 0 ORDER BY device";
        type Row = (i32, String, i64, i64, bool);

        let job: Option<String> = on_pool!(self, |pool| {
            sqlx::query_scalar(JOB)
                .bind(now.0)
                .fetch_optional(pool)
                .await?
        });
        let Some(job) = job else { return Ok(None) };
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(TOUCHED)
                .bind(job.as_str())
                .fetch_all(pool)
                .await?
        });
        let touched = rows
            .into_iter()
            .map(|(device, name, reviewed_enrolled, sent_at, is_applied)| {
                Ok(Touched {
                    device: device_id(device)?,
                    device_id: name,
                    reviewed_enrolled,
                    sent_at,
                    is_applied,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Some((JobId(job), touched)))
    }

    /// The devices of a job were read again. Those that are shown as if nothing had been
    /// done are unconfirmed from now on; without any, the job ends.
    pub async fn note_reread(
        &self,
        job: &JobId,
        denied: &[DeviceId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const REREAD: &str = "UPDATE job SET reread_at = $2 WHERE id = $1 AND reread_at = 0";
        // A device that another job has open by now is that one's to tell of.
        const DENY: &str = "
            UPDATE job_item SET state = 'unconfirmed', how = '', finished_at = 0,
                next_at = $3, checks = 0, refused = FALSE, denied = TRUE
            WHERE job_id = $1 AND device IN IDS($2) AND state = 'succeeded' AND how = 'applied'
                AND NOT EXISTS (SELECT 1 FROM job_item other
                    WHERE other.device = job_item.device AND other.job_id <> job_item.job_id
                        AND other.state IN ('pending', 'sent', 'unconfirmed'))";
        // It was shown as deprovisioned once the directory had answered.
        const AS_BEFORE: &str = "
            UPDATE device SET status = item.snap_status, deprovision_reason = '',
                deprovisioned_at = 0, read_at = $3, version = version + 1, generation = $4
            FROM job_item item
            WHERE item.device = device.id AND item.job_id = $1 AND item.device IN IDS($2)
                AND item.state = 'unconfirmed'";
        let mut tx = self.begin().await?;
        let state = lock_job(&mut tx, job).await?;
        let noted = on_tx!(&mut tx, |conn| {
            sqlx::query(REREAD)
                .bind(job.as_str())
                .bind(now.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        let is_open = state.is_some_and(|state| !state.is_over());
        if noted == 0 || !is_open {
            return tx.commit().await;
        }
        if !denied.is_empty() {
            let sql = tx.sql(DENY);
            let moved = on_tx!(&mut tx, |conn| {
                sqlx::query(sql)
                    .bind(job.as_str())
                    .bind(id_list(denied.iter().map(|id| id.0)))
                    .bind(now.0 + SOON)
                    .execute(conn)
                    .await?
                    .rows_affected()
            });
            let generation = bump_generation(&mut tx).await?;
            let sql = tx.sql(AS_BEFORE);
            on_tx!(&mut tx, |conn| {
                sqlx::query(sql)
                    .bind(job.as_str())
                    .bind(id_list(denied.iter().map(|id| id.0)))
                    .bind(now.0)
                    .bind(generation)
                    .execute(conn)
                    .await?;
            });
            let states = (ItemState::Succeeded, ItemState::Unconfirmed);
            count_moved(&mut tx, job, states, moved, "denied", now).await?;
        }
        finish_if_done(&mut tx, job, now).await?;
        tx.commit().await
    }
}
