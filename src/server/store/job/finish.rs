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
    const FINISH: &str = "
        UPDATE job SET state = CASE WHEN not_attempted > 0 THEN 'cancelled'
                WHEN failed > 0 THEN 'completed_with_errors'
                ELSE 'completed' END,
            finished_at = $2, pause_reason = '', throttle_until = 0
        WHERE id = $1 AND state IN ('queued', 'running', 'paused', 'cancelling')
            AND pending = 0 AND sent = 0 AND unconfirmed = 0
            AND (reread_at > 0 OR NOT EXISTS (SELECT 1 FROM effect
                WHERE job_id = $1 AND effect.state = 'succeeded' AND how = 'applied'
                    AND sent_at > 0))";
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
