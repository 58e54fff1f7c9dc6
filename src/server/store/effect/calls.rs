//! The record of calls to the directory: opened before a byte is sent, ended once.

use super::super::pool::on_tx;
use super::super::{StoreError, Tx};
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;

/// How a call begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opened {
    /// By the process of this number, and not answered yet.
    By(i64),
    /// By the local directory, whose answer is in the same transaction.
    AndAnswered,
}

/// Puts the intent to call on record.
pub(super) async fn insert_call(
    tx: &mut Tx,
    job: &JobId,
    call_id: &str,
    opened: Opened,
    devices: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    const OPEN: &str = "
        INSERT INTO directory_call
            (call_id, job_id, state, devices, opened_at, answered_at, worker, late_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    let (state, answered_at, worker) = match opened {
        Opened::By(worker) => ("open", 0, worker),
        Opened::AndAnswered => ("answered", now.0, 0),
    };
    on_tx!(tx, |conn| {
        sqlx::query(OPEN)
            .bind(call_id)
            .bind(job.as_str())
            .bind(state)
            .bind(devices as i64)
            .bind(now.0)
            .bind(answered_at)
            .bind(worker)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Ends an open call. Returns whether it was open.
pub(super) async fn end_call(
    tx: &mut Tx,
    call_id: &str,
    state: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const END: &str = "
        UPDATE directory_call SET state = $2, answered_at = $3
        WHERE call_id = $1 AND state = 'open'";
    let ended = on_tx!(tx, |conn| {
        sqlx::query(END)
            .bind(call_id)
            .bind(state)
            .bind(now.0)
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok(ended != 0)
}

/// Notes that the answer came to a call that was given up. One that is answered was told
/// twice, which is no news.
pub(super) async fn record_late_answer(
    tx: &mut Tx,
    call_id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const LATE: &str = "
        UPDATE directory_call SET late_at = $2 WHERE call_id = $1 AND state = 'lost'";
    on_tx!(tx, |conn| {
        sqlx::query(LATE)
            .bind(call_id)
            .bind(now.0)
            .execute(conn)
            .await?;
    });
    Ok(())
}
