//! Turning a plan into a job, once.

use std::time::Duration;

use super::job::insert_event;
use super::job_settle::finish_if_done;
use super::plan_hash::{hash_of, may_be_carried_out};
use super::pool::on_tx;
use super::{Store, StoreError, Tx};
use crate::domain::eligibility::Rule;
use crate::domain::plan::Execution;
use crate::domain::time::Timestamp;

/// What came of starting a plan.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    Started,
    /// It is a job already, for this reason and note, and of this kind.
    Already,
    /// It is a job already, but otherwise.
    AlreadyOtherwise,
    Expired,
    /// The hash is not the plan's, or the plan's items are not those that were reviewed.
    Changed,
    NoSuchPlan,
}

impl Store {
    /// Turns a plan into a queued job, once: whoever comes second is told that it is
    /// one. Devices that another job took since the review are skipped. Nothing is
    /// sent before the grace is over.
    pub async fn start_job(
        &self,
        operator: &str,
        execution: &Execution,
        grace: Duration,
        now: Timestamp,
    ) -> Result<Start, StoreError> {
        // Held to the commit: starts come one after the other, so that numbers have
        // no twin and no two jobs take the same device.
        const LOCK: &str = "UPDATE inventory SET generation = generation WHERE id = 1";
        const QUEUE: &str = "
            UPDATE job SET state = 'queued', reason = $3, note = $4, started_at = $5, seq = 1,
                starts_at = $7, powerwash = $8, execution_hash = $9,
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
                .bind(now.0 + grace.as_millis() as i64)
                .bind(execution.powerwash)
                .bind(hash_of(execution))
                .execute(conn)
                .await?
                .rows_affected()
        });
        if queued == 0 {
            return why_not_queued(&mut tx, operator, execution, now).await;
        }
        if !may_be_carried_out(&mut tx, &execution.plan).await? {
            return Ok(Start::Changed);
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
        insert_event(&mut tx, &execution.plan, 1, now, "started", "").await?;
        // Other jobs may have taken all of it since the review.
        finish_if_done(&mut tx, &execution.plan, now).await?;
        analyze_items(&mut tx, pending).await?;
        tx.commit().await?;
        Ok(Start::Started)
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
        SELECT state, plan_hash, reason, note, powerwash, expires_at FROM job
        WHERE id = $1 AND operator = $2";
    let row: Option<(String, String, String, String, bool, i64)> = on_tx!(tx, |conn| {
        sqlx::query_as(LOOK)
            .bind(execution.plan.as_str())
            .bind(operator)
            .fetch_optional(conn)
            .await?
    });
    Ok(match row {
        None => Start::NoSuchPlan,
        Some((_, hash, ..)) if hash != execution.hash => Start::Changed,
        Some((state, _, reason, note, powerwash, _)) if state != "planned" => {
            if reason == execution.reason.api_value()
                && note == execution.note
                && powerwash == execution.powerwash
            {
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
