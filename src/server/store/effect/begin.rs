//! Beginning effects: the next one on a device whose effect before has succeeded, and once
//! more what was refused, when somebody has looked.

use super::super::pool::{id_list, on_tx};
use super::super::{StoreError, Tx};
use super::command_words;
use super::count::Change;
use super::record::Fence;
use crate::domain::device::DeviceId;
use crate::domain::eligibility::Rule;
use crate::domain::job::{ItemState, JobId, SuccessKind};
use crate::domain::time::Timestamp;

/// Starts the next effect on the devices whose effect in `fence` has just succeeded, and counts
/// each device under the state of that next effect. If there is no next effect, the devices have
/// succeeded.
pub(super) async fn begin_next(
    tx: &mut Tx,
    fence: Fence<'_>,
    how: SuccessKind,
    devices: &[DeviceId],
    change: &mut Change,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Those that the fence has just let through, and no other.
    const READY: &str = "
        SELECT device FROM effect WHERE job_id = $1 AND ordinal = $2 AND device IN IDS($3)
            AND state = 'succeeded' AND call_id = $4 AND is_current";
    const PASS_ON: &str = "
        UPDATE effect SET is_current = FALSE
        WHERE job_id = $1 AND ordinal = $2 AND device IN IDS($3)";
    // Begun before the effect before it was denied.
    const KNOWN: &str = "
        UPDATE effect SET is_current = TRUE
        WHERE job_id = $1 AND ordinal = $2 AND device IN IDS($3) RETURNING state";
    const BEGIN: &str = "
        INSERT INTO effect (job_id, device, ordinal, kind, state, is_current, how, rule, cause,
            words, attempt, call_id, sent_at, next_at, checks, max_batch, refused, denied,
            external_id, reply, finished_at)
        SELECT job_id, device, $2, $4, $5, TRUE, '', $6, '', '', 0, '', 0, 0, 0, 0, FALSE, FALSE,
            '', '', $7
        FROM effect before
        WHERE job_id = $1 AND ordinal = $2 - 1 AND device IN IDS($3) AND NOT EXISTS (
            SELECT 1 FROM effect known WHERE known.job_id = before.job_id
                AND known.device = before.device AND known.ordinal = $2)";
    let ordinal = fence.ordinal + 1;
    let Some(next) = fence.effects.get(ordinal as usize) else {
        return Ok(());
    };
    let sql = tx.sql(READY);
    let ready: Vec<i32> = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(fence.job.as_str())
            .bind(fence.ordinal as i32)
            .bind(id_list(devices.iter().map(|id| id.0)))
            .bind(fence.call_id)
            .fetch_all(conn)
            .await?
    });
    if ready.is_empty() {
        return Ok(());
    }
    let ids = id_list(ready.iter().map(|id| *id as u32));
    let sql = tx.sql(PASS_ON);
    on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(fence.job.as_str())
            .bind(fence.ordinal as i32)
            .bind(ids.as_str())
            .execute(conn)
            .await?;
    });
    let sql = tx.sql(KNOWN);
    let known: Vec<String> = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(fence.job.as_str())
            .bind(ordinal as i32)
            .bind(ids.as_str())
            .fetch_all(conn)
            .await?
    });
    for word in known {
        let state = ItemState::from_word(&word)
            .ok_or_else(|| StoreError::invalid_data(format!("the state of an effect {word}")))?;
        change.items_moved(ItemState::Succeeded, state, 1);
    }
    let (state, rule) = match how {
        _ if fence.stopping => (ItemState::NotAttempted, ""),
        SuccessKind::Applied => (ItemState::Pending, ""),
        _ if next.kind().requires_change_by_job() => (ItemState::Skipped, Rule::NotOurs.id()),
        _ => (ItemState::Pending, ""),
    };
    let sql = tx.sql(BEGIN);
    let begun = on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(fence.job.as_str())
            .bind(ordinal as i32)
            .bind(ids.as_str())
            .bind(next.kind().as_str())
            .bind(state.as_str())
            .bind(rule)
            .bind(if state.is_open() { 0 } else { now.0 })
            .execute(conn)
            .await?
            .rows_affected()
    });
    change.begun(ordinal, state, begun);
    change.items_moved(ItemState::Succeeded, state, begun);
    Ok(())
}

/// Has commands sent again that the directory refused: somebody has looked, and goes on.
/// Devices that another job has taken meanwhile are left to it.
pub(in crate::server::store) async fn again_after_refusal(
    tx: &mut Tx,
    job: &JobId,
    change: &mut Change,
) -> Result<(), StoreError> {
    const AGAIN: &str = "
        UPDATE effect SET state = 'pending', cause = '', words = '', finished_at = 0, next_at = 0
        WHERE job_id = $1 AND state = 'failed' AND cause = 'refused' AND kind IN TEXTS($2)
            AND NOT EXISTS (SELECT 1 FROM effect other WHERE other.device = effect.device
                AND other.state IN ('pending', 'sent', 'unconfirmed'))
        RETURNING ordinal";
    let sql = tx.sql(AGAIN);
    let again: Vec<i32> = on_tx!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(job.as_str())
            .bind(command_words())
            .fetch_all(conn)
            .await?
    });
    for ordinal in again {
        change.moved(ordinal as u32, ItemState::Failed, ItemState::Pending, 1);
    }
    Ok(())
}
