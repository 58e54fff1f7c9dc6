//! Whether whoever started a job may still run it, where its devices are. Asked each time
//! devices are claimed: a role that was taken away takes effect at once, also on what was
//! started before.

use super::super::job::{Hold, apply_hold};
use super::super::pool::{on_tx, text_list};
use super::super::roles::grants_of;
use super::super::row::device_id;
use super::super::{StoreError, Tx};
use super::record::{Fence, record};
use crate::domain::action::effect::Effect;
use crate::domain::device::DeviceId;
use crate::domain::eligibility::Rule;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::Outcome;
use crate::domain::job::{ItemState, JobId};
use crate::domain::permission::Grants;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;

/// What became of a job whose starter was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StarterCheck {
    /// What is still to be sent may be sent.
    Allowed,
    /// It was paused, or has ended: nothing of it was left to be sent. `true` if it ended.
    Blocked(bool),
}

/// Pauses a job whose starter may not run jobs any more, and skips the devices that are
/// outside of where they may. Under the job's lock.
pub(super) async fn check_starter(
    tx: &mut Tx,
    job: &JobId,
    effects: &[Effect],
    now: Timestamp,
) -> Result<StarterCheck, StoreError> {
    const UNITS: &str = "SELECT org_unit FROM job_org_unit WHERE job_id = $1";
    let Some((login, grants)) = starter(tx, job).await? else {
        return Ok(StarterCheck::Allowed);
    };
    let permissions = effects.iter().flat_map(|it| it.kind().permissions());
    let mut scopes: Vec<Scope> = permissions.map(|it| grants.scope(*it)).collect();
    scopes.dedup();
    let covers = |org_unit: &str| scopes.iter().all(|scope| scope.covers(org_unit));
    let leads_out = |it: &Effect| matches!(it, Effect::Move(to) if !covers(to));
    if scopes.contains(&Scope::NOWHERE) || effects.iter().any(leads_out) {
        let why = format!("{login} may not run this job any more.");
        apply_hold(tx, job, &Hold::Pause(why), now).await?;
        return Ok(StarterCheck::Blocked(false));
    }
    if scopes.iter().all(|scope| *scope == Scope::All) {
        return Ok(StarterCheck::Allowed);
    }
    let mut units: Vec<String> = on_tx!(tx, |conn| sqlx::query_scalar(UNITS)
        .bind(job.as_str())
        .fetch_all(conn)
        .await?);
    units.retain(|unit| !covers(unit));
    match units.is_empty() {
        true => Ok(StarterCheck::Allowed),
        false => skip(tx, job, effects, &units, now).await,
    }
}

/// The operator who started a job, with what they may do now; `None` if it was whoever sat
/// at this computer.
async fn starter(tx: &mut Tx, job: &JobId) -> Result<Option<(String, Grants)>, StoreError> {
    const STARTER: &str = "
        SELECT login, operator.state, (SELECT CAST(COALESCE(LISTS(LIST(role, org_unit)), '[]') AS TEXT)
            FROM operator_grant WHERE operator_id = operator.id)
        FROM job JOIN operator ON operator.login = job.operator AND operator.kind = 'human'
        WHERE job.id = $1";
    let sql = tx.sql(STARTER);
    let row: Option<(String, String, String)> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(job.as_str())
        .fetch_optional(conn)
        .await?);
    let Some((login, state, grants)) = row else {
        return Ok(None);
    };
    let grants = match state.as_str() {
        // Who sets up a new password goes on with what they started.
        "active" | "invited" => grants_of(&grants)?,
        _ => Grants::default(),
    };
    Ok(Some((login, grants)))
}

/// Skips what is still to be sent to devices of these org units.
async fn skip(
    tx: &mut Tx,
    job: &JobId,
    effects: &[Effect],
    units: &[String],
    now: Timestamp,
) -> Result<StarterCheck, StoreError> {
    const OUTSIDE: &str = "
        SELECT effect.device, ordinal FROM effect JOIN job_item item
            ON item.job_id = effect.job_id AND item.device = effect.device
        WHERE effect.job_id = $1 AND effect.state = 'pending' AND org_unit IN TEXTS($2)";
    let sql = tx.sql(OUTSIDE);
    let rows: Vec<(i32, i32)> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(job.as_str())
        .bind(text_list(units))
        .fetch_all(conn)
        .await?);
    let mut has_ended = false;
    for ordinal in 0..effects.len() as u32 {
        let outside = rows.iter().filter(|row| row.1 as u32 == ordinal);
        let skipped = NextStep::Finish(Outcome::Skipped(Rule::NotPermitted));
        let devices: Vec<(DeviceId, NextStep)> = outside
            .map(|row| Ok((device_id(row.0)?, skipped)))
            .collect::<Result<_, StoreError>>()?;
        if devices.is_empty() {
            continue;
        }
        let fence = Fence {
            job,
            effects,
            ordinal,
            call_id: "",
            from: ItemState::Pending,
            stopping: false,
        };
        has_ended |= record(tx, fence, &devices, now).await?;
    }
    Ok(match has_ended {
        true => StarterCheck::Blocked(true),
        false => StarterCheck::Allowed,
    })
}
