//! How a job ends.

use super::super::notice::insert_notice;
use super::super::pool::on_tx;
use super::super::{StoreError, Tx};
use super::{note, read};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::job::{JobId, JobSummary};
use crate::domain::time::Timestamp;

/// Ends the job if nothing of it is open, and leaves the operator a notice. A job
/// that was stopped when nothing was left to stop has completed. Where a remote directory
/// has answered that devices were changed, they are read from it before that.
pub(in crate::server::store) async fn finish_if_done(
    tx: &mut Tx,
    job: &JobId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // The effects are looked at when nothing is open: Postgres would look for each batch.
    const FINISH: &str = "
        UPDATE job SET state = CASE WHEN not_attempted > 0 THEN 'cancelled'
                WHEN failed > 0 THEN 'completed_with_errors'
                ELSE 'completed' END,
            finished_at = $2, pause_reason = '', throttle_until = 0
        WHERE id = $1 AND state IN ('queued', 'running', 'paused', 'cancelling')
            AND CASE WHEN pending + sent + unconfirmed > 0 THEN FALSE
                WHEN reread_at > 0 THEN TRUE
                ELSE NOT EXISTS (SELECT 1 FROM effect
                    WHERE job_id = job.id AND effect.state = 'succeeded' AND how = 'applied'
                        AND sent_at > 0)
                END";
    let finished = on_tx!(tx, |conn| {
        sqlx::query(FINISH)
            .bind(job.as_str())
            .bind(now.0)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if finished == 0 {
        return Ok(false);
    }
    let summary: JobSummary = read::read_in(tx, job).await?;
    note(tx, job, "finished", summary.state.as_str(), now).await?;
    let event = Event::new(&Actor::sunset(), Act::JobEnded).on(job.as_str());
    let event = event.with("state", summary.state.as_str());
    let event = event.with("number", summary.number);
    let counts = summary.counts;
    let event = event.with("succeeded", counts.succeeded);
    let event = event.with("failed", counts.failed);
    let event = event.with("skipped", counts.skipped);
    tx.record(event.with("not_attempted", counts.not_attempted));
    let text = summary.notice();
    insert_notice(tx, &summary.operator, now, &text, summary.is_success(), job).await?;
    Ok(true)
}
