//! Jobs: starting a plan, and reading what became of it.

use sqlx::FromRow;

use super::pool::{on_pool, on_tx};
use super::row::{count, instant};
use super::{Store, StoreError, Tx};
use crate::domain::eligibility::Rule;
use crate::domain::job::{Counts, JobId, JobState, JobSummary};
use crate::domain::plan::Execution;
use crate::domain::reason::DeprovisionReason;
use crate::domain::time::Timestamp;

const JOB_COLUMNS: &str = "id, number, operator, state, reason, note, plan_hash, total, eligible, \
    pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, seq, started_at, \
    finished_at, pause_reason";

#[derive(FromRow)]
pub(super) struct JobRow {
    id: String,
    number: i32,
    operator: String,
    state: String,
    reason: String,
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
}

impl TryFrom<JobRow> for JobSummary {
    type Error = StoreError;

    fn try_from(row: JobRow) -> Result<Self, StoreError> {
        let state = JobState::from_word(&row.state)
            .ok_or_else(|| StoreError::nonsense(format!("the job state {}", row.state)))?;
        Ok(Self {
            id: JobId(row.id),
            number: row.number as u32,
            state,
            reason: DeprovisionReason::from_api_value(&row.reason),
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
            causes: Vec::new(),
        })
    }
}

/// What came of starting a plan.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    Started,
    /// It is a job already, for this reason and note.
    Already,
    /// It is a job already, but for another reason or note.
    AlreadyOtherwise,
    Expired,
    /// The hash is not the plan's.
    Changed,
    NoSuchPlan,
}

impl Store {
    /// Turns a plan into a queued job, once: whoever comes second is told that it is
    /// one. Devices that another job took since the review are skipped.
    pub async fn start_job(
        &self,
        operator: &str,
        execution: &Execution,
        now: Timestamp,
    ) -> Result<Start, StoreError> {
        // Held to the commit: starts come one after the other, so that numbers have
        // no twin and no two jobs take the same device.
        const LOCK: &str = "UPDATE inventory SET generation = generation WHERE id = 1";
        const QUEUE: &str = "
            UPDATE job SET state = 'queued', reason = $3, note = $4, started_at = $5, seq = 1,
                number = (SELECT COALESCE(MAX(number), 0) + 1 FROM job)
            WHERE id = $1 AND operator = $2 AND state = 'planned' AND plan_hash = $6
                AND expires_at > $5";
        const SKIP_BUSY: &str = "
            UPDATE job_item SET state = 'skipped', rule = $2, finished_at = $3
            WHERE job_id = $1 AND state = 'planned' AND EXISTS (
                SELECT 1 FROM job_item busy WHERE busy.device = job_item.device
                    AND busy.state IN ('pending', 'sent', 'unconfirmed'))";
        const RELEASE: &str = "
            UPDATE job_item SET state = 'pending' WHERE job_id = $1 AND state = 'planned'";
        const COUNT: &str = "
            UPDATE job SET pending = $2, skipped = skipped + $3 WHERE id = $1";

        let id = execution.plan.as_str();
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(LOCK).execute(conn).await?;
        });
        let queued = on_tx!(&mut tx, |conn| {
            sqlx::query(QUEUE)
                .bind(id)
                .bind(operator)
                .bind(execution.reason.api_value())
                .bind(execution.note.as_str())
                .bind(now.0)
                .bind(execution.hash.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if queued == 0 {
            return why_not_queued(&mut tx, operator, execution, now).await;
        }
        let busy = on_tx!(&mut tx, |conn| {
            sqlx::query(SKIP_BUSY)
                .bind(id)
                .bind(Rule::BusyInJob.id())
                .bind(now.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        let pending = on_tx!(&mut tx, |conn| {
            sqlx::query(RELEASE)
                .bind(id)
                .execute(conn)
                .await?
                .rows_affected()
        });
        on_tx!(&mut tx, |conn| {
            sqlx::query(COUNT)
                .bind(id)
                .bind(pending as i64)
                .bind(busy as i64)
                .execute(conn)
                .await?;
        });
        insert_event(&mut tx, id, 1, now, "started", "").await?;
        analyze_items(&mut tx, pending).await?;
        tx.commit().await?;
        Ok(Start::Started)
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
            job.causes = self.job_causes(&job.id).await?;
        }
        Ok(job)
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

    /// A page of all jobs, unfinished ones first, then the newest; and how many
    /// there are.
    pub async fn jobs(&self, page: u32, size: u32) -> Result<(Vec<JobSummary>, u64), StoreError> {
        const COUNT: &str = "SELECT COUNT(*) FROM job WHERE number > 0";
        let sql = format!(
            "SELECT {JOB_COLUMNS} FROM job WHERE number > 0
             ORDER BY CASE WHEN finished_at = 0 THEN 0 ELSE 1 END, number DESC
             LIMIT $1 OFFSET $2"
        );
        let total: i64 = on_pool!(self, |pool| sqlx::query_scalar(COUNT)
            .fetch_one(pool)
            .await?);
        let offset = i64::from(page.saturating_sub(1)) * i64::from(size);
        let rows: Vec<JobRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
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

    /// The started jobs that hold or held this device, newest first.
    pub async fn jobs_of_device(&self, device_id: &str) -> Result<Vec<JobSummary>, StoreError> {
        let sql = format!(
            "SELECT {JOB_COLUMNS} FROM job WHERE number > 0 AND EXISTS (
                 SELECT 1 FROM job_item WHERE job_item.job_id = job.id
                     AND job_item.device = (SELECT id FROM device WHERE device_id = $1))
             ORDER BY number DESC"
        );
        let rows: Vec<JobRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(device_id)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(JobSummary::try_from).collect()
    }
}

/// Tells why a plan was not queued. Under the lock of the start.
async fn why_not_queued(
    tx: &mut Tx,
    operator: &str,
    execution: &Execution,
    now: Timestamp,
) -> Result<Start, StoreError> {
    const LOOK: &str = "
        SELECT state, plan_hash, reason, note, expires_at FROM job
        WHERE id = $1 AND operator = $2";
    let row: Option<(String, String, String, String, i64)> = on_tx!(tx, |conn| {
        sqlx::query_as(LOOK)
            .bind(execution.plan.as_str())
            .bind(operator)
            .fetch_optional(conn)
            .await?
    });
    Ok(match row {
        None => Start::NoSuchPlan,
        Some((_, hash, ..)) if hash != execution.hash => Start::Changed,
        Some((state, _, reason, note, _)) if state != "planned" => {
            if reason == execution.reason.api_value() && note == execution.note {
                Start::Already
            } else {
                Start::AlreadyOtherwise
            }
        }
        Some((.., expires_at)) if expires_at <= now.0 => Start::Expired,
        Some(_) => return Err(StoreError::nonsense("a plan that cannot be queued")),
    })
}

/// Tells Postgres what became of many rows at once. By its older statistics no item
/// is pending, and it would read all of the job for every batch.
async fn analyze_items(tx: &mut Tx, items: u64) -> Result<(), StoreError> {
    const MANY: u64 = 5000;
    if let Tx::Postgres(tx) = tx
        && MANY < items
    {
        sqlx::query("ANALYZE job_item").execute(&mut **tx).await?;
    }
    Ok(())
}

/// Puts an event on record under the number that the job row gave it.
pub(super) async fn insert_event(
    tx: &mut Tx,
    job: &str,
    seq: i64,
    at: Timestamp,
    kind: &str,
    detail: &str,
) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO job_event (job_id, seq, at, kind, detail) VALUES ($1, $2, $3, $4, $5)";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT)
            .bind(job)
            .bind(seq)
            .bind(at.0)
            .bind(kind)
            .bind(detail)
            .execute(conn)
            .await?;
    });
    Ok(())
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
