//! Calls to a directory outside our database: the intent first (T1), and the answer fenced
//! by the call's id (T3). The steps are in docs/protocol.md.

use super::super::job::{Hold, apply_hold, effect_at, lock_job, take_up};
use super::super::pool::{id_list, on_tx};
use super::super::row::device_id;
use super::super::{Store, StoreError, Tx};
use super::calls::{Opened, end_call, insert_call, record_late_answer};
use super::command::{is_first_under_way, keep_number, refused_first, sent_before};
use super::count::Change;
use super::lost::apply_late_answer;
use super::overlay::overlay;
use super::preflight::expire_look;
use super::record::{Fence, record};
use super::starter::{StarterCheck, check_starter};
use crate::domain::action::effect::Effect;
use crate::domain::device::DeviceId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::{ItemState, JobId, JobState};
use crate::domain::time::Timestamp;

/// Devices about to be sent, with the intent on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub id: String,
    pub job: JobId,
    /// What is done to the devices, and its place in the job's action.
    pub effect: Effect,
    pub ordinal: u32,
    pub devices: Vec<(DeviceId, String)>,
    /// Of a command, which has one device: when that was enrolled last, as it was reviewed.
    pub reviewed_enrolled: i64,
    /// Of a command: when the effect before it was sent to the device.
    pub changed_at: i64,
}

/// What a call came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallOutcome {
    /// What is next for each of its devices.
    pub next: Vec<(DeviceId, NextStep)>,
    /// What it does to the job.
    pub hold: Hold,
    /// Of a command that was taken: the directory's number of it.
    pub command_id: String,
}

/// What came of recording an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    InTime,
    /// That was the last of the job.
    Finished,
    /// The call was already recorded as lost. The answer changes nothing, unless it resolves an
    /// effect without a known result.
    Late,
}

/// An effect that may be sent now.
type Ready = (i32, String, i32, i32, i64);

impl Store {
    /// Claims a job's next devices and puts the intent to send them on record.
    /// `None` if the look at them has expired, or if there is nothing to send now. Never
    /// send unless this returned.
    pub async fn open_call(
        &self,
        job: &JobId,
        call_id: &str,
        worker: i64,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<Call>, StoreError> {
        // Joined to their items, Postgres may read the items from the first one on for every
        // call.
        const NEXT: &str = "
            SELECT device,
                (SELECT device_id FROM job_item item
                    WHERE item.job_id = effect.job_id AND item.device = effect.device),
                ordinal, max_batch,
                (SELECT snap_enrolled FROM job_item item
                    WHERE item.job_id = effect.job_id AND item.device = effect.device)
            FROM effect
            WHERE job_id = $1 AND state = 'pending' AND next_at <= $2
            ORDER BY ordinal, device LIMIT $3";
        const SEND: &str = "
            UPDATE effect SET state = 'sent', attempt = attempt + 1, call_id = $4, sent_at = $5
            WHERE job_id = $1 AND ordinal = $2 AND state = 'pending' AND device IN IDS($3)";
        let mut tx = self.begin().await?;
        let Some(effects) = take_up(&mut tx, job, now).await? else {
            return Ok(None);
        };
        if check_starter(&mut tx, job, &effects, now).await? != StarterCheck::Allowed {
            tx.commit().await?;
            return Ok(None);
        }
        let mut rows: Vec<Ready> = on_tx!(&mut tx, |conn| {
            sqlx::query_as(NEXT)
                .bind(job.as_str())
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(conn)
                .await?
        });
        let Some((first, _, ordinal, max_batch, reviewed_enrolled)) = rows.first().cloned() else {
            return Ok(None);
        };
        let effect = effect_at(&effects, ordinal as u32)?.clone();
        let alike = |row: &&Ready| (row.2, row.3) == (ordinal, max_batch);
        let mut most = rows.iter().take_while(alike).count();
        let mut changed_at = 0;
        if effect.kind().is_command() {
            // Nothing was looked at yet where the command is the first effect.
            if ordinal == 0 && !is_looked_at(&mut tx, job, now).await? {
                return Ok(None);
            }
            // One at a time until the directory has taken the first.
            if is_first_under_way(&mut tx, job, ordinal).await? {
                return Ok(None);
            }
            most = 1;
            changed_at = sent_before(&mut tx, job, first, ordinal).await?;
        } else if !is_looked_at(&mut tx, job, now).await? {
            return Ok(None);
        } else if effect.kind().is_single_device() {
            most = 1;
        } else if max_batch != 0 {
            most = most.min(max_batch as usize);
        }
        rows.truncate(most);
        let devices = rows
            .into_iter()
            .map(|row| Ok((device_id(row.0)?, row.1)))
            .collect::<Result<Vec<_>, StoreError>>()?;

        let opened = Opened::By(worker);
        insert_call(&mut tx, job, call_id, opened, devices.len(), now).await?;
        let ids = id_list(devices.iter().map(|(id, _)| id.0));
        let sql = tx.sql(SEND);
        on_tx!(&mut tx, |conn| {
            sqlx::query(sql)
                .bind(job.as_str())
                .bind(ordinal)
                .bind(ids.as_str())
                .bind(call_id)
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        let (ordinal, sent) = (ordinal as u32, devices.len() as u64);
        let mut change = Change::default();
        change.moved(ordinal, ItemState::Pending, ItemState::Sent, sent);
        change.write(&mut tx, job, "sending", now).await?;
        tx.commit().await?;
        Ok(Some(Call {
            id: call_id.to_owned(),
            job: job.clone(),
            effect,
            ordinal,
            devices,
            reviewed_enrolled,
            changed_at,
        }))
    }

    /// Records the answer to a call.
    pub async fn close_call(
        &self,
        call: &Call,
        outcome: &CallOutcome,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let mut tx = self.begin().await?;
        let locked = lock_job(&mut tx, &call.job).await?;
        if !end_call(&mut tx, &call.id, "answered", now).await? {
            record_late_answer(&mut tx, &call.id, now).await?;
            if call.effect.kind().is_command() {
                apply_late_answer(&mut tx, call, outcome, now).await?;
            }
            tx.commit().await?;
            return Ok(Recorded::Late);
        }
        let stopping = locked.state == Some(JobState::Cancelling);
        let (mut next, mut hold) = (outcome.next.clone(), outcome.hold.clone());
        if !stopping && let Some(why) = refused_first(&mut tx, call, &next).await? {
            for (_, next) in &mut next {
                *next = NextStep::Again {
                    at: now.0,
                    max_batch: 0,
                    free: true,
                };
            }
            hold = Hold::Pause(why);
        }
        apply_hold(&mut tx, &call.job, &hold, now).await?;
        let fence = Fence {
            job: &call.job,
            effects: &locked.effects,
            ordinal: call.ordinal,
            call_id: &call.id,
            from: ItemState::Sent,
            stopping,
        };
        // A call that was not answered is an interruption as well.
        let unclear = |next: &NextStep| matches!(next, NextStep::ReadBack { refused: false, .. });
        if next.iter().any(|(_, next)| unclear(next)) {
            expire_look(&mut tx, &call.job).await?;
        }
        let finished = record(&mut tx, fence, &next, now).await?;
        if !outcome.command_id.is_empty() {
            keep_number(&mut tx, call, &outcome.command_id).await?;
        }
        overlay(&mut tx, &call.effect, &next, now).await?;
        tx.commit().await?;
        Ok(if finished {
            Recorded::Finished
        } else {
            Recorded::InTime
        })
    }
}

/// Whether the look at the job's devices counts. Under the job's lock: whatever interrupts
/// the job expires it.
async fn is_looked_at(tx: &mut Tx, job: &JobId, now: Timestamp) -> Result<bool, StoreError> {
    const LOOKED: &str = "SELECT looked_until > $2 FROM job WHERE id = $1";
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(LOOKED)
        .bind(job.as_str())
        .bind(now.0)
        .fetch_one(conn)
        .await?))
}
