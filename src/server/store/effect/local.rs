//! A batch of a job on the local directory. The directory is in the same database,
//! so intent, effect and record are one transaction, and exactly once.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::job::{effect_at, finish_if_done, take_up};
use super::super::pool::{id_list, on_tx, text_list};
use super::super::refresh::bump_generation;
use super::super::row::{device_id, instant};
use super::super::{Store, StoreError, Tx};
use super::calls::{Opened, insert_call};
use super::fields::write_in_directory;
use super::record::{Fence, record};
use super::starter::{StarterCheck, check_starter};
use crate::domain::action::effect::Effect;
use crate::domain::action::fields::Fields;
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::{Found, Outcome};
use crate::domain::job::preflight::{LiveDevice, Reviewed, recheck};
use crate::domain::job::{ItemState, JobId, SuccessKind};
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// What one batch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// So many devices have an outcome now, and there may be more.
    Worked(u64),
    /// The job is over now.
    Finished,
    /// The job is not one that runs.
    NotRunnable,
}

/// A device whose turn it is.
struct Claim {
    device: DeviceId,
    ordinal: u32,
    device_id: String,
    reviewed: Reviewed,
}

impl Store {
    /// Carries an effect out on the job's next devices in the local directory, and ends the
    /// job when there are none left.
    pub async fn run_local_batch(
        &self,
        job: &JobId,
        call_id: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Batch, StoreError> {
        let mut tx = self.begin().await?;
        let Some(effects) = take_up(&mut tx, job, now).await? else {
            return Ok(Batch::NotRunnable);
        };
        if let StarterCheck::Blocked(has_ended) = check_starter(&mut tx, job, &effects, now).await?
        {
            tx.commit().await?;
            return Ok(match has_ended {
                true => Batch::Finished,
                false => Batch::NotRunnable,
            });
        }
        let claims = next_items(&mut tx, job, limit, now).await?;
        let finished = if let Some(first) = claims.first() {
            let ordinal = first.ordinal;
            let effect = effect_at(&effects, ordinal)?;
            let opened = Opened::AndAnswered;
            insert_call(&mut tx, job, call_id, opened, claims.len(), now).await?;
            let outcomes = look_again(&mut tx, effect, &claims).await?;
            carry_out(&mut tx, effect, &claims, &outcomes, now).await?;
            copy_to_inventory(&mut tx, &claims, now).await?;
            let fence = Fence {
                job,
                effects: &effects,
                ordinal,
                call_id,
                from: ItemState::Pending,
                stopping: false,
            };
            record(&mut tx, fence, &outcomes, now).await?
        } else {
            finish_if_done(&mut tx, job, now).await?
        };
        tx.commit().await?;
        Ok(if finished {
            Batch::Finished
        } else {
            Batch::Worked(claims.len() as u64)
        })
    }
}

async fn next_items(
    tx: &mut Tx,
    job: &JobId,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    // Those of one effect. Joined to their items in one statement, Postgres may read the items
    // from the first one on for every batch.
    const NEXT: &str = "
        SELECT CAST(COALESCE(LISTS(LIST(device, ordinal)), '[]') AS TEXT)
        FROM (SELECT device, ordinal FROM effect
            WHERE job_id = $1 AND state = 'pending' AND next_at <= $2
                AND ordinal = (SELECT MIN(ordinal) FROM effect first
                    WHERE first.job_id = $1 AND first.state = 'pending' AND first.next_at <= $2)
            ORDER BY device LIMIT $3) AS next";
    const ITEMS: &str = "
        SELECT CAST(COALESCE(LISTS(LIST(device, device_id, org_unit, snap_enrolled,
            snap_last_sync, (SELECT planned_at FROM job WHERE id = $1))), '[]') AS TEXT)
        FROM job_item WHERE job_id = $1 AND device IN IDS($2)";
    let (next, items) = (tx.sql(NEXT), tx.sql(ITEMS));
    let next: String = on_tx!(tx, |conn| {
        sqlx::query_scalar(next)
            .bind(job.as_str())
            .bind(now.0)
            .bind(i64::from(limit))
            .fetch_one(conn)
            .await?
    });
    let next: Vec<(u32, u32)> = rows_of(&next)?;
    let Some((_, ordinal)) = next.first().copied() else {
        return Ok(Vec::new());
    };
    let items: String = on_tx!(tx, |conn| {
        sqlx::query_scalar(items)
            .bind(job.as_str())
            .bind(id_list(next.iter().map(|(device, _)| *device)))
            .fetch_one(conn)
            .await?
    });
    let items: Vec<(i32, String, String, i64, i64, i64)> = rows_of(&items)?;
    let claim = |(device, name, org_unit, enrolled, synced, planned_at)| {
        Ok(Claim {
            device: device_id(device)?,
            ordinal,
            device_id: name,
            reviewed: Reviewed::new(org_unit, enrolled, synced, Timestamp(planned_at)),
        })
    };
    let claims: Result<Vec<Claim>, StoreError> = items.into_iter().map(claim).collect();
    let mut claims = claims?;
    claims.sort_unstable_by_key(|claim| claim.device);
    Ok(claims)
}

/// Many rows come as one value: a row each would have the driver hand over each by
/// itself, which takes longer than to find them.
fn rows_of<T: DeserializeOwned>(rows: &str) -> Result<Vec<T>, StoreError> {
    serde_json::from_str(rows).map_err(|error| StoreError::invalid_data(format!("rows: {error}")))
}

/// A device of the directory as the database writes it.
#[derive(Deserialize)]
struct LiveRow {
    device_id: String,
    status: String,
    enrolled: i64,
    deprovisioned: i64,
    org_unit: String,
    last_sync: i64,
    // Empty but where the effect is about them.
    asset_id: String,
    user: String,
    location: String,
    notes: String,
}

impl From<LiveRow> for LiveDevice {
    fn from(row: LiveRow) -> Self {
        Self {
            found: Found {
                status: DeviceStatus::from(row.status),
                enrolled: row.enrolled,
                deprovisioned: row.deprovisioned,
                org_unit: row.org_unit,
                fields: Fields {
                    asset_id: row.asset_id,
                    user: row.user,
                    location: row.location,
                    notes: row.notes,
                },
            },
            last_sync: instant(row.last_sync),
        }
    }
}

/// Tells how each device ends, by what the directory has of it now. The rows are locked:
/// nothing can change between this look and the effect.
async fn look_again(
    tx: &mut Tx,
    effect: &Effect,
    claims: &[Claim],
) -> Result<Vec<(DeviceId, NextStep)>, StoreError> {
    const FIELDS: &str = "asset_id, annotated_user, location, notes";
    const NO_FIELDS: &str = "'', '', '', ''";
    let fields = match effect {
        Effect::UpdateFields(_) => FIELDS,
        _ => NO_FIELDS,
    };
    let sql = tx.sql(&format!(
        "SELECT CAST(COALESCE(LISTS(LIST(device_id, status, last_enrolled, deprovisioned_at,
            org_unit, last_sync, {fields})), '[]') AS TEXT)
        FROM (SELECT device_id, status, last_enrolled, deprovisioned_at, org_unit, last_sync,
                {FIELDS}
            FROM directory_device WHERE device_id IN TEXTS($1)
            ORDER BY device_id FOR_UPDATE) AS looked"
    ));
    let rows: String = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(text_list(claims.iter().map(|claim| &claim.device_id)))
            .fetch_one(conn)
            .await?
    });
    let rows: Vec<LiveRow> = rows_of(&rows)?;
    let found: HashMap<String, LiveDevice> = rows
        .into_iter()
        .map(|mut row| (std::mem::take(&mut row.device_id), row.into()))
        .collect();
    let outcomes = claims.iter().map(|claim| {
        let live = found.get(&claim.device_id);
        let outcome = recheck(effect, &claim.reviewed, live)
            .unwrap_or(Outcome::Succeeded(SuccessKind::Applied));
        (claim.device, NextStep::Finish(outcome))
    });
    Ok(outcomes.collect())
}

/// Carries the effect out on the devices that are as they were reviewed.
async fn carry_out(
    tx: &mut Tx,
    effect: &Effect,
    claims: &[Claim],
    outcomes: &[(DeviceId, NextStep)],
    now: Timestamp,
) -> Result<(), StoreError> {
    const DEPROVISION: &str = "
        UPDATE directory_device
        SET status = $2, deprovision_reason = $3, deprovisioned_at = $4
        WHERE device_id IN TEXTS($1)";
    // The reason and the time stay those of an earlier deprovisioning.
    const STATUS: &str = "
        UPDATE directory_device SET status = $2 WHERE device_id IN TEXTS($1)";
    const MOVE: &str = "
        UPDATE directory_device SET org_unit = $2 WHERE device_id IN TEXTS($1)";
    let applied = NextStep::Finish(Outcome::Succeeded(SuccessKind::Applied));
    let as_reviewed: Vec<&str> = claims
        .iter()
        .zip(outcomes)
        .filter(|(_, (_, next))| *next == applied)
        .map(|(claim, _)| claim.device_id.as_str())
        .collect();
    let names = text_list(&as_reviewed);
    let target = effect.kind().target();
    let status = target.as_ref().map_or("", |status| status.as_str());
    let changed = match effect {
        Effect::Deprovision(reason) => {
            let sql = tx.sql(DEPROVISION);
            on_tx!(tx, |conn| sqlx::query(sql)
                .bind(names)
                .bind(status)
                .bind(reason.api_value())
                .bind(now.0)
                .execute(conn)
                .await?
                .rows_affected())
        }
        Effect::UpdateFields(changes) => write_in_directory(tx, names, changes).await?,
        Effect::Move(value) => set(tx, MOVE, names, value).await?,
        Effect::Disable | Effect::Reenable => set(tx, STATUS, names, status).await?,
        Effect::Powerwash | Effect::ClearProfiles => {
            return Err(StoreError::invalid_data("a command to the local directory"));
        }
    };
    if changed != as_reviewed.len() as u64 {
        return Err(StoreError::invalid_data(format!(
            "{changed} devices changed, not {}",
            as_reviewed.len()
        )));
    }
    Ok(())
}

/// Sets one value of devices of the directory. Returns how many there were.
async fn set(
    tx: &mut Tx,
    update: &str,
    device_ids: String,
    value: &str,
) -> Result<u64, StoreError> {
    let sql = tx.sql(update);
    Ok(on_tx!(tx, |conn| sqlx::query(sql)
        .bind(device_ids)
        .bind(value)
        .execute(conn)
        .await?
        .rows_affected()))
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
            deprovisioned_at = directory.deprovisioned_at, org_unit = directory.org_unit,
            asset_id = directory.asset_id, annotated_user = directory.annotated_user,
            location = directory.location, notes = directory.notes
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
