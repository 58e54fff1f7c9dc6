//! Rechecks the devices of a job against the directory: before the first call, and after every
//! interruption. A command that follows another effect rechecks its own device.

use std::collections::BTreeMap;

use super::super::job::lock_job;
use super::super::pool::{on_pool, on_tx};
use super::super::row::device_id;
use super::super::{Store, StoreError, Tx};
use super::command_words;
use super::record::{Fence, record};
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::Outcome;
use crate::domain::job::preflight::Reviewed;
use crate::domain::job::{ItemState, JobId};
use crate::domain::time::Timestamp;

/// A device of a job with an effect that was not sent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    pub device: DeviceId,
    /// The place of the effect in the job's action.
    pub ordinal: u32,
    pub device_id: String,
    pub reviewed: Reviewed,
}

/// A look at the devices of a job that are still to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Rises with every interruption of the job.
    epoch: i64,
    began: Timestamp,
    /// The last look still counts.
    pub is_fresh: bool,
}

impl Look {
    /// When a recheck that ended at `now` expires: [`LOOK_LIFE_MS`] after it began. If the
    /// reading takes longer than half of that, the recheck is valid for twice the reading time,
    /// so that a very large job makes progress.
    fn expires_at(self, now: Timestamp) -> Timestamp {
        let took = (now.0 - self.began.0).max(0);
        Timestamp(self.began.0 + LOOK_LIFE_MS.max(2 * took))
    }
}

/// How long a look at a job's devices counts, in milliseconds from its beginning.
const LOOK_LIFE_MS: i64 = 10 * 60_000;

impl Store {
    /// Where the look at a job's devices stands. A look that is made now is recorded
    /// under what this returns.
    pub async fn look(&self, job: &JobId, now: Timestamp) -> Result<Look, StoreError> {
        const LOOK: &str = "SELECT look_epoch, looked_until FROM job WHERE id = $1";
        let (epoch, until): (i64, i64) = on_pool!(self, |pool| {
            sqlx::query_as(LOOK)
                .bind(job.as_str())
                .fetch_one(pool)
                .await?
        });
        Ok(Look {
            epoch,
            began: now,
            is_fresh: now.0 < until,
        })
    }

    /// Has the devices of all jobs read again before the next is sent: nobody knows how
    /// long this process was away.
    pub async fn expire_looks(&self) -> Result<(), StoreError> {
        const EXPIRE: &str = "
            UPDATE job SET look_epoch = look_epoch + 1, looked_until = 0
            WHERE state IN ('queued', 'running', 'paused')";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(EXPIRE).execute(conn).await?;
        });
        tx.commit().await
    }

    /// The devices of a job that wait to be sent, as they were reviewed.
    pub async fn unchecked_devices(&self, job: &JobId) -> Result<Vec<Unchecked>, StoreError> {
        const ITEMS: &str = "
            SELECT effect.device, effect.ordinal, item.device_id, item.org_unit,
                item.snap_enrolled, item.snap_last_sync, job.planned_at
            FROM effect JOIN job_item item
                ON item.job_id = effect.job_id AND item.device = effect.device
            JOIN job ON job.id = effect.job_id
            WHERE effect.job_id = $1 AND effect.state = 'pending'
                AND (effect.ordinal = 0 OR kind NOT IN TEXTS($2))
            ORDER BY effect.device";
        type Row = (i32, i32, String, String, i64, i64, i64);
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(ITEMS))
                .bind(job.as_str())
                .bind(command_words())
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(
                |(device, ordinal, name, org_unit, enrolled, synced, planned_at)| {
                    Ok(Unchecked {
                        device: device_id(device)?,
                        ordinal: ordinal as u32,
                        device_id: name,
                        reviewed: Reviewed::new(org_unit, enrolled, synced, Timestamp(planned_at)),
                    })
                },
            )
            .collect()
    }

    /// Records what a look at a job's devices came to: the effects, by their place, of devices
    /// that are not as they were reviewed end here. The others may be sent until the look expires, unless the
    /// job was interrupted since the look began.
    pub async fn record_recheck(
        &self,
        job: &JobId,
        look: Look,
        ended: &[(DeviceId, u32, Outcome)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const LOOKED: &str = "
            UPDATE job SET checked_at = $2, looked_until = $3
            WHERE id = $1 AND look_epoch = $4";
        let mut tx = self.begin().await?;
        let locked = lock_job(&mut tx, job).await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(LOOKED)
                .bind(job.as_str())
                .bind(now.0)
                .bind(look.expires_at(now).0)
                .bind(look.epoch)
                .execute(conn)
                .await?;
        });
        let mut by_effect: BTreeMap<u32, Vec<(DeviceId, NextStep)>> = BTreeMap::new();
        for (device, ordinal, outcome) in ended {
            let next = (*device, NextStep::Finish(*outcome));
            by_effect.entry(*ordinal).or_default().push(next);
        }
        for (ordinal, next) in by_effect {
            let fence = Fence {
                job,
                effects: &locked.effects,
                ordinal,
                call_id: "",
                from: ItemState::Pending,
                stopping: false,
            };
            record(&mut tx, fence, &next, now).await?;
        }
        tx.commit().await
    }
}

/// Has the devices of a job that are still to be sent read again before the next is.
pub(in crate::server::store) async fn expire_look(
    tx: &mut Tx,
    job: &JobId,
) -> Result<(), StoreError> {
    const EXPIRE: &str = "
        UPDATE job SET look_epoch = look_epoch + 1, looked_until = 0 WHERE id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(EXPIRE).bind(job.as_str()).execute(conn).await?;
    });
    Ok(())
}
