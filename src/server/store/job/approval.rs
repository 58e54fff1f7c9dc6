//! Asking a second person: which jobs wait, and the digest of what is decided on. Who is asked
//! stands in `approver`, what they decide in `decide`.

use super::super::notice::insert_notice;
use super::super::pool::{on_pool, on_tx};
use super::super::row::{count, instant};
use super::super::{Store, StoreError, Tx};
use super::approver::approvers;
use super::host_limits::{Starting, started_within_hour};
use super::note;
use crate::domain::action::effect::Effect;
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::job::JobId;
use crate::domain::job::approval::{Approval, ApprovalRule, ApprovalState};
use crate::domain::permission::Permission;
use crate::domain::time::Timestamp;
use crate::server::field_hash::FieldHash;

/// What a job says that waits.
const WAITS: &str = "A second person has to approve this job before anything is sent.";

/// The same, where nobody could do it.
const NOBODY: &str = "A second person has to approve this job before anything is sent, and nobody \
    else may approve jobs of these org units now. Ask an administrator for an approver.";

/// What the devices of a review have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupedBy {
    OrgUnit,
    Model,
    Status,
}

/// Devices of a review that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedGroup {
    pub by: GroupedBy,
    pub label: String,
    pub devices: u64,
}

/// The org units of a job: those of its devices, and the one to which it moves them.
pub(super) async fn org_units(tx: &mut Tx, job: &JobId) -> Result<Vec<String>, StoreError> {
    const UNITS: &str = "SELECT org_unit FROM job_org_unit WHERE job_id = $1";
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(UNITS)
        .bind(job.as_str())
        .fetch_all(conn)
        .await?))
}

/// Has a job that has just started wait for a second person, if it has to. Under the lock of
/// the start. Jobs of whoever sits at this computer do not wait: nobody else is there.
pub(super) async fn ask_where_needed(
    tx: &mut Tx,
    job: &JobId,
    by: &Actor,
    effects: &[Effect],
    starting: &Starting,
    now: Timestamp,
) -> Result<(), StoreError> {
    const ASK: &str = "
        INSERT INTO approval (job_id, digest, starter_id, state, asked_at, expires_at, decided_at,
            decided_by, decided_name, why, session, strong_at)
        VALUES ($1, $2, $3, 'open', $4, $5, 0, '', '', '', '', 0)";
    const WAIT: &str = "
        UPDATE job SET state = 'paused', awaits_approval = TRUE, pause_reason = $2
        WHERE id = $1 AND state = 'queued' RETURNING number, eligible";
    let operator = by.name.as_str();
    let Some(starter) = starter_id(tx, operator).await? else {
        return Ok(());
    };
    let mut everybody = approvers(tx, now).await?;
    let started = started_within_hour(tx, job, operator, now).await?;
    let erases = |it: &Effect| it.kind().permissions().contains(&Permission::Erase);
    let erases = effects.iter().any(erases);
    let rule = starting.approval;
    if !rule.holds(started.own + started.job, erases, everybody.len()) {
        return Ok(());
    }
    let units = org_units(tx, job).await?;
    everybody.retain(|it| it.may_decide(&starter, &units));
    let why = if everybody.is_empty() { NOBODY } else { WAITS };
    let row: Option<(i32, i64)> = on_tx!(tx, |conn| sqlx::query_as(WAIT)
        .bind(job.as_str())
        .bind(why)
        .fetch_optional(conn)
        .await?);
    // All of its devices may be in other jobs: it is over already.
    let Some((number, devices)) = row else {
        return Ok(());
    };
    let digest = execution_digest(tx, job, &starter).await?;
    on_tx!(tx, |conn| {
        sqlx::query(ASK)
            .bind(job.as_str())
            .bind(digest.as_str())
            .bind(starter.as_str())
            .bind(now.0)
            .bind(now.0 + rule.waits_ms)
            .execute(conn)
            .await?;
    });
    note(tx, job, "approval-asked", "", now).await?;
    let event = Event::new(by, Act::ApprovalAsked).on(job.as_str());
    let event = event.with("digest", digest.as_str());
    let asked: Vec<&str> = everybody.iter().map(|it| it.login.as_str()).collect();
    tx.record(event.with("of", asked).with("devices", devices));
    let devices = crate::domain::number::devices(devices as u64);
    for approver in everybody {
        let text = format!("{operator} asks you to approve job #{number} on {devices}.");
        insert_notice(tx, &approver.login, now, &text, true, job).await?;
    }
    Ok(())
}

/// The id of somebody who signs in; `None` for whoever sits at this computer.
async fn starter_id(tx: &mut Tx, login: &str) -> Result<Option<String>, StoreError> {
    const STARTER: &str = "SELECT id FROM operator WHERE login = $1 AND kind = 'human'";
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(STARTER)
        .bind(login)
        .fetch_optional(conn)
        .await?))
}

/// The digest of what would run: the reviewed plan, all that was chosen with Execute, the
/// directory and who started it. The plan hash alone would be equal for other choices.
pub(super) async fn execution_digest(
    tx: &mut Tx,
    job: &JobId,
    starter_id: &str,
) -> Result<String, StoreError> {
    const JOB: &str = "
        SELECT plan_hash, action, options, note, authority, eligible FROM job WHERE id = $1";
    let (plan_hash, action, options, note, authority, eligible): (
        String,
        String,
        String,
        String,
        String,
        i64,
    ) = on_tx!(tx, |conn| sqlx::query_as(JOB)
        .bind(job.as_str())
        .fetch_one(conn)
        .await?);
    let mut hash = FieldHash::new("sunset approval 1");
    for field in [job.as_str(), &plan_hash, &action, &options, &note] {
        hash.field(field);
    }
    for field in [authority.as_str(), starter_id] {
        hash.field(field);
    }
    hash.number(eligible);
    Ok(hash.finish())
}

impl Store {
    /// Whether a job of so many devices would wait for a second person, were it started now.
    pub async fn would_wait(
        &self,
        operator: &str,
        devices: u64,
        erases: bool,
        rule: ApprovalRule,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if rule == ApprovalRule::NEVER {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
        if starter_id(&mut tx, operator).await?.is_none() {
            return Ok(false);
        }
        let everybody = approvers(&mut tx, now).await?.len();
        let no_job = JobId(String::new());
        let started = started_within_hour(&mut tx, &no_job, operator, now).await?;
        Ok(rule.holds(started.own + devices, erases, everybody))
    }

    /// The request to approve a job, where there is one, and the id of who started it.
    pub async fn approval(&self, job: &JobId) -> Result<Option<(Approval, String)>, StoreError> {
        const READ: &str = "
            SELECT state, digest, asked_at, expires_at, decided_at, decided_name, why, starter_id
            FROM approval WHERE job_id = $1";
        type Row = (String, String, i64, i64, i64, String, String, String);
        let row: Option<Row> = on_pool!(self, |pool| sqlx::query_as(READ)
            .bind(job.as_str())
            .fetch_optional(pool)
            .await?);
        let Some((state, digest, asked_at, expires_at, decided_at, decided_by, why, starter)) = row
        else {
            return Ok(None);
        };
        let approval = Approval {
            state: ApprovalState::from_word(&state)
                .ok_or_else(|| StoreError::invalid_data(format!("the approval {state}")))?,
            digest,
            asked_at: Timestamp(asked_at),
            expires_at: Timestamp(expires_at),
            decided_at: instant(decided_at),
            decided_by,
            why,
        };
        Ok(Some((approval, starter)))
    }

    /// What the devices of a job are that it would change, by org unit, model and status, most
    /// devices first in each.
    pub async fn reviewed_groups(&self, job: &JobId) -> Result<Vec<ReviewedGroup>, StoreError> {
        const GROUPS: &str = "
            SELECT place, label, devices FROM (
                SELECT 0 AS place, org_unit AS label, COUNT(*) AS devices FROM job_item
                    WHERE job_id = $1 AND rule = '' GROUP BY org_unit
                UNION ALL SELECT 1, model, COUNT(*) FROM job_item
                    WHERE job_id = $1 AND rule = '' GROUP BY model
                UNION ALL SELECT 2, snap_status, COUNT(*) FROM job_item
                    WHERE job_id = $1 AND rule = '' GROUP BY snap_status) AS groups
            ORDER BY place, devices DESC, label";
        let rows: Vec<(i32, String, i64)> = on_pool!(self, |pool| sqlx::query_as(GROUPS)
            .bind(job.as_str())
            .fetch_all(pool)
            .await?);
        let group = |(place, label, devices): (i32, String, i64)| ReviewedGroup {
            by: match place {
                0 => GroupedBy::OrgUnit,
                1 => GroupedBy::Model,
                _ => GroupedBy::Status,
            },
            label,
            devices: count(devices),
        };
        Ok(rows.into_iter().map(group).collect())
    }

    /// The jobs that wait for approval, oldest first.
    pub async fn jobs_awaiting_approval(&self) -> Result<Vec<JobId>, StoreError> {
        const OPEN: &str = "SELECT job_id FROM approval WHERE state = 'open' ORDER BY asked_at";
        let jobs: Vec<String> = on_pool!(self, |pool| sqlx::query_scalar(OPEN)
            .fetch_all(pool)
            .await?);
        Ok(jobs.into_iter().map(JobId).collect())
    }
}
