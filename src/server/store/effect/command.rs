//! What is different with commands: the directory takes the first of a job alone, and each
//! has a number there.

use super::super::pool::on_tx;
use super::super::{StoreError, Tx};
use super::claim::Call;
use crate::domain::device::DeviceId;
use crate::domain::job::JobId;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::{Cause, Outcome};

/// Whether the directory has taken no command of the job yet, and one is under way.
pub(super) async fn is_first_under_way(
    tx: &mut Tx,
    job: &JobId,
    ordinal: i32,
) -> Result<bool, StoreError> {
    const FIRST: &str = "
        SELECT succeeded = 0 AND sent > 0 FROM job_step WHERE job_id = $1 AND ordinal = $2";
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(FIRST)
        .bind(job.as_str())
        .bind(ordinal)
        .fetch_one(conn)
        .await?))
}

/// When the effect before this one was sent to the device; 0 if there is none.
pub(super) async fn sent_before(
    tx: &mut Tx,
    job: &JobId,
    device: i32,
    ordinal: i32,
) -> Result<i64, StoreError> {
    const SENT: &str = "
        SELECT sent_at FROM effect WHERE job_id = $1 AND device = $2 AND ordinal = $3 - 1";
    let sent: Option<i64> = on_tx!(tx, |conn| {
        sqlx::query_scalar(SENT)
            .bind(job.as_str())
            .bind(device)
            .bind(ordinal)
            .fetch_optional(conn)
            .await?
    });
    Ok(sent.unwrap_or_default())
}

/// Why a command was refused, as long as the directory has taken none of the job: it may be
/// all of them that are refused, so somebody looks before the others are sent.
pub(super) async fn refused_first(
    tx: &mut Tx,
    call: &Call,
    next: &[(DeviceId, NextStep)],
) -> Result<Option<String>, StoreError> {
    const WORDS: &str = "
        SELECT words FROM effect JOIN job_step step
            ON step.job_id = effect.job_id AND step.ordinal = effect.ordinal
        WHERE effect.job_id = $1 AND effect.ordinal = $2 AND device = $3 AND succeeded = 0";
    let [(device, NextStep::Finish(Outcome::Failed(Cause::Refused)))] = next else {
        return Ok(None);
    };
    if !call.effect.kind().is_command() {
        return Ok(None);
    }
    let words: Option<String> = on_tx!(tx, |conn| {
        sqlx::query_scalar(WORDS)
            .bind(call.job.as_str())
            .bind(call.ordinal as i32)
            .bind(device.0 as i32)
            .fetch_optional(conn)
            .await?
    });
    Ok(words.map(|words| Cause::Refused.sentence_with(&words)))
}

/// Keeps the directory's number of a command that it has taken.
pub(super) async fn keep_number(
    tx: &mut Tx,
    call: &Call,
    command_id: &str,
) -> Result<(), StoreError> {
    const KEEP: &str = "
        UPDATE effect SET external_id = $4
        WHERE job_id = $1 AND ordinal = $2 AND call_id = $3 AND state = 'succeeded'";
    on_tx!(tx, |conn| {
        sqlx::query(KEEP)
            .bind(call.job.as_str())
            .bind(call.ordinal as i32)
            .bind(call.id.as_str())
            .bind(command_id)
            .execute(conn)
            .await?;
    });
    Ok(())
}
