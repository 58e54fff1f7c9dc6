//! Shows what the directory has said of devices in the inventory at once.

use super::super::pool::{id_list, on_tx};
use super::super::refresh::bump_generation;
use super::super::{StoreError, Tx};
use super::fields::show_fields;
use crate::domain::action::effect::Effect;
use crate::domain::device::DeviceId;
use crate::domain::job::SuccessKind;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::Outcome;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// Shows the devices on which an effect has succeeded as it leaves them. The reason of a
/// deprovisioning is the job's only where the job did it.
pub(super) async fn overlay(
    tx: &mut Tx,
    effect: &Effect,
    next: &[(DeviceId, NextStep)],
    now: Timestamp,
) -> Result<(), StoreError> {
    if effect.kind().is_command() {
        return Ok(());
    }
    let succeeded = |already: bool| -> Vec<u32> {
        next.iter()
            .filter(|(_, next)| {
                matches!(next, NextStep::Finish(Outcome::Succeeded(how))
                    if (*how == SuccessKind::Already) == already)
            })
            .map(|(device, _)| device.0)
            .collect()
    };
    let (ours, others) = (succeeded(false), succeeded(true));
    if ours.is_empty() && others.is_empty() {
        return Ok(());
    }
    let generation = bump_generation(tx).await?;
    let all = ours.iter().chain(&others).copied();
    match effect {
        Effect::Move(org_unit) => {
            return show_in(tx, id_list(all), org_unit, generation, now).await;
        }
        Effect::UpdateFields(changes) => {
            return show_fields(tx, id_list(all), changes, generation, now.0).await;
        }
        _ => {}
    }
    let Some(target) = effect.kind().target() else {
        return Ok(());
    };
    let reason = match effect {
        Effect::Deprovision(reason) => Some(reason.api_value()),
        _ => None,
    };
    show(tx, &ours, &target, reason, generation, now).await?;
    show(tx, &others, &target, None, generation, now).await
}

/// Shows devices, by a list of their numbers, in an org unit.
async fn show_in(
    tx: &mut Tx,
    devices: String,
    org_unit: &str,
    generation: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    const MOVED: &str = "
        UPDATE device SET org_unit = $2, read_at = $3, version = version + 1, generation = $4
        WHERE id IN IDS($1) AND org_unit <> $2";
    let sql = tx.sql(MOVED);
    on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(devices)
            .bind(org_unit)
            .bind(now.0)
            .bind(generation)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Shows devices in a status. Without a reason, the next reading of a device brings the rest.
async fn show(
    tx: &mut Tx,
    devices: &[u32],
    status: &DeviceStatus,
    reason: Option<&str>,
    generation: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    const STATUS: &str = "
        UPDATE device SET status = $2, read_at = $3, version = version + 1, generation = $4
        WHERE id IN IDS($1) AND status <> $2";
    const REASON: &str = "
        UPDATE device SET status = $2, deprovision_reason = $5, deprovisioned_at = $3,
            read_at = $3, version = version + 1, generation = $4
        WHERE id IN IDS($1) AND status <> $2";
    if devices.is_empty() {
        return Ok(());
    }
    let sql = tx.sql(reason.map_or(STATUS, |_| REASON));
    on_tx!(tx, |conn| {
        let query = sqlx::query(sql)
            .bind(id_list(devices.iter().copied()))
            .bind(status.as_str())
            .bind(now.0)
            .bind(generation);
        let query = match reason {
            Some(reason) => query.bind(reason),
            None => query,
        };
        query.execute(conn).await?;
    });
    Ok(())
}
