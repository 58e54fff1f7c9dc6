//! Keeps the counters of a job and of its steps equal to its effects. Whoever calls has
//! changed the rows in the same transaction, and holds the job row's lock.

use std::collections::BTreeMap;

use super::super::job::{insert_event, note};
use super::super::pool::on_tx;
use super::super::{StoreError, Tx};
use super::kind_of;
use crate::domain::job::breaker::{self, Window};
use crate::domain::job::{ItemState, JobId};
use crate::domain::time::Timestamp;

/// By how much counters change, by state.
type Moves = BTreeMap<ItemState, i64>;

/// By how much each counter of a job changes.
#[derive(Debug, Default)]
pub struct Change {
    /// Of the job: devices by the state of their current effect.
    items: Moves,
    /// Of its steps: effects by state.
    steps: BTreeMap<u32, Moves>,
    /// Of its steps: effects that were not needed.
    already: BTreeMap<u32, i64>,
}

impl Change {
    /// Effects changed their state, and their devices with them.
    pub fn moved(&mut self, ordinal: u32, from: ItemState, to: ItemState, devices: u64) {
        self.effects_moved(ordinal, from, to, devices);
        self.items_moved(from, to, devices);
    }

    /// Effects changed their state.
    pub fn effects_moved(&mut self, ordinal: u32, from: ItemState, to: ItemState, devices: u64) {
        shift(self.steps.entry(ordinal).or_default(), from, to, devices);
    }

    /// Devices changed their state.
    pub fn items_moved(&mut self, from: ItemState, to: ItemState, devices: u64) {
        shift(&mut self.items, from, to, devices);
    }

    /// Effects began on devices.
    pub fn begun(&mut self, ordinal: u32, state: ItemState, devices: u64) {
        let step = self.steps.entry(ordinal).or_default();
        *step.entry(state).or_default() += devices as i64;
    }

    /// Effects that succeeded were not needed.
    pub fn were_already(&mut self, ordinal: u32, devices: u64) {
        *self.already.entry(ordinal).or_default() += devices as i64;
    }

    /// Writes the counters under the next number of the job's sequence, and pauses the job
    /// if too much of it fails.
    pub async fn write(
        &self,
        tx: &mut Tx,
        job: &JobId,
        kind: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const COUNT: &str = "
            UPDATE job SET pending = pending + $2, sent = sent + $3,
                unconfirmed = unconfirmed + $4, succeeded = succeeded + $5, failed = failed + $6,
                skipped = skipped + $7, not_attempted = not_attempted + $8, seq = seq + 1
            WHERE id = $1 RETURNING seq";
        let of = |state| self.items.get(&state).copied().unwrap_or_default();
        let seq: i64 = on_tx!(tx, |conn| {
            sqlx::query_scalar(COUNT)
                .bind(job.as_str())
                .bind(of(ItemState::Pending))
                .bind(of(ItemState::Sent))
                .bind(of(ItemState::Unconfirmed))
                .bind(of(ItemState::Succeeded))
                .bind(of(ItemState::Failed))
                .bind(of(ItemState::Skipped))
                .bind(of(ItemState::NotAttempted))
                .fetch_one(conn)
                .await?
        });
        let grown = self.items.iter().filter(|(_, by)| **by > 0);
        let detail: Vec<String> = grown
            .map(|(state, by)| format!("\"{}\":{by}", state.as_str()))
            .collect();
        let detail = format!("{{{}}}", detail.join(","));
        insert_event(tx, job, seq, now, kind, &detail).await?;
        for (ordinal, moves) in &self.steps {
            let already = self.already.get(ordinal).copied().unwrap_or_default();
            count_step(tx, job, *ordinal, moves, already, now).await?;
        }
        Ok(())
    }
}

fn shift(moves: &mut Moves, from: ItemState, to: ItemState, devices: u64) {
    *moves.entry(from).or_default() -= devices as i64;
    *moves.entry(to).or_default() += devices as i64;
}

async fn count_step(
    tx: &mut Tx,
    job: &JobId,
    ordinal: u32,
    moves: &Moves,
    already: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    const COUNT: &str = "
        UPDATE job_step SET pending = pending + $3, sent = sent + $4,
            unconfirmed = unconfirmed + $5, succeeded = succeeded + $6, failed = failed + $7,
            skipped = skipped + $8, not_attempted = not_attempted + $9, already = already + $10
        WHERE job_id = $1 AND ordinal = $2
        RETURNING kind, succeeded - judged_succeeded, failed - judged_failed";
    let of = |state| moves.get(&state).copied().unwrap_or_default();
    let (kind, succeeded, failed): (String, i64, i64) = on_tx!(tx, |conn| {
        sqlx::query_as(COUNT)
            .bind(job.as_str())
            .bind(ordinal as i32)
            .bind(of(ItemState::Pending))
            .bind(of(ItemState::Sent))
            .bind(of(ItemState::Unconfirmed))
            .bind(of(ItemState::Succeeded))
            .bind(of(ItemState::Failed))
            .bind(of(ItemState::Skipped))
            .bind(of(ItemState::NotAttempted))
            .bind(already)
            .fetch_one(conn)
            .await?
    });
    let kind = kind_of(&kind)?;
    let window = Window {
        succeeded: succeeded.max(0) as u64,
        failed: failed.max(0) as u64,
    };
    if of(ItemState::Failed) > 0 && breaker::trips(kind, window) {
        trip(tx, job, kind.too_many_failed(), now).await?;
    }
    Ok(())
}

/// Pauses a job that runs and has more to send.
async fn trip(tx: &mut Tx, job: &JobId, why: &str, now: Timestamp) -> Result<(), StoreError> {
    const TRIP: &str = "
        UPDATE job SET state = 'paused', pause_reason = $2
        WHERE id = $1 AND state = 'running' AND pending > 0";
    let tripped = on_tx!(tx, |conn| {
        sqlx::query(TRIP)
            .bind(job.as_str())
            .bind(why)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if tripped != 0 {
        note(tx, job, "paused", why, now).await?;
    }
    Ok(())
}
