//! A batch of a job on the local directory. The directory is in the same database,
//! so intent, effect and record are one transaction, and exactly once.

use std::collections::{HashMap, HashSet};

use super::job_call::{Opened, insert_call};
use super::job_settle::{Fence, finish_if_done, settle, take_up};
use super::pool::{id_list, on_tx, text_list};
use super::refresh::bump_generation;
use super::row::{DIRECTORY_COLUMNS, DirectoryRow, device_id};
use super::{Store, StoreError, Tx};
use crate::domain::call::Next;
use crate::domain::device::{DeviceId, DirectoryDevice};
use crate::domain::eligibility::eligible_statuses;
use crate::domain::job::{How, ItemState, JobId};
use crate::domain::recheck::{Reviewed, SILENT_DAYS, recheck};
use crate::domain::settlement::{Cause, Settlement};
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// What one batch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// So many devices were settled, and there may be more.
    Settled(u64),
    /// The job is over now.
    Finished,
    /// The job is not one that runs.
    NotRunnable,
}

/// An item whose turn it is.
struct Claim {
    device: DeviceId,
    device_id: String,
    reviewed: Reviewed,
}

impl Store {
    /// Deprovisions the job's next devices in the local directory, and ends the job
    /// when there are none left.
    pub async fn run_local_batch(
        &self,
        job: &JobId,
        call_id: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Batch, StoreError> {
        let mut tx = self.begin().await?;
        let Some(reason) = take_up(&mut tx, job, now).await? else {
            return Ok(Batch::NotRunnable);
        };
        let claims = next_items(&mut tx, job, limit, now).await?;
        let finished = if claims.is_empty() {
            finish_if_done(&mut tx, job, now).await?
        } else {
            insert_call(
                &mut tx,
                job,
                call_id,
                Opened::AndAnswered,
                claims.len(),
                now,
            )
            .await?;
            let applied = deprovision(&mut tx, job, &claims, &reason, now).await?;
            let settled = settle_claims(&mut tx, &claims, &applied).await?;
            copy_to_inventory(&mut tx, &claims, now).await?;
            let fence = Fence {
                job,
                call_id,
                from: ItemState::Pending,
                stopping: false,
            };
            settle(&mut tx, fence, &settled, now).await?
        };
        tx.commit().await?;
        Ok(if finished {
            Batch::Finished
        } else {
            Batch::Settled(claims.len() as u64)
        })
    }
}

async fn next_items(
    tx: &mut Tx,
    job: &JobId,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    const NEXT: &str = "
        SELECT device, job_item.device_id, org_unit, snap_enrolled, snap_last_sync, planned_at
        FROM job_item JOIN job ON job.id = job_item.job_id
        WHERE job_id = $1 AND job_item.state = 'pending' AND next_at <= $2
        ORDER BY device LIMIT $3";
    let rows: Vec<(i32, String, String, i64, i64, i64)> = on_tx!(tx, |conn| {
        sqlx::query_as(NEXT)
            .bind(job.as_str())
            .bind(now.0)
            .bind(i64::from(limit))
            .fetch_all(conn)
            .await?
    });
    rows.into_iter()
        .map(|(device, name, org_unit, enrolled, synced, planned_at)| {
            Ok(Claim {
                device: device_id(device)?,
                device_id: name,
                reviewed: Reviewed::new(org_unit, enrolled, synced, Timestamp(planned_at)),
            })
        })
        .collect()
}

/// The effect: only on a device that is still as it was reviewed. Returns the
/// directory's ids of those it had an effect on.
async fn deprovision(
    tx: &mut Tx,
    job: &JobId,
    claims: &[Claim],
    reason: &str,
    now: Timestamp,
) -> Result<HashSet<String>, StoreError> {
    // The rules of `domain::recheck`, as conditions of the statement that has the effect:
    // nothing can change between the look and the effect.
    const DEPROVISION: &str = "
        UPDATE directory_device
        SET status = 'DEPROVISIONED', deprovision_reason = $1, deprovisioned_at = $2
        FROM job_item JOIN job ON job.id = job_item.job_id
        WHERE job_item.job_id = $3 AND job_item.device IN IDS($4)
            AND directory_device.device_id = job_item.device_id
            AND directory_device.last_enrolled = job_item.snap_enrolled
            AND directory_device.org_unit = job_item.org_unit
            AND NOT (0 <= job_item.snap_last_sync
                AND job_item.snap_last_sync < job.planned_at - $6
                AND job.planned_at < directory_device.last_sync)
            AND directory_device.status IN TEXTS($5)
        RETURNING directory_device.device_id";
    let eligible: Vec<DeviceStatus> = eligible_statuses().collect();
    let sql = tx.sql(DEPROVISION);
    let applied: Vec<String> = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(reason)
            .bind(now.0)
            .bind(job.as_str())
            .bind(id_list(claims.iter().map(|claim| claim.device.0)))
            .bind(text_list(eligible.iter().map(DeviceStatus::as_str)))
            .bind(SILENT_DAYS * 86_400_000)
            .fetch_all(conn)
            .await?
    });
    Ok(applied.into_iter().collect())
}

/// Returns how each device ended. Those with no effect are looked at to tell why.
async fn settle_claims(
    tx: &mut Tx,
    claims: &[Claim],
    applied: &HashSet<String>,
) -> Result<Vec<(DeviceId, Next)>, StoreError> {
    let others: Vec<&str> = claims
        .iter()
        .map(|claim| claim.device_id.as_str())
        .filter(|device_id| !applied.contains(*device_id))
        .collect();
    let mut found: HashMap<String, DirectoryDevice> = HashMap::new();
    if !others.is_empty() {
        let sql = tx.sql(&format!(
            "SELECT {DIRECTORY_COLUMNS} FROM directory_device WHERE device_id IN TEXTS($1)"
        ));
        let rows: Vec<DirectoryRow> = on_tx!(tx, |conn| {
            sqlx::query_as(sql)
                .bind(text_list(&others))
                .fetch_all(conn)
                .await?
        });
        for row in rows {
            let device = DirectoryDevice::from(row);
            found.insert(device.device_id.clone(), device);
        }
    }
    let settled = claims.iter().map(|claim| {
        let settlement = if applied.contains(&claim.device_id) {
            Settlement::Succeeded(How::Applied)
        } else {
            recheck(&claim.reviewed, found.get(&claim.device_id))
                .unwrap_or(Settlement::Failed(Cause::Refused))
        };
        (claim.device, Next::Settle(settlement))
    });
    Ok(settled.collect())
}

/// Shows the touched devices in their new state at once.
async fn copy_to_inventory(
    tx: &mut Tx,
    claims: &[Claim],
    now: Timestamp,
) -> Result<(), StoreError> {
    const COPY: &str = "
        UPDATE device SET status = directory.status, read_at = $2, version = version + 1,
            generation = $3,
            deprovision_reason = directory.deprovision_reason,
            deprovisioned_at = directory.deprovisioned_at
        FROM directory_device directory
        WHERE device.id IN IDS($1) AND directory.device_id = device.device_id";
    let generation = bump_generation(tx).await?;
    let sql = tx.sql(COPY);
    on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(id_list(claims.iter().map(|claim| claim.device.0)))
            .bind(now.0)
            .bind(generation)
            .execute(conn)
            .await?;
    });
    Ok(())
}
