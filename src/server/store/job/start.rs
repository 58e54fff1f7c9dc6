//! Turning a plan into a job, once.

use super::super::pool::{Conn, on_tx};
use super::super::{Store, StoreError, Tx};
use super::approval::ask_where_needed;
use super::host_limits::{Starting, check_limits};
use super::org_unit::insert_destination;
use super::plan_hash::{hash_of, may_be_carried_out};
use super::step::insert_steps;
use super::{action_of, finish_if_done, insert_event, options_of};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::eligibility::Rule;
use crate::domain::job::host_limits::LimitExceeded;
use crate::domain::plan::Execution;
use crate::domain::time::Timestamp;

/// What came of starting a plan.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    Started,
    /// It is a job already, of this action and with this note.
    Already,
    /// It is a job already, but otherwise.
    AlreadyOtherwise,
    Expired,
    /// The hash is not the plan's, or the plan's items are not those that were reviewed.
    Changed,
    NoSuchPlan,
    /// It goes beyond what the host allows.
    LimitExceeded(LimitExceeded),
}

impl Store {
    /// Turns a plan into a queued job, once: whoever comes second is told that it is
    /// one. Devices that another job took since the review are skipped. Nothing is
    /// sent before the grace is over.
    pub async fn start_job(
        &self,
        by: impl Into<Actor>,
        execution: &Execution,
        starting: Starting,
        now: Timestamp,
    ) -> Result<Start, StoreError> {
        // Held to the commit: starts come one after the other, so that numbers have
        // no twin and no two jobs take the same device.
        const LOCK: &str = "UPDATE inventory SET generation = generation WHERE id = 1";
        const QUEUE: &str = "
            UPDATE job SET state = 'queued', options = $3, note = $4, started_at = $5, seq = 1,
                starts_at = $7, execution_hash = $8,
                number = (SELECT COALESCE(MAX(number), 0) + 1 FROM job)
            WHERE id = $1 AND operator = $2 AND state = 'planned' AND plan_hash = $6
                AND expires_at > $5 AND action = $9";
        const BEGIN: &str = "
            INSERT INTO effect (job_id, device, ordinal, kind, state, is_current, how, rule, cause,
                words, attempt, call_id, sent_at, next_at, checks, max_batch, refused, denied,
                external_id, reply, finished_at)
            SELECT job_id, device, 0, $2, CASE WHEN busy THEN 'skipped' ELSE 'pending' END, TRUE,
                '', CASE WHEN busy THEN $3 ELSE '' END, '', '', 0, '', 0, 0, 0, 0, FALSE, FALSE,
                '', '', CASE WHEN busy THEN $4 ELSE 0 END
            FROM (SELECT job_id, device, EXISTS (SELECT 1 FROM effect busy
                    WHERE busy.device = job_item.device
                    AND busy.state IN ('pending', 'sent', 'unconfirmed')) AS busy
                FROM job_item WHERE job_id = $1 AND rule = '') AS reviewed";
        const COUNT: &str = "
            UPDATE job SET
                pending = (SELECT pending FROM job_step WHERE job_id = $1 AND ordinal = 0),
                skipped = skipped
                    + (SELECT skipped FROM job_step WHERE job_id = $1 AND ordinal = 0)
            WHERE id = $1";

        let by = by.into();
        let operator = by.name.as_str();
        let id = execution.plan.as_str();
        let effects = execution.action.effects();
        let first = effects.first().map_or("", |effect| effect.kind().as_str());
        let options = options_of(&execution.action)?;
        let executed = hash_of(execution)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(LOCK).execute(conn).await?;
        });
        let queued = on_tx!(&mut tx, |conn| {
            sqlx::query(QUEUE)
                .bind(id)
                .bind(operator)
                .bind(options.as_str())
                .bind(execution.note.as_str())
                .bind(now.0)
                .bind(execution.hash.as_str())
                .bind(now.0 + starting.grace.as_millis() as i64)
                .bind(executed.as_str())
                .bind(execution.action.kind().as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if queued == 0 {
            return why_not_queued(&mut tx, operator, execution, now).await;
        }
        let limits = &starting.limits;
        if let Err(beyond) = check_limits(&mut tx, &execution.plan, operator, limits, now).await? {
            return Ok(Start::LimitExceeded(beyond));
        }
        if !may_be_carried_out(&mut tx, &execution.plan).await? {
            return Ok(Start::Changed);
        }
        let begun = on_tx!(&mut tx, |conn| {
            sqlx::query(BEGIN)
                .bind(id)
                .bind(first)
                .bind(Rule::BusyInJob.id())
                .bind(now.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        insert_steps(&mut tx, &execution.plan, &effects).await?;
        if let Some(org_unit) = execution.action.org_unit() {
            insert_destination(&mut tx, &execution.plan, org_unit).await?;
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(COUNT).bind(id).execute(conn).await?;
        });
        insert_event(&mut tx, &execution.plan, 1, now, "started", "").await?;
        // Other jobs may have taken all of it since the review.
        let event = Event::new(&by, Act::JobStarted).on(id);
        let event = event.with("action", execution.action.kind().as_str());
        let event = event.with("options", options.as_str());
        let event = event.with("note", execution.note.as_str());
        let event = event.with("devices", begun);
        let event = event.with("plan_hash", execution.hash.as_str());
        tx.record(event.with("execution_hash", executed.as_str()));
        finish_if_done(&mut tx, &execution.plan, now).await?;
        ask_where_needed(&mut tx, &execution.plan, &by, &effects, &starting, now).await?;
        analyze_effects(&mut tx, begun).await?;
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
        SELECT state, plan_hash, options, note, expires_at FROM job
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
        Some((state, _, options, note, _)) if state != "planned" => {
            if action_of(&options)? == execution.action && note == execution.note {
                Start::Already
            } else {
                Start::AlreadyOtherwise
            }
        }
        Some((.., expires_at)) if expires_at <= now.0 => Start::Expired,
        // The plan was made for another action.
        Some(_) => Start::Changed,
    })
}

/// Tells Postgres what became of many rows at once. By its older statistics no effect
/// is pending, and it would read all of the job for every batch.
async fn analyze_effects(tx: &mut Tx, effects: u64) -> Result<(), StoreError> {
    const MANY: u64 = 5000;
    if let Conn::Postgres(tx) = &mut tx.conn
        && MANY < effects
    {
        sqlx::query("ANALYZE effect").execute(&mut **tx).await?;
    }
    Ok(())
}
