//! Jobs, as they are read: one, the unfinished ones, a page of all.

use sqlx::FromRow;

use super::super::effect::kind_of;
use super::super::pool::{on_pool, on_tx};
use super::super::row::{count, instant};
use super::super::{Store, StoreError, Tx};
use super::action_of;
use super::org_unit::VISIBLE;
use crate::domain::action::{Action, ActionKind};
use crate::domain::job::{Counts, ItemState, JobId, JobState, JobSummary, StepCounts};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;

const JOB_COLUMNS: &str = "id, number, operator, state, options, note, plan_hash, total, eligible, \
    pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, seq, started_at, \
    finished_at, pause_reason, awaits_approval, starts_at, throttle_until, parent_id, \
    COALESCE((SELECT decided_name FROM approval \
        WHERE approval.job_id = job.id AND approval.state = 'approved'), '') AS approved_by, \
    CLOCK() AS clock, \
    (SELECT CAST(LISTS(LIST(ordinal, kind, step.pending, step.sent, step.unconfirmed, \
        step.succeeded, step.failed, step.skipped, step.not_attempted, already)) AS TEXT) \
        FROM job_step step WHERE step.job_id = job.id) AS steps, \
    COALESCE((SELECT child.id FROM job child WHERE child.parent_id = job.id), '') AS child_id, \
    COALESCE((SELECT parent.number FROM job parent WHERE parent.id = job.parent_id), 0) \
    AS parent_number";

#[derive(FromRow)]
pub(super) struct JobRow {
    id: String,
    number: i32,
    operator: String,
    state: String,
    options: String,
    note: String,
    plan_hash: String,
    total: i64,
    eligible: i64,
    pending: i64,
    sent: i64,
    unconfirmed: i64,
    succeeded: i64,
    failed: i64,
    skipped: i64,
    not_attempted: i64,
    seq: i64,
    started_at: i64,
    finished_at: i64,
    pause_reason: String,
    awaits_approval: bool,
    approved_by: String,
    starts_at: i64,
    throttle_until: i64,
    clock: i64,
    parent_id: String,
    parent_number: i32,
    child_id: String,
    /// A list of [`StepRow`].
    steps: String,
}

/// The place and the kind of an effect, and the devices by state, of them those that were so
/// already.
type StepRow = (u32, String, u64, u64, u64, u64, u64, u64, u64, u64);

/// The steps of a job in their order.
fn steps_of(rows: &str) -> Result<Vec<StepCounts>, StoreError> {
    let mut rows: Vec<StepRow> = serde_json::from_str(rows)
        .map_err(|error| StoreError::invalid_data(format!("the steps of a job: {error}")))?;
    rows.sort_by_key(|row| row.0);
    rows.into_iter()
        .map(|row| {
            let (_, kind, pending, sent, unconfirmed, ..) = row;
            let (.., succeeded, failed, skipped, not_attempted, already) = row;
            let open = pending + sent + unconfirmed;
            Ok(StepCounts {
                kind: kind_of(&kind)?,
                counts: Counts {
                    total: open + succeeded + failed + skipped + not_attempted,
                    pending,
                    sent,
                    unconfirmed,
                    succeeded,
                    failed,
                    skipped,
                    not_attempted,
                },
                already,
            })
        })
        .collect()
}

impl TryFrom<JobRow> for JobSummary {
    type Error = StoreError;

    fn try_from(row: JobRow) -> Result<Self, StoreError> {
        let state = JobState::from_word(&row.state)
            .ok_or_else(|| StoreError::invalid_data(format!("the job state {}", row.state)))?;
        let state = match row.awaits_approval {
            true => JobState::AwaitingApproval,
            false => state,
        };
        let action = action_of(&row.options)?;
        Ok(Self {
            id: JobId(row.id),
            number: row.number as u32,
            state,
            action: action.kind(),
            choices: action.choices(),
            steps: steps_of(&row.steps)?,
            note: row.note,
            operator: row.operator,
            plan_hash: row.plan_hash,
            counts: Counts {
                total: count(row.total),
                pending: count(row.pending),
                sent: count(row.sent),
                unconfirmed: count(row.unconfirmed),
                succeeded: count(row.succeeded),
                failed: count(row.failed),
                skipped: count(row.skipped),
                not_attempted: count(row.not_attempted),
            },
            eligible: count(row.eligible),
            seq: count(row.seq),
            started_at: instant(row.started_at),
            finished_at: instant(row.finished_at),
            pause_reason: row.pause_reason,
            approved_by: row.approved_by,
            starts_in: seconds_left(row.clock, row.starts_at),
            waits: seconds_left(row.clock, row.throttle_until),
            retry_of: (!row.parent_id.is_empty()).then_some(JobId(row.parent_id)),
            retry_of_number: row.parent_number as u32,
            retried_by: (!row.child_id.is_empty()).then_some(JobId(row.child_id)),
            retryable: 0,
            causes: Vec::new(),
            provenance: String::new(),
        })
    }
}

/// By the database's clock, which all processes share.
fn seconds_left(clock: i64, until: i64) -> u32 {
    let left = (until - clock).max(0);
    u32::try_from((left + 999) / 1000).unwrap_or(u32::MAX)
}

impl Store {
    /// The action of a job with all that was chosen for it; `None` if there is no such job.
    pub async fn job_action(&self, id: &JobId) -> Result<Option<Action>, StoreError> {
        const OPTIONS: &str = "SELECT options FROM job WHERE id = $1 AND number > 0";
        let options: Option<String> = on_pool!(self, |pool| {
            sqlx::query_scalar(OPTIONS)
                .bind(id.as_str())
                .fetch_optional(pool)
                .await?
        });
        options.as_deref().map(action_of).transpose()
    }

    /// A job, or `None` if there is none by this id or it has not started.
    pub async fn job(&self, id: &JobId) -> Result<Option<JobSummary>, StoreError> {
        let sql = format!("SELECT {JOB_COLUMNS} FROM job WHERE id = $1 AND state <> 'planned'");
        let row: Option<JobRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(id.as_str())
                .fetch_optional(pool)
                .await?
        });
        let mut job: Option<JobSummary> = row.map(JobSummary::try_from).transpose()?;
        if let Some(job) = &mut job {
            const PROVENANCE: &str = "SELECT provenance FROM job WHERE id = $1";
            job.provenance = on_pool!(self, |pool| {
                sqlx::query_scalar(PROVENANCE)
                    .bind(id.as_str())
                    .fetch_one(pool)
                    .await?
            });
        }
        // Of a running job they would be counted anew with every batch.
        if let Some(job) = &mut job
            && (job.state.is_over() || job.state == JobState::Paused)
        {
            job.causes = self.job_causes(&job.id).await?;
            if job.counts.failed != 0 {
                job.retryable = self.count_retryable(&job.id).await?;
            }
        }
        Ok(job)
    }

    /// The number of the newest job; 0 before the first.
    pub async fn newest_job(&self) -> Result<u32, StoreError> {
        const NEWEST: &str = "SELECT COALESCE(MAX(number), 0) FROM job WHERE number > 0";
        let newest: i32 = on_pool!(self, |pool| sqlx::query_scalar(NEWEST)
            .fetch_one(pool)
            .await?);
        Ok(newest as u32)
    }

    /// The job of this number, or `None` if there is none.
    pub async fn job_numbered(&self, number: u32) -> Result<Option<JobSummary>, StoreError> {
        const ID: &str = "SELECT id FROM job WHERE number = $1 AND number > 0";
        let id: Option<String> = on_pool!(self, |pool| sqlx::query_scalar(ID)
            .bind(number as i32)
            .fetch_optional(pool)
            .await?);
        match id {
            Some(id) => self.job(&JobId(id)).await,
            None => Ok(None),
        }
    }

    /// The jobs that are not over, oldest first.
    pub async fn unfinished_jobs(&self) -> Result<Vec<JobSummary>, StoreError> {
        let sql = format!(
            "SELECT {JOB_COLUMNS} FROM job
             WHERE state IN ('queued', 'running', 'paused', 'cancelling') ORDER BY number"
        );
        let rows: Vec<JobRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql)).fetch_all(pool).await?
        });
        rows.into_iter().map(JobSummary::try_from).collect()
    }

    /// How many devices have ended in each state, in all jobs.
    pub async fn finished_devices(&self) -> Result<[(ItemState, u64); 4], StoreError> {
        const SUMS: &str = "
            SELECT CAST(COALESCE(SUM(succeeded), 0) AS BIGINT),
                CAST(COALESCE(SUM(failed), 0) AS BIGINT),
                CAST(COALESCE(SUM(skipped), 0) AS BIGINT),
                CAST(COALESCE(SUM(not_attempted), 0) AS BIGINT)
            FROM job WHERE number > 0";
        let (succeeded, failed, skipped, not_attempted): (i64, i64, i64, i64) =
            on_pool!(self, |pool| sqlx::query_as(SUMS).fetch_one(pool).await?);
        Ok([
            (ItemState::Succeeded, count(succeeded)),
            (ItemState::Failed, count(failed)),
            (ItemState::Skipped, count(skipped)),
            (ItemState::NotAttempted, count(not_attempted)),
        ])
    }

    /// A page of the jobs that are seen in this scope, unfinished ones first, then the newest;
    /// and how many there are.
    pub async fn jobs(
        &self,
        scope: &Scope,
        action: Option<ActionKind>,
        page: u32,
        size: u32,
    ) -> Result<(Vec<JobSummary>, u64), StoreError> {
        let visible = self.visible_jobs(scope).await?;
        let asked = format!("number > 0 AND ($3 = '' OR action = $3) AND {VISIBLE}");
        let count_sql = format!("SELECT COUNT(*) FROM job WHERE {asked}");
        let sql = format!(
            "SELECT {JOB_COLUMNS} FROM job WHERE {asked}
             ORDER BY CASE WHEN finished_at = 0 THEN 0 ELSE 1 END, number DESC
             LIMIT $4 OFFSET $5"
        );
        let action = action.map_or("", ActionKind::as_str);
        let total: i64 = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&count_sql))
                .bind(visible.everything)
                .bind(visible.org_units.as_str())
                .bind(action)
                .fetch_one(pool)
                .await?
        });
        let offset = i64::from(page.saturating_sub(1)) * i64::from(size);
        let rows: Vec<JobRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(visible.everything)
                .bind(visible.org_units.as_str())
                .bind(action)
                .bind(i64::from(size))
                .bind(offset)
                .fetch_all(pool)
                .await?
        });
        let jobs = rows
            .into_iter()
            .map(JobSummary::try_from)
            .collect::<Result<_, _>>()?;
        Ok((jobs, count(total)))
    }

    /// The started jobs, of those that are seen in this scope, that hold or held this device,
    /// newest first.
    pub async fn jobs_of_device(
        &self,
        device_id: &str,
        scope: &Scope,
    ) -> Result<Vec<JobSummary>, StoreError> {
        let visible = self.visible_jobs(scope).await?;
        let sql = format!(
            "SELECT {JOB_COLUMNS} FROM job WHERE number > 0 AND {VISIBLE} AND EXISTS (
                 SELECT 1 FROM job_item WHERE job_item.job_id = job.id
                     AND job_item.device = (SELECT id FROM device WHERE device_id = $3))
             ORDER BY number DESC"
        );
        let rows: Vec<JobRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(visible.everything)
                .bind(visible.org_units.as_str())
                .bind(device_id)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(JobSummary::try_from).collect()
    }
}

/// Puts an event on record under the number that the job row gave it.
pub(in crate::server::store) async fn insert_event(
    tx: &mut Tx,
    job: &JobId,
    seq: i64,
    at: Timestamp,
    kind: &str,
    detail: &str,
) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO job_event (job_id, seq, at, kind, detail) VALUES ($1, $2, $3, $4, $5)";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT)
            .bind(job.as_str())
            .bind(seq)
            .bind(at.0)
            .bind(kind)
            .bind(detail)
            .execute(conn)
            .await?;
    });
    super::super::wake_up::wake_others(tx).await
}

/// The job as this transaction has left it.
pub(super) async fn read_in(tx: &mut Tx, job: &JobId) -> Result<JobSummary, StoreError> {
    let sql = tx.sql(&format!("SELECT {JOB_COLUMNS} FROM job WHERE id = $1"));
    let row: JobRow = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(job.as_str())
        .fetch_one(conn)
        .await?);
    row.try_into()
}
