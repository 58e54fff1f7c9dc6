//! Whether a job goes beyond what the host allows. Asked under the lock of every start, so
//! that neither two jobs at once nor many small ones get around it.

use std::time::Duration;

use super::super::pool::on_tx;
use super::super::row::count;
use super::super::{StoreError, Tx};
use crate::domain::job::JobId;
use crate::domain::job::approval::ApprovalRule;
use crate::domain::job::host_limits::{JobLimits, LimitExceeded};
use crate::domain::time::Timestamp;

/// What holds for a job that starts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Starting {
    /// Nothing is sent before it is over.
    pub grace: Duration,
    pub limits: JobLimits,
    pub approval: ApprovalRule,
}

const HOUR_MS: i64 = 3_600_000;

/// Checks a job that is on record already. Under the lock of the start.
pub(super) async fn check_limits(
    tx: &mut Tx,
    job: &JobId,
    operator: &str,
    limits: &JobLimits,
    now: Timestamp,
) -> Result<Result<(), LimitExceeded>, StoreError> {
    if *limits == JobLimits::default() {
        return Ok(Ok(()));
    }
    let started = started_within_hour(tx, job, operator, now).await?;
    Ok(limits.check(started.job, started.own, started.all))
}

/// The devices of jobs that were started within the last hour, whatever became of them.
pub(super) struct Started {
    /// Of the job itself.
    pub job: u64,
    /// Of the other jobs of its operator.
    pub own: u64,
    /// Of the other jobs of all operators.
    pub all: u64,
}

/// Counts the devices of a job that is on record already and of those before it. Under the
/// lock of the start.
pub(super) async fn started_within_hour(
    tx: &mut Tx,
    job: &JobId,
    operator: &str,
    now: Timestamp,
) -> Result<Started, StoreError> {
    const SUMS: &str = "
        SELECT CAST(COALESCE(SUM(CASE WHEN id = $1 THEN eligible ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN id <> $1 AND operator = $2 THEN eligible ELSE 0 END), 0)
                AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN id <> $1 THEN eligible ELSE 0 END), 0) AS BIGINT)
        FROM job WHERE number > 0 AND started_at > $3";
    let (job, own, all): (i64, i64, i64) = on_tx!(tx, |conn| sqlx::query_as(SUMS)
        .bind(job.as_str())
        .bind(operator)
        .bind(now.0 - HOUR_MS)
        .fetch_one(conn)
        .await?);
    Ok(Started {
        job: count(job),
        own: count(own),
        all: count(all),
    })
}
