//! Putting on record what became of effects: the one place that changes the state of an
//! effect once it was claimed. Whoever calls holds the job row's lock.

use std::collections::BTreeMap;

use super::super::job::finish_if_done;
use super::super::pool::{id_list, on_tx};
use super::super::{StoreError, Tx};
use super::begin::begin_next;
use super::count::Change;
use crate::domain::action::command::ask_again_after;
use crate::domain::action::effect::Effect;
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::Outcome;
use crate::domain::job::{ItemState, JobId, SuccessKind};
use crate::domain::time::Timestamp;
use crate::server::audit::BatchDigest;

/// The call that a change belongs to. Effects of another call are left alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence<'a> {
    pub job: &'a JobId,
    /// The effects of the job's action, and the place of this one among them.
    pub effects: &'a [Effect],
    pub ordinal: u32,
    pub call_id: &'a str,
    /// What the effects are now. From `Pending`, the call is the local directory's own
    /// transaction and nobody else's.
    pub from: ItemState,
    /// The job is being stopped: what would be sent again is not attempted.
    pub stopping: bool,
}

/// Records what is next for each device, counts, and ends the job if nothing of it is open.
/// Returns whether it ended.
pub(super) async fn record(
    tx: &mut Tx,
    fence: Fence<'_>,
    devices: &[(DeviceId, NextStep)],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut groups: BTreeMap<NextStep, Vec<DeviceId>> = BTreeMap::new();
    for (device, next) in devices {
        groups.entry(*next).or_default().push(*device);
    }
    let mut change = Change::default();
    for (next, devices) in groups {
        let (state, moved) = record_group(tx, fence, next, &devices, now).await?;
        change.moved(fence.ordinal, fence.from, state, moved);
        if let NextStep::Finish(Outcome::Succeeded(how)) = next {
            if how == SuccessKind::Already {
                change.were_already(fence.ordinal, moved);
            }
            begin_next(tx, fence, how, &devices, &mut change, now).await?;
        }
    }
    change.write(tx, fence.job, "progress", now).await?;
    let finished = devices.iter().filter_map(|(device, next)| match next {
        NextStep::Finish(outcome) => Some((device.0, *outcome)),
        _ => None,
    });
    let open = devices.len() - finished.clone().count();
    let (call, step) = (fence.call_id, fence.ordinal);
    tx.record(batch_event(fence.job, call, step, finished, open, now));
    finish_if_done(tx, fence.job, now).await
}

/// One row of the audit for all devices of a batch: how many have an outcome, and a digest of
/// how.
pub(super) fn batch_event(
    job: &JobId,
    call_id: &str,
    ordinal: u32,
    finished: impl IntoIterator<Item = (u32, Outcome)>,
    open: usize,
    now: Timestamp,
) -> Event {
    let finished: BTreeMap<u32, Outcome> = finished.into_iter().collect();
    let mut digest = BatchDigest::default();
    for (device, outcome) in &finished {
        let (state, why) = outcome.words();
        digest.add(*device, state.as_str(), why);
    }
    let event = Event::new(&Actor::sunset(), Act::JobBatch).on(job.as_str());
    let event = event.with("call", call_id).with("step", ordinal);
    let event = event.with("settled", finished.len()).with("open", open);
    let event = event.with("finished_at", now.0);
    event.with("digest", digest.finish())
}

/// Changes the effects of one group. Returns their new state, and how many there were.
async fn record_group(
    tx: &mut Tx,
    fence: Fence<'_>,
    next: NextStep,
    devices: &[DeviceId],
    now: Timestamp,
) -> Result<(ItemState, u64), StoreError> {
    // The directory's words were kept before: see `keep_words`.
    const RECORD: &str = "
        UPDATE effect SET state = $6, how = $7, rule = $8, cause = $9,
            words = CASE WHEN $9 = '' THEN '' ELSE words END,
            call_id = $4, attempt = attempt + $10, next_at = $11, max_batch = $12,
            checks = 0, finished_at = $13, refused = $14
        WHERE job_id = $1 AND ordinal = $2 AND state = $5 AND device IN IDS($3)
            AND ($5 = 'pending' OR call_id = $4)";
    // A call of the local directory is claimed and answered at once.
    let local = i64::from(fence.from == ItemState::Pending && !fence.call_id.is_empty());
    let (mut state, mut how, mut rule, mut cause) = (ItemState::Pending, "", "", "");
    let (mut attempt, mut next_at, mut batch, mut refused) = (local, 0, 0, false);
    match next {
        NextStep::Finish(Outcome::Succeeded(by)) => {
            (state, how) = (ItemState::Succeeded, by.as_str());
            if by == SuccessKind::Ordered {
                next_at = now.0 + ask_again_after(0);
            }
        }
        NextStep::Finish(Outcome::Skipped(by)) => (state, rule) = (ItemState::Skipped, by.id()),
        NextStep::Finish(Outcome::Failed(why)) => {
            (state, cause) = (ItemState::Failed, why.as_str());
        }
        NextStep::ReadBack { at, refused: by } => {
            (state, next_at, refused) = (ItemState::Unconfirmed, at, by);
        }
        NextStep::Again { .. } if fence.stopping => state = ItemState::NotAttempted,
        NextStep::Again {
            at,
            max_batch,
            free,
        } => {
            (next_at, batch) = (at, i64::from(max_batch));
            attempt = local - i64::from(free);
        }
    }
    let sql = tx.sql(RECORD);
    let moved = on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(fence.job.as_str())
            .bind(fence.ordinal as i32)
            .bind(id_list(devices.iter().map(|id| id.0)))
            .bind(fence.call_id)
            .bind(fence.from.as_str())
            .bind(state.as_str())
            .bind(how)
            .bind(rule)
            .bind(cause)
            .bind(attempt)
            .bind(next_at)
            .bind(batch)
            .bind(if state.is_open() { 0 } else { now.0 })
            .bind(refused)
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok((state, moved))
}
