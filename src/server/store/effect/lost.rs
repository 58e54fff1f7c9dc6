//! Calls that nobody answers (T4), and commands whose answer comes after they were given up.

use super::super::job::{finish_if_done, lock_job};
use super::super::pool::{on_pool, on_tx};
use super::super::row::device_id;
use super::super::{Store, StoreError, Tx};
use super::calls::end_call;
use super::claim::{Call, CallOutcome};
use super::command::keep_number;
use super::count::Change;
use super::preflight::expire_look;
use super::record::{Fence, batch_event, record};
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::{Cause, Outcome};
use crate::domain::job::{ItemState, JobId, JobState, SuccessKind};
use crate::domain::time::Timestamp;

impl Store {
    /// The calls that are open, with the number of the process that opened each.
    pub(in crate::server::store) async fn open_calls(
        &self,
    ) -> Result<Vec<(String, String, i64)>, StoreError> {
        const OPEN: &str =
            "SELECT call_id, job_id, worker FROM directory_call WHERE state = 'open'";
        Ok(on_pool!(self, |pool| sqlx::query_as(OPEN)
            .fetch_all(pool)
            .await?))
    }

    /// Gives a call up as lost: its devices are to be read back, from `read_at` on. Nothing
    /// tells whether a command was taken, so one ends here.
    pub async fn mark_call_lost(
        &self,
        job: &JobId,
        call_id: &str,
        read_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const DEVICES: &str = "
            SELECT device, ordinal FROM effect
            WHERE job_id = $1 AND call_id = $2 AND state = 'sent'";
        let mut tx = self.begin().await?;
        let locked = lock_job(&mut tx, job).await?;
        if !end_call(&mut tx, call_id, "lost", now).await? {
            return Ok(false);
        }
        let rows: Vec<(i32, i32)> = on_tx!(&mut tx, |conn| {
            sqlx::query_as(DEVICES)
                .bind(job.as_str())
                .bind(call_id)
                .fetch_all(conn)
                .await?
        });
        let Some((_, ordinal)) = rows.first().copied() else {
            tx.commit().await?;
            return Ok(true);
        };
        let effect = locked.effects.get(ordinal as usize);
        let next = if effect.is_some_and(|effect| effect.kind().is_command()) {
            NextStep::Finish(Outcome::Failed(Cause::Unanswered))
        } else {
            NextStep::ReadBack {
                at: read_at.0,
                refused: false,
            }
        };
        let next = rows
            .into_iter()
            .map(|(device, _)| Ok((device_id(device)?, next)))
            .collect::<Result<Vec<(DeviceId, NextStep)>, StoreError>>()?;
        expire_look(&mut tx, job).await?;
        let fence = Fence {
            job,
            effects: &locked.effects,
            ordinal: ordinal as u32,
            call_id,
            from: ItemState::Sent,
            stopping: locked.state == Some(JobState::Cancelling),
        };
        record(&mut tx, fence, &next, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Records the answer to a command that had been given up. The job may be over: then it may
/// have become a success.
pub(super) async fn apply_late_answer(
    tx: &mut Tx,
    call: &Call,
    outcome: &CallOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    const TAKEN: &str = "
        UPDATE effect SET state = 'succeeded', how = $4, cause = ''
        WHERE job_id = $1 AND ordinal = $2 AND call_id = $3 AND cause = 'unanswered'";
    const REFUSED: &str = "
        UPDATE effect SET cause = 'refused', how = CASE state WHEN 'succeeded' THEN $4 ELSE '' END
        WHERE job_id = $1 AND ordinal = $2 AND call_id = $3 AND cause = 'unanswered'";
    const STATE: &str = "
        UPDATE job SET state = 'completed'
        WHERE id = $1 AND state = 'completed_with_errors' AND failed = 0";
    let [(_, NextStep::Finish(ended))] = outcome.next.as_slice() else {
        return Ok(());
    };
    let sql = match ended {
        Outcome::Succeeded(_) => TAKEN,
        Outcome::Failed(Cause::Refused) => REFUSED,
        _ => return Ok(()),
    };
    let changed = on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(call.job.as_str())
            .bind(call.ordinal as i32)
            .bind(call.id.as_str())
            .bind(SuccessKind::Ordered.as_str())
            .execute(conn)
            .await?
            .rows_affected()
    });
    if changed != 0 {
        let finished: Vec<_> = outcome.next.iter().map(|it| (it.0.0, *ended)).collect();
        let event = batch_event(&call.job, &call.id, call.ordinal, finished, 0, now);
        tx.record(event.with("late", true));
    }
    if changed == 0 || !ended.is_success() {
        return Ok(());
    }
    keep_number(tx, call, &outcome.command_id).await?;
    let mut change = Change::default();
    change.moved(
        call.ordinal,
        ItemState::Failed,
        ItemState::Succeeded,
        changed,
    );
    // Before the counters: without a failed device the job has completed.
    change.write(tx, &call.job, "late", now).await?;
    on_tx!(tx, |conn| {
        sqlx::query(STATE)
            .bind(call.job.as_str())
            .execute(conn)
            .await?;
    });
    finish_if_done(tx, &call.job, now).await?;
    Ok(())
}
