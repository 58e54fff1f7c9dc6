//! The line of devices to be erased: who comes into it, who is taken out, who comes again.
//! Only a device that its job has deprovisioned is in it.

use super::job_settle::Fence;
use super::pool::{id_list, on_tx};
use super::{StoreError, Tx};
use crate::domain::device::DeviceId;
use crate::domain::job::{How, JobId};
use crate::domain::powerwash::Powerwash;

/// Why a device was not ordered to erase itself whose job was stopped.
pub(super) const STOPPED: &str =
    "The job was stopped before the device was ordered to erase itself.";

const NOT_OURS: &str = "The directory did not answer when the device was deprovisioned. \
    It shows that it is, and not by whom, so it was not ordered to erase itself.";

/// Puts devices that their job has just deprovisioned in line to be erased, where the
/// job is to. What others may have deprovisioned is not ours to erase, and it is said.
pub(super) async fn line_up(
    tx: &mut Tx,
    fence: Fence<'_>,
    how: How,
    devices: &[DeviceId],
) -> Result<(), StoreError> {
    const LINE_UP: &str = "
        INSERT INTO powerwash (job_id, device, device_id, state, command_id, message, call_id,
            worker, sent_at, checks, next_at)
        SELECT item.job_id, item.device, item.device_id, $3, '', $4, '', 0, 0, 0, 0
        FROM job_item item JOIN job ON job.id = item.job_id
        WHERE item.job_id = $1 AND job.powerwash AND item.state = 'succeeded'
            AND item.call_id = $5 AND item.device IN IDS($2)
        ON CONFLICT (job_id, device) DO NOTHING";
    const OPEN: &str = "UPDATE job SET powerwash_open = powerwash_open + $2 WHERE id = $1";
    let (state, message) = match how {
        How::Applied if fence.stopping => (Powerwash::NotOrdered, STOPPED),
        How::Applied => (Powerwash::Waiting, ""),
        _ => (Powerwash::NotOrdered, NOT_OURS),
    };
    let sql = tx.sql(LINE_UP);
    let orders = on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(fence.job.as_str())
            .bind(id_list(devices.iter().map(|id| id.0)))
            .bind(state.as_str())
            .bind(message)
            .bind(fence.call_id)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if orders == 0 {
        return Ok(());
    }
    on_tx!(tx, |conn| {
        sqlx::query(OPEN)
            .bind(fence.job.as_str())
            .bind(orders as i64)
            .execute(conn)
            .await?;
    });
    if state == Powerwash::NotOrdered {
        count(tx, fence.job, Powerwash::NotOrdered, orders).await?;
    }
    Ok(())
}

/// Takes back the orders of a job that is being stopped, as far as none was sent.
pub(super) async fn take_back(tx: &mut Tx, job: &JobId) -> Result<(), StoreError> {
    const BACK: &str = "
        UPDATE powerwash SET state = 'not_ordered', message = $2
        WHERE job_id = $1 AND state = 'waiting'";
    let orders = on_tx!(tx, |conn| {
        sqlx::query(BACK)
            .bind(job.as_str())
            .bind(STOPPED)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if orders == 0 {
        return Ok(());
    }
    count(tx, job, Powerwash::NotOrdered, orders).await
}

/// Sends orders again that were refused: somebody has looked, and goes on.
pub(super) async fn order_again(tx: &mut Tx, job: &JobId) -> Result<(), StoreError> {
    const AGAIN: &str = "
        UPDATE powerwash SET state = 'waiting', message = ''
        WHERE job_id = $1 AND state = 'refused'";
    const COUNT: &str = "
        UPDATE job SET powerwash_open = powerwash_open + $2,
            powerwash_not_ordered = powerwash_not_ordered - $2
        WHERE id = $1";
    let again = on_tx!(tx, |conn| {
        sqlx::query(AGAIN)
            .bind(job.as_str())
            .execute(conn)
            .await?
            .rows_affected()
    });
    if again == 0 {
        return Ok(());
    }
    on_tx!(tx, |conn| {
        sqlx::query(COUNT)
            .bind(job.as_str())
            .bind(again as i64)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Moves so many orders from open to what became of them.
pub(super) async fn count(
    tx: &mut Tx,
    job: &JobId,
    to: Powerwash,
    orders: u64,
) -> Result<(), StoreError> {
    const COUNT: &str = "
        UPDATE job SET powerwash_open = powerwash_open - $2,
            powerwash_ordered = powerwash_ordered + $3,
            powerwash_not_ordered = powerwash_not_ordered + $4
        WHERE id = $1";
    let taken = if to == Powerwash::Ordered { orders } else { 0 };
    on_tx!(tx, |conn| {
        sqlx::query(COUNT)
            .bind(job.as_str())
            .bind(orders as i64)
            .bind(taken as i64)
            .bind((orders - taken) as i64)
            .execute(conn)
            .await?;
    });
    Ok(())
}
