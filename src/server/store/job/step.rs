//! The steps of a job: the effects of its action, each with how many devices it has reached.

use super::super::pool::on_tx;
use super::super::{StoreError, Tx};
use crate::domain::action::effect::Effect;
use crate::domain::job::JobId;

/// Gives a job that begins its steps, and counts the effects that it begins with.
pub(super) async fn insert_steps(
    tx: &mut Tx,
    job: &JobId,
    effects: &[Effect],
) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO job_step (job_id, ordinal, kind, pending, sent, unconfirmed, succeeded, failed,
            skipped, not_attempted, already, judged_succeeded, judged_failed)
        SELECT $1, $2, $3,
            (SELECT COUNT(*) FROM effect WHERE job_id = $1 AND ordinal = $2
                AND state = 'pending'), 0, 0, 0, 0,
            (SELECT COUNT(*) FROM effect WHERE job_id = $1 AND ordinal = $2
                AND state = 'skipped'), 0, 0, 0, 0";
    for (ordinal, effect) in effects.iter().enumerate() {
        on_tx!(tx, |conn| {
            sqlx::query(INSERT)
                .bind(job.as_str())
                .bind(ordinal as i32)
                .bind(effect.kind().as_str())
                .execute(conn)
                .await?;
        });
    }
    Ok(())
}
