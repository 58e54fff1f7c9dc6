//! What came of asking a second person. Every way out of waiting goes through here, under the
//! locks of the start and of the job, so that of two decisions one counts.

use std::time::Duration;

use super::super::notice::insert_notice;
use super::super::pool::{on_pool, on_tx};
use super::super::{Store, StoreError, Tx};
use super::approval::{execution_digest, org_units};
use super::approver::{Approver, approvers};
use super::control::stop;
use super::plan_hash::may_be_carried_out;
use super::{lock_job, note};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::job::JobId;
use crate::domain::job::approval::ApprovalState;
use crate::domain::time::Timestamp;

/// Who decides, in which session.
#[derive(Clone, Debug)]
pub struct Decider {
    pub operator_id: String,
    pub login: String,
    /// As the audit has them.
    pub actor: Actor,
    /// The beginning of the SHA-256 of the session's token.
    pub session: String,
    /// When password and code were last given in it.
    pub strong_at: Timestamp,
}

/// What came of deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Done,
    /// Nobody is asked to approve this job.
    NotAsked,
    /// It was decided before, or is over.
    Already(ApprovalState),
    /// They started it themselves.
    Own,
    /// They may not approve jobs of these org units, or not yet.
    NotAllowed,
    /// They have looked at another job than this is now.
    OtherDigest,
    /// What would run is not what approval was asked for: the job is stopped.
    Changed,
    /// Nobody decided in time: the job is stopped.
    Expired,
}

/// A request that is open and locked.
struct Open {
    digest: String,
    starter_id: String,
    starter: String,
    number: i32,
}

impl Store {
    /// Approves a job: it begins after the grace. `digest` is of what was looked at.
    pub async fn approve_job(
        &self,
        job: &JobId,
        by: &Decider,
        digest: &str,
        grace: Duration,
        now: Timestamp,
    ) -> Result<Decided, StoreError> {
        const QUEUE: &str = "
            UPDATE job SET state = 'queued', awaits_approval = FALSE, pause_reason = '',
                starts_at = $2
            WHERE id = $1 AND awaits_approval";
        let mut tx = self.begin().await?;
        let open = match lock_open(&mut tx, job, by, now).await? {
            Ok(open) => open,
            Err(why_not) => {
                tx.commit().await?;
                return Ok(why_not);
            }
        };
        if digest != open.digest {
            return Ok(Decided::OtherDigest);
        }
        let present = execution_digest(&mut tx, job, &open.starter_id).await?;
        if present != open.digest || !may_be_carried_out(&mut tx, job).await? {
            end(&mut tx, job, ApprovalState::Changed, None, "", now).await?;
            let text = format!(
                "Job #{} was stopped: it is not what approval was asked for. Review the devices \
                 again.",
                open.number
            );
            insert_notice(&mut tx, &open.starter, now, &text, false, job).await?;
            tx.commit().await?;
            return Ok(Decided::Changed);
        }
        close(&mut tx, job, ApprovalState::Approved, Some(by), "", now).await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(QUEUE)
                .bind(job.as_str())
                .bind(now.0 + grace.as_millis() as i64)
                .execute(conn)
                .await?;
        });
        note(&mut tx, job, "approved", &by.login, now).await?;
        let event = Event::new(&by.actor, Act::Approved).on(job.as_str());
        tx.record(event.with("digest", digest));
        let text = format!("{} approved job #{}.", by.login, open.number);
        insert_notice(&mut tx, &open.starter, now, &text, true, job).await?;
        tx.commit().await?;
        Ok(Decided::Done)
    }

    /// Refuses a job, which is stopped before anything of it was sent.
    pub async fn refuse_job(
        &self,
        job: &JobId,
        by: &Decider,
        why: &str,
        now: Timestamp,
    ) -> Result<Decided, StoreError> {
        let mut tx = self.begin().await?;
        let open = match lock_open(&mut tx, job, by, now).await? {
            Ok(open) => open,
            Err(why_not) => {
                tx.commit().await?;
                return Ok(why_not);
            }
        };
        end(&mut tx, job, ApprovalState::Refused, Some(by), why, now).await?;
        let text = format!("{} refused job #{}: {why}", by.login, open.number);
        insert_notice(&mut tx, &open.starter, now, &text, false, job).await?;
        tx.commit().await?;
        Ok(Decided::Done)
    }

    /// Whether this operator may decide on a job that waits.
    pub async fn may_decide(
        &self,
        job: &JobId,
        login: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const STARTER: &str = "SELECT starter_id FROM approval WHERE job_id = $1";
        let mut tx = self.begin().await?;
        let starter: Option<String> = on_tx!(&mut tx, |conn| sqlx::query_scalar(STARTER)
            .bind(job.as_str())
            .fetch_optional(conn)
            .await?);
        let Some(starter) = starter else {
            return Ok(false);
        };
        let units = org_units(&mut tx, job).await?;
        let everybody = approvers(&mut tx, now).await?;
        Ok(everybody
            .iter()
            .any(|it| it.login == login && it.may_decide(&starter, &units)))
    }

    /// Stops the jobs on which nobody decided in time. Returns how many.
    pub async fn expire_approvals(&self, now: Timestamp) -> Result<u64, StoreError> {
        const LATE: &str = "SELECT job_id FROM approval WHERE state = 'open' AND expires_at <= $1";
        let late: Vec<String> = on_pool!(self, |pool| sqlx::query_scalar(LATE)
            .bind(now.0)
            .fetch_all(pool)
            .await?);
        let mut expired = 0;
        for job in late.into_iter().map(JobId) {
            let mut tx = self.begin().await?;
            lock_job(&mut tx, &job).await?;
            if end(&mut tx, &job, ApprovalState::Expired, None, "", now).await? {
                expired += 1;
            }
            tx.commit().await?;
        }
        Ok(expired)
    }
}

/// Locks a job and its request, if it is open and theirs to decide. One that is too old expires
/// here.
async fn lock_open(
    tx: &mut Tx,
    job: &JobId,
    by: &Decider,
    now: Timestamp,
) -> Result<Result<Open, Decided>, StoreError> {
    // No role changes and no job starts meanwhile.
    const LOCK: &str = "UPDATE inventory SET generation = generation WHERE id = 1";
    const READ: &str = "
        SELECT approval.state, digest, starter_id, approval.expires_at, job.operator, job.number
        FROM approval JOIN job ON job.id = approval.job_id WHERE job_id = $1";
    type Row = (String, String, String, i64, String, i32);
    on_tx!(tx, |conn| {
        sqlx::query(LOCK).execute(conn).await?;
    });
    lock_job(tx, job).await?;
    let row: Option<Row> = on_tx!(tx, |conn| sqlx::query_as(READ)
        .bind(job.as_str())
        .fetch_optional(conn)
        .await?);
    let Some((state, digest, starter_id, expires_at, starter, number)) = row else {
        return Ok(Err(Decided::NotAsked));
    };
    let state = ApprovalState::from_word(&state)
        .ok_or_else(|| StoreError::invalid_data(format!("the approval {state}")))?;
    if state != ApprovalState::Open {
        return Ok(Err(Decided::Already(state)));
    }
    if by.operator_id == starter_id || by.login == starter {
        return Ok(Err(Decided::Own));
    }
    let units = org_units(tx, job).await?;
    let everybody = approvers(tx, now).await?;
    let is_theirs = |it: &Approver| it.id == by.operator_id && it.may_decide(&starter_id, &units);
    if !everybody.iter().any(is_theirs) {
        return Ok(Err(Decided::NotAllowed));
    }
    if expires_at <= now.0 {
        end(tx, job, ApprovalState::Expired, None, "", now).await?;
        return Ok(Err(Decided::Expired));
    }
    Ok(Ok(Open {
        digest,
        starter_id,
        starter,
        number,
    }))
}

/// Ends the waiting of a job that must not run, and stops the job. Returns whether it waited.
async fn end(
    tx: &mut Tx,
    job: &JobId,
    state: ApprovalState,
    by: Option<&Decider>,
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !close(tx, job, state, by, why, now).await? {
        return Ok(false);
    }
    let name = by.map_or("", |by| by.login.as_str());
    let kind = format!("approval-{}", state.as_str());
    note(tx, job, &kind, name, now).await?;
    let actor = by.map_or_else(Actor::sunset, |by| by.actor.clone());
    let act = match state {
        ApprovalState::Refused => Act::ApprovalRefused,
        ApprovalState::Expired => Act::ApprovalExpired,
        _ => Act::ApprovalVoided,
    };
    tx.record(Event::new(&actor, act).on(job.as_str()).with("why", why));
    stop(tx, job, &actor, now).await
}

/// Writes what became of an open request. Returns whether it was open.
async fn close(
    tx: &mut Tx,
    job: &JobId,
    state: ApprovalState,
    by: Option<&Decider>,
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const CLOSE: &str = "
        UPDATE approval SET state = $2, decided_at = $3, decided_by = $4, decided_name = $5,
            why = $6, session = $7, strong_at = $8
        WHERE job_id = $1 AND state = 'open'";
    let closed = on_tx!(tx, |conn| {
        sqlx::query(CLOSE)
            .bind(job.as_str())
            .bind(state.as_str())
            .bind(now.0)
            .bind(by.map_or("", |by| by.operator_id.as_str()))
            .bind(by.map_or("", |by| by.login.as_str()))
            .bind(why)
            .bind(by.map_or("", |by| by.session.as_str()))
            .bind(by.map_or(0, |by| by.strong_at.0))
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok(closed == 1)
}

/// Withdraws the request of a job that is being stopped. Under the job's lock.
pub(super) async fn withdraw(
    tx: &mut Tx,
    job: &JobId,
    by: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    if close(tx, job, ApprovalState::Withdrawn, None, "", now).await? {
        note(tx, job, "approval-withdrawn", "", now).await?;
        tx.record(Event::new(by, Act::ApprovalWithdrawn).on(job.as_str()));
    }
    Ok(())
}
