//! Plans and jobs: what was reviewed, who holds a job, and how it begins and ends.
//! What is done to the devices of a job stands in `store/effect/`.

mod approval;
mod approver;
mod control;
mod decide;
mod finish;
mod hold;
mod host_limits;
mod item;
mod org_unit;
mod plan;
mod plan_hash;
mod read;
mod retry;
mod start;
mod step;

pub use approval::{GroupedBy, ReviewedGroup};
pub use control::Resume;
pub use decide::{Decided, Decider};
pub use hold::Hold;
pub use host_limits::Starting;
pub use plan::PlanDraft;
pub use retry::Retry;
pub use start::Start;

pub(super) use approver::may_approve_from;
pub(super) use control::ask_for_a_person;
pub(super) use finish::finish_if_done;
pub(super) use hold::apply_hold;
pub(super) use read::insert_event;

use super::pool::on_tx;
use super::{StoreError, Tx};
use crate::domain::action::Action;
use crate::domain::action::effect::Effect;
use crate::domain::job::{JobId, JobState};
use crate::domain::time::Timestamp;

/// A job whose row is locked.
#[derive(Clone, Debug, Default)]
pub(super) struct Locked {
    /// `None` if there is no such job.
    pub state: Option<JobState>,
    /// What is done to each device; nothing in a plan.
    pub effects: Vec<Effect>,
}

/// Locks the job row, as every transaction on a job does first.
pub(super) async fn lock_job(tx: &mut Tx, job: &JobId) -> Result<Locked, StoreError> {
    const LOCK: &str = "UPDATE job SET seq = seq WHERE id = $1 RETURNING state, options";
    let row: Option<(String, String)> = on_tx!(tx, |conn| {
        sqlx::query_as(LOCK)
            .bind(job.as_str())
            .fetch_optional(conn)
            .await?
    });
    let Some((state, options)) = row else {
        return Ok(Locked::default());
    };
    let state = JobState::from_word(&state)
        .ok_or_else(|| StoreError::invalid_data(format!("the job state {state}")))?;
    Ok(Locked {
        state: Some(state),
        effects: effects_of(&options)?,
    })
}

/// What is done to each device of a job whose column `options` this is; nothing in a plan.
pub(super) fn effects_of(options: &str) -> Result<Vec<Effect>, StoreError> {
    if options.is_empty() {
        return Ok(Vec::new());
    }
    Ok(action_of(options)?.effects())
}

/// The effect at this place in a job's action.
pub(super) fn effect_at(effects: &[Effect], ordinal: u32) -> Result<&Effect, StoreError> {
    effects
        .get(ordinal as usize)
        .ok_or_else(|| StoreError::invalid_data(format!("the effect {ordinal} of a job")))
}

/// Locks the job row and takes the job up, if it is one whose devices may be sent
/// now. Returns what is done to each device.
pub(super) async fn take_up(
    tx: &mut Tx,
    job: &JobId,
    now: Timestamp,
) -> Result<Option<Vec<Effect>>, StoreError> {
    const TAKE: &str = "
        UPDATE job SET state = 'running', throttle_until = 0, pause_reason = ''
        WHERE id = $1 AND state IN ('queued', 'running') AND starts_at <= $2
            AND throttle_until <= $2 RETURNING options";
    let options: Option<String> = on_tx!(tx, |conn| {
        sqlx::query_scalar(TAKE)
            .bind(job.as_str())
            .bind(now.0)
            .fetch_optional(conn)
            .await?
    });
    let action = options.as_deref().map(action_of).transpose()?;
    Ok(action.map(|action| action.effects()))
}

/// Puts what happened to the job itself on record.
pub(super) async fn note(
    tx: &mut Tx,
    job: &JobId,
    kind: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const NEXT: &str = "UPDATE job SET seq = seq + 1 WHERE id = $1 RETURNING seq";
    let seq: i64 = on_tx!(tx, |conn| {
        sqlx::query_scalar(NEXT)
            .bind(job.as_str())
            .fetch_one(conn)
            .await?
    });
    insert_event(tx, job, seq, now, kind, detail).await
}

/// The action that the column `options` holds.
fn action_of(options: &str) -> Result<Action, StoreError> {
    serde_json::from_str(options)
        .map_err(|error| StoreError::invalid_data(format!("the options of a job: {error}")))
}

/// An action as the column `options` holds it.
fn options_of(action: &Action) -> Result<String, StoreError> {
    serde_json::to_string(action)
        .map_err(|error| StoreError::invalid_data(format!("an action: {error}")))
}
