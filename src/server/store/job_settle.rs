//! Putting on record what became of a job's devices: the one place that changes an
//! item's state once its job runs, and keeps the job's counters equal to its rows.
//! Whoever calls holds the job row's lock.

use std::collections::BTreeMap;

use super::job::insert_event;
use super::notice::insert_notice;
use super::pool::{id_list, on_tx};
use super::powerwash_line::line_up;
use super::{StoreError, Tx};
use crate::domain::call::Next;
use crate::domain::device::DeviceId;
use crate::domain::job::{How, ItemState, JobId, JobState, JobSummary};
use crate::domain::settlement::Settlement;
use crate::domain::time::Timestamp;

/// The call that a change belongs to. Items of another call are left alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence<'a> {
    pub job: &'a JobId,
    pub call_id: &'a str,
    /// What the items are now. From `Pending`, the call is the local directory's own
    /// transaction and nobody else's.
    pub from: ItemState,
    /// The job is being stopped: what would be sent again is not attempted.
    pub stopping: bool,
}

/// By how much each counter changes.
#[derive(Debug, Default)]
struct Change(BTreeMap<ItemState, i64>);

impl Change {
    fn moved(&mut self, from: ItemState, to: ItemState, devices: u64) {
        *self.0.entry(from).or_default() -= devices as i64;
        *self.0.entry(to).or_default() += devices as i64;
    }

    fn of(&self, state: ItemState) -> i64 {
        self.0.get(&state).copied().unwrap_or_default()
    }
}

/// Locks the job row, as every transaction on a job does first.
pub(super) async fn lock_job(tx: &mut Tx, job: &JobId) -> Result<Option<JobState>, StoreError> {
    const LOCK: &str = "UPDATE job SET seq = seq WHERE id = $1 RETURNING state";
    let state: Option<String> = on_tx!(tx, |conn| {
        sqlx::query_scalar(LOCK)
            .bind(job.as_str())
            .fetch_optional(conn)
            .await?
    });
    state
        .map(|state| {
            JobState::from_word(&state)
                .ok_or_else(|| StoreError::nonsense(format!("the job state {state}")))
        })
        .transpose()
}

/// Locks the job row and takes the job up, if it is one whose devices may be sent
/// now. Returns its reason's API value.
pub(super) async fn take_up(
    tx: &mut Tx,
    job: &JobId,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    const TAKE: &str = "
        UPDATE job SET state = 'running', throttle_until = 0, pause_reason = ''
        WHERE id = $1 AND state IN ('queued', 'running') AND starts_at <= $2
            AND throttle_until <= $2 RETURNING reason";
    Ok(on_tx!(tx, |conn| {
        sqlx::query_scalar(TAKE)
            .bind(job.as_str())
            .bind(now.0)
            .fetch_optional(conn)
            .await?
    }))
}

/// Records what is next for each device, counts, trips the breaker if it must, and
/// ends the job if nothing of it is open. Returns whether it ended.
pub(super) async fn settle(
    tx: &mut Tx,
    fence: Fence<'_>,
    devices: &[(DeviceId, Next)],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut groups: BTreeMap<Next, Vec<DeviceId>> = BTreeMap::new();
    for (device, next) in devices {
        groups.entry(*next).or_default().push(*device);
    }
    let mut change = Change::default();
    for (next, devices) in groups {
        let (state, moved) = record(tx, fence, next, &devices, now).await?;
        change.moved(fence.from, state, moved);
        if next == Next::Settle(Settlement::Succeeded(How::Already)) {
            count_already(tx, fence.job, moved).await?;
        }
        // Called over a network: the local directory cannot order its devices about.
        if fence.from != ItemState::Pending
            && let Next::Settle(Settlement::Succeeded(how)) = next
        {
            line_up(tx, fence, how, &devices).await?;
        }
    }
    count(tx, fence.job, &change, "progress", now).await?;
    trip_breaker(tx, fence.job, now).await?;
    finish_if_done(tx, fence.job, now).await
}

/// Changes the items of one group. Returns their new state, and how many there were.
async fn record(
    tx: &mut Tx,
    fence: Fence<'_>,
    next: Next,
    devices: &[DeviceId],
    now: Timestamp,
) -> Result<(ItemState, u64), StoreError> {
    // What the directory said of a device says more than our sentence: see `keep_words`.
    const RECORD: &str = "
        UPDATE job_item SET state = $5, how = $6, rule = $7, cause = $8,
            message = CASE WHEN message <> '' AND $8 IN ('refused', 'invalid') THEN message
                ELSE $9 END,
            call_id = $3, attempt = attempt + $10, next_at = $11, max_batch = $12,
            checks = 0, finished_at = $13, refused = $14
        WHERE job_id = $1 AND state = $4 AND device IN IDS($2)
            AND ($4 = 'pending' OR call_id = $3)";
    let local = i64::from(fence.from == ItemState::Pending);
    let (mut state, mut how, mut rule, mut cause, mut message) =
        (ItemState::Pending, "", "", "", "");
    let (mut attempt, mut next_at, mut batch, mut refused) = (local, 0, 0, false);
    match next {
        Next::Settle(Settlement::Succeeded(by)) => {
            (state, how) = (ItemState::Succeeded, by.as_str());
        }
        Next::Settle(Settlement::Skipped(by)) => (state, rule) = (ItemState::Skipped, by.id()),
        Next::Settle(Settlement::Failed(why)) => {
            state = ItemState::Failed;
            (cause, message) = (why.as_str(), why.sentence());
        }
        Next::ReadBack { at, refused: by } => {
            (state, next_at, refused) = (ItemState::Unconfirmed, at, by);
        }
        Next::Again { .. } if fence.stopping => state = ItemState::NotAttempted,
        Next::Again {
            at,
            max_batch,
            free,
        } => {
            (next_at, batch) = (at, i64::from(max_batch));
            attempt = local - i64::from(free);
        }
    }
    let open = matches!(state, ItemState::Pending | ItemState::Unconfirmed);
    let sql = tx.sql(RECORD);
    let moved = on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(fence.job.as_str())
            .bind(id_list(devices.iter().map(|id| id.0)))
            .bind(fence.call_id)
            .bind(fence.from.as_str())
            .bind(state.as_str())
            .bind(how)
            .bind(rule)
            .bind(cause)
            .bind(message)
            .bind(attempt)
            .bind(next_at)
            .bind(batch)
            .bind(if open { 0 } else { now.0 })
            .bind(refused)
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok((state, moved))
}

/// Counts devices that were deprovisioned before the job came to them.
async fn count_already(tx: &mut Tx, job: &JobId, devices: u64) -> Result<(), StoreError> {
    const COUNT: &str = "UPDATE job SET already = already + $2 WHERE id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(COUNT)
            .bind(job.as_str())
            .bind(devices as i64)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Brings the counters in step with rows that were changed, under the next number of
/// the job's sequence.
async fn count(
    tx: &mut Tx,
    job: &JobId,
    change: &Change,
    kind: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const COUNT: &str = "
        UPDATE job SET pending = pending + $2, sent = sent + $3, unconfirmed = unconfirmed + $4,
            succeeded = succeeded + $5, failed = failed + $6, skipped = skipped + $7,
            not_attempted = not_attempted + $8, seq = seq + 1
        WHERE id = $1 RETURNING seq";
    let seq: i64 = on_tx!(tx, |conn| {
        sqlx::query_scalar(COUNT)
            .bind(job.as_str())
            .bind(change.of(ItemState::Pending))
            .bind(change.of(ItemState::Sent))
            .bind(change.of(ItemState::Unconfirmed))
            .bind(change.of(ItemState::Succeeded))
            .bind(change.of(ItemState::Failed))
            .bind(change.of(ItemState::Skipped))
            .bind(change.of(ItemState::NotAttempted))
            .fetch_one(conn)
            .await?
    });
    let detail: Vec<String> = change
        .0
        .iter()
        .filter(|(_, by)| **by > 0)
        .map(|(state, by)| format!("\"{}\":{by}", state.as_str()))
        .collect();
    let detail = format!("{{{}}}", detail.join(","));
    insert_event(tx, job, seq, now, kind, &detail).await
}

/// Moves `devices` items, already changed, from one counter to another.
pub(super) async fn count_moved(
    tx: &mut Tx,
    job: &JobId,
    (from, to): (ItemState, ItemState),
    devices: u64,
    kind: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut change = Change::default();
    change.moved(from, to, devices);
    count(tx, job, &change, kind, now).await
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

/// Pauses a job in which more than a fifth of the devices fail, after enough of them:
/// something is wrong that the rest should not share.
async fn trip_breaker(tx: &mut Tx, job: &JobId, now: Timestamp) -> Result<(), StoreError> {
    const TRIP: &str = "
        UPDATE job SET state = 'paused', pause_reason = $2
        WHERE id = $1 AND state = 'running' AND pending > 0
            AND succeeded + failed - judged >= 200
            AND 5 * (failed - judged_failed) > succeeded + failed - judged";
    const WHY: &str = "More than a fifth of the devices failed.";
    let tripped = on_tx!(tx, |conn| {
        sqlx::query(TRIP)
            .bind(job.as_str())
            .bind(WHY)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if tripped != 0 {
        note(tx, job, "paused", WHY, now).await?;
    }
    Ok(())
}

/// Ends the job if nothing of it is open, and leaves the operator a notice. A job
/// that was stopped when nothing was left to stop has completed. Where a remote directory
/// has answered that devices are deprovisioned, they are read from it before that.
pub(super) async fn finish_if_done(
    tx: &mut Tx,
    job: &JobId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const FINISH: &str = "
        UPDATE job SET state = CASE WHEN not_attempted > 0 THEN 'cancelled'
                WHEN failed > 0 OR powerwash_not_ordered > 0 THEN 'completed_with_errors'
                ELSE 'completed' END,
            finished_at = $2, pause_reason = '', throttle_until = 0
        WHERE id = $1 AND state IN ('queued', 'running', 'paused', 'cancelling')
            AND pending = 0 AND sent = 0 AND unconfirmed = 0 AND powerwash_open = 0
            AND (reread_at > 0 OR NOT EXISTS (SELECT 1 FROM job_item
                WHERE job_id = $1 AND job_item.state = 'succeeded' AND how = 'applied'
                    AND sent_at > 0))";
    let finished = on_tx!(tx, |conn| {
        sqlx::query(FINISH)
            .bind(job.as_str())
            .bind(now.0)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if finished == 0 {
        return Ok(false);
    }
    let summary: JobSummary = super::job::read_in(tx, job).await?;
    note(tx, job, "finished", summary.state.as_str(), now).await?;
    let text = summary.notice();
    insert_notice(tx, &summary.operator, now, &text, summary.is_success(), job).await?;
    Ok(true)
}
