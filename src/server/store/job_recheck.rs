//! What a job and the directory have to do with each other beside calls: its devices
//! are held against the directory before the first is sent, and read from it again
//! when it is over.

use super::job_settle::{Fence, lock_job, settle};
use super::pool::{on_pool, on_tx};
use super::row::device_id;
use super::{Store, StoreError};
use crate::domain::call::Next;
use crate::domain::device::DeviceId;
use crate::domain::job::{ItemState, JobId};
use crate::domain::recheck::Reviewed;
use crate::domain::settlement::Settlement;
use crate::domain::time::Timestamp;

/// A device of a job of which nothing was sent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    pub device: DeviceId,
    pub device_id: String,
    pub reviewed: Reviewed,
}

impl Store {
    /// Whether a job was held against the directory.
    pub async fn is_checked(&self, job: &JobId) -> Result<bool, StoreError> {
        const CHECKED: &str = "SELECT checked_at FROM job WHERE id = $1";
        let checked_at: i64 = on_pool!(self, |pool| {
            sqlx::query_scalar(CHECKED)
                .bind(job.as_str())
                .fetch_one(pool)
                .await?
        });
        Ok(checked_at != 0)
    }

    /// The devices of a job that wait to be sent, as they were reviewed.
    pub async fn unchecked_devices(&self, job: &JobId) -> Result<Vec<Unchecked>, StoreError> {
        const ITEMS: &str = "
            SELECT device, job_item.device_id, org_unit, snap_enrolled, planned_at
            FROM job_item JOIN job ON job.id = job_item.job_id
            WHERE job_id = $1 AND job_item.state = 'pending' ORDER BY device";
        let rows: Vec<(i32, String, String, i64, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(ITEMS)
                .bind(job.as_str())
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|(device, name, org_unit, enrolled, planned_at)| {
                Ok(Unchecked {
                    device: device_id(device)?,
                    device_id: name,
                    reviewed: Reviewed {
                        org_unit,
                        enrolled,
                        at: Timestamp(planned_at),
                    },
                })
            })
            .collect()
    }

    /// Records what holding a job against the directory came to: the devices that are
    /// not as they were reviewed end here. Now the others may be sent.
    pub async fn settle_recheck(
        &self,
        job: &JobId,
        ended: &[(DeviceId, Settlement)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const CHECKED: &str = "UPDATE job SET checked_at = $2 WHERE id = $1";
        // It was counted as an attempt, and was none.
        const UNTRIED: &str = "
            UPDATE job_item SET attempt = 0
            WHERE job_id = $1 AND call_id = '' AND finished_at = $2 AND attempt = 1";
        let mut tx = self.begin().await?;
        lock_job(&mut tx, job).await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(CHECKED)
                .bind(job.as_str())
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        if !ended.is_empty() {
            let next: Vec<(DeviceId, Next)> = ended
                .iter()
                .map(|(device, settlement)| (*device, Next::Settle(*settlement)))
                .collect();
            let fence = Fence {
                job,
                call_id: "",
                from: ItemState::Pending,
                stopping: false,
            };
            settle(&mut tx, fence, &next, now).await?;
            on_tx!(&mut tx, |conn| {
                sqlx::query(UNTRIED)
                    .bind(job.as_str())
                    .bind(now.0)
                    .execute(conn)
                    .await?;
            });
        }
        tx.commit().await
    }

    /// A job that is over and whose devices are to be read again, with those of them
    /// that were sent.
    pub async fn job_to_reread(&self) -> Result<Option<(JobId, Vec<String>)>, StoreError> {
        const JOB: &str = "
            SELECT id FROM job WHERE finished_at > 0 AND reread_at = 0
            ORDER BY finished_at LIMIT 1";
        const TOUCHED: &str = "
            SELECT device_id FROM job_item WHERE job_id = $1 AND sent_at > 0 ORDER BY device";
        let job: Option<String> = on_pool!(self, |pool| sqlx::query_scalar(JOB)
            .fetch_optional(pool)
            .await?);
        let Some(job) = job else { return Ok(None) };
        let touched = on_pool!(self, |pool| {
            sqlx::query_scalar(TOUCHED)
                .bind(job.as_str())
                .fetch_all(pool)
                .await?
        });
        Ok(Some((JobId(job), touched)))
    }

    /// The devices of a job that is over were read again.
    pub async fn note_reread(&self, job: &JobId, now: Timestamp) -> Result<(), StoreError> {
        const REREAD: &str = "UPDATE job SET reread_at = $2 WHERE id = $1";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(REREAD)
                .bind(job.as_str())
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }
}
