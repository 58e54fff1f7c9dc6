//! Trying again what failed: a job of its own, linked to the one it comes from.

use super::super::pool::on_tx;
use super::super::{Store, StoreError};
use super::approval::ask_where_needed;
use super::host_limits::{Starting, check_limits};
use super::plan_hash::{VERSION, execution_hash, may_be_carried_out, read_content};
use super::step::insert_steps;
use super::{finish_if_done, insert_event, lock_job};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::eligibility::Rule;
use crate::domain::job::JobId;
use crate::domain::job::host_limits::LimitExceeded;
use crate::domain::job::outcome::Cause;
use crate::domain::time::Timestamp;

/// What came of asking to try again.
#[derive(Debug, PartialEq, Eq)]
pub enum Retry {
    /// The job that does, whoever asked for it first.
    Job(JobId),
    NotOver,
    NothingToRetry,
    /// It goes beyond what the host allows.
    LimitExceeded(LimitExceeded),
    /// The items of the job are not those that were reviewed.
    Changed,
}

impl Store {
    /// Makes and queues a job of the devices of `parent` whose failure may end
    /// otherwise, as they were reviewed then, and at that time. A job is tried again once; what fails
    /// again is tried again from there.
    pub async fn retry_job(
        &self,
        parent: &JobId,
        id: &JobId,
        by: impl Into<Actor>,
        starting: Starting,
        now: Timestamp,
    ) -> Result<Retry, StoreError> {
        // As in `start_job`: numbers have no twin, and no two jobs take a device.
        const LOCK: &str = "UPDATE inventory SET generation = generation WHERE id = 1";
        const CHILD: &str = "SELECT id FROM job WHERE parent_id = $1";
        const JOB: &str = "
            INSERT INTO job (id, number, operator, action, options, state, note, plan_hash,
                hash_version, execution_hash, authority, provenance, parent_id, total, eligible,
                pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, seq,
                planned_at, expires_at, starts_at, started_at, finished_at, throttle_until,
                pause_reason, checked_at, reread_at, look_epoch, looked_until)
            SELECT $1, (SELECT MAX(number) + 1 FROM job), $2, action, options, 'queued', note, '',
                $5, '', authority, '', id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, planned_at, $3, $6, $3, 0,
                0, '', 0, 0, 0, 0
            FROM job WHERE id = $4 RETURNING options, note";
        const ITEMS: &str = "
            INSERT INTO job_item (job_id, device, device_id, serial, asset_id, org_unit, model,
                annotated_user, location, license, os_type, snap_status, snap_enrolled,
                snap_last_sync, rule)
            SELECT $1, item.device, device_id, serial, asset_id, org_unit, model, annotated_user,
                location, license, os_type, snap_status, snap_enrolled, snap_last_sync, ''
            FROM job_item item JOIN effect
                ON effect.job_id = item.job_id AND effect.device = item.device
            WHERE item.job_id = $2 AND effect.state = 'failed' AND cause = $3";
        // The effects that failed; those before them are done.
        const EFFECTS: &str = "
            INSERT INTO effect (job_id, device, ordinal, kind, state, is_current, how, rule, cause,
                words, attempt, call_id, sent_at, next_at, checks, max_batch, refused, denied,
                external_id, reply, finished_at)
            SELECT $1, device, ordinal, kind, CASE WHEN busy THEN 'skipped' ELSE 'pending' END,
                TRUE, '', CASE WHEN busy THEN $4 ELSE '' END, '', '', 0, '', 0, 0, 0, 0, FALSE,
                FALSE, '', '', CASE WHEN busy THEN $5 ELSE 0 END
            FROM (SELECT failed.*, EXISTS (SELECT 1 FROM effect other
                    WHERE other.device = failed.device
                    AND other.state IN ('pending', 'sent', 'unconfirmed')) AS busy
                FROM effect failed
                WHERE job_id = $2 AND state = 'failed' AND cause = $3) AS again";
        // Those of all devices of the parent: its number and its note stand in the child.
        const ORG_UNITS: &str = "
            INSERT INTO job_org_unit (job_id, org_unit)
            SELECT $1, org_unit FROM job_org_unit WHERE job_id = $2";
        const FILL: &str = "
            UPDATE job SET plan_hash = $2, total = $3, eligible = $3, execution_hash = $4,
                pending = (SELECT COUNT(*) FROM effect WHERE job_id = $1
                    AND effect.state = 'pending'),
                skipped = (SELECT COUNT(*) FROM effect WHERE job_id = $1
                    AND effect.state = 'skipped')
            WHERE id = $1";

        let by = by.into();
        let operator = by.name.as_str();
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(LOCK).execute(conn).await?;
        });
        let locked = lock_job(&mut tx, parent).await?;
        if !locked.state.is_some_and(|state| state.is_over()) {
            return Ok(Retry::NotOver);
        }
        let child: Option<String> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(CHILD)
                .bind(parent.as_str())
                .fetch_optional(conn)
                .await?
        });
        if let Some(child) = child {
            return Ok(Retry::Job(JobId(child)));
        }
        if !may_be_carried_out(&mut tx, parent).await? {
            return Ok(Retry::Changed);
        }
        let (options, note): (String, String) = on_tx!(&mut tx, |conn| {
            sqlx::query_as(JOB)
                .bind(id.as_str())
                .bind(operator)
                .bind(now.0)
                .bind(parent.as_str())
                .bind(VERSION)
                .bind(now.0 + starting.grace.as_millis() as i64)
                .fetch_one(conn)
                .await?
        });
        let items = on_tx!(&mut tx, |conn| {
            sqlx::query(ITEMS)
                .bind(id.as_str())
                .bind(parent.as_str())
                .bind(Cause::Refused.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if items == 0 {
            return Ok(Retry::NothingToRetry);
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(EFFECTS)
                .bind(id.as_str())
                .bind(parent.as_str())
                .bind(Cause::Refused.as_str())
                .bind(Rule::BusyInJob.id())
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        on_tx!(&mut tx, |conn| {
            sqlx::query(ORG_UNITS)
                .bind(id.as_str())
                .bind(parent.as_str())
                .execute(conn)
                .await?;
        });
        insert_steps(&mut tx, id, &locked.effects).await?;
        let content = read_content(&mut tx, id).await?;
        let executed = execution_hash(&content.hash, &options, &note);
        on_tx!(&mut tx, |conn| {
            sqlx::query(FILL)
                .bind(id.as_str())
                .bind(content.hash.as_str())
                .bind(items as i64)
                .bind(executed.as_str())
                .execute(conn)
                .await?;
        });
        let limits = &starting.limits;
        if let Err(beyond) = check_limits(&mut tx, id, operator, limits, now).await? {
            return Ok(Retry::LimitExceeded(beyond));
        }
        insert_event(&mut tx, id, 1, now, "started", parent.as_str()).await?;
        let event = Event::new(&by, Act::JobRetried).on(id.as_str());
        let event = event.with("of", parent.as_str()).with("devices", items);
        let event = event.with("plan_hash", content.hash.as_str());
        tx.record(event.with("execution_hash", executed.as_str()));
        finish_if_done(&mut tx, id, now).await?;
        ask_where_needed(&mut tx, id, &by, &locked.effects, &starting, now).await?;
        tx.commit().await?;
        Ok(Retry::Job(id.clone()))
    }
}
