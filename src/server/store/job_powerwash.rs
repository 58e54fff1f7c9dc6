//! Orders to erase devices: the intent first, the answer fenced by who sent it, and
//! what nobody answered left as it is, since nothing tells whether an order was taken.
//! Only a device that its job has deprovisioned has a row here.

use super::job_settle::{finish_if_done, lock_job, note, take_up};
use super::pool::{on_pool, on_tx};
use super::powerwash_line::{STOPPED, count};
use super::row::device_id;
use super::{Effect, Store, StoreError, Tx};
use crate::domain::device::DeviceId;
use crate::domain::job::{JobId, JobState};
use crate::domain::powerwash::{Powerwash, look_again_after};
use crate::domain::time::Timestamp;

/// A device about to be ordered to erase itself, with the intent on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub job: JobId,
    pub device: DeviceId,
    pub device_id: String,
    /// The intent on record; the answer is recorded for this one only.
    pub call_id: String,
    /// When the device was enrolled last, as it was reviewed.
    pub reviewed_enrolled: i64,
    /// When the device was sent to be deprovisioned.
    pub deprovisioned_at: i64,
}

/// What came of sending an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered {
    /// The directory has taken it, under this number.
    Taken(String),
    /// Why not.
    Refused(String),
    /// The device is not as its job has left it: it is not ordered to erase itself.
    Changed(&'static str),
    /// It was not sent, or nothing was done: it is sent again.
    Again,
    Unanswered,
}

const UNANSWERED: &str =
    "The directory did not answer whether it has taken the order. Look at the device.";

impl Store {
    /// Claims a job's next device that is to be erased, and puts the intent on record.
    /// `None` if there is none now. Never send unless this returned.
    pub async fn open_order(
        &self,
        job: &JobId,
        call_id: &str,
        worker: i64,
        now: Timestamp,
    ) -> Result<Option<Order>, StoreError> {
        const SEND: &str = "
            UPDATE powerwash SET state = 'sent', worker = $2, sent_at = $3, call_id = $4
            WHERE job_id = $1 AND state = 'waiting' AND device = (
                SELECT device FROM powerwash
                WHERE job_id = $1 AND state = 'waiting' ORDER BY next_at, device LIMIT 1)
                AND ((SELECT powerwash_ordered FROM job WHERE id = $1) > 0
                    OR NOT EXISTS (SELECT 1 FROM powerwash
                        WHERE job_id = $1 AND state = 'sent'))
            RETURNING device";
        // The id is the one that was reviewed.
        const ITEM: &str = "
            SELECT device_id, snap_enrolled, sent_at FROM job_item
            WHERE job_id = $1 AND device = $2";
        let mut tx = self.begin().await?;
        if take_up(&mut tx, job, now).await?.is_none() {
            return Ok(None);
        }
        let device: Option<i32> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(SEND)
                .bind(job.as_str())
                .bind(worker)
                .bind(now.0)
                .bind(call_id)
                .fetch_optional(conn)
                .await?
        });
        let Some(device) = device else {
            return Ok(None);
        };
        let (name, reviewed_enrolled, deprovisioned_at) = on_tx!(&mut tx, |conn| {
            sqlx::query_as(ITEM)
                .bind(job.as_str())
                .bind(device)
                .fetch_one(conn)
                .await?
        });
        tx.commit().await?;
        Ok(Some(Order {
            job: job.clone(),
            device: device_id(device)?,
            device_id: name,
            call_id: call_id.to_owned(),
            reviewed_enrolled,
            deprovisioned_at,
        }))
    }

    /// Whether a job has an order to send now: one at a time until the first is taken,
    /// then as many as there are hands.
    pub async fn can_order(&self, job: &JobId) -> Result<bool, StoreError> {
        const WAITING: &str = "
            SELECT COUNT(*) FROM job WHERE id = $1
                AND EXISTS (SELECT 1 FROM powerwash WHERE job_id = $1 AND state = 'waiting')
                AND (powerwash_ordered > 0 OR NOT EXISTS (
                    SELECT 1 FROM powerwash WHERE job_id = $1 AND state = 'sent'))";
        let waiting: i64 = on_pool!(self, |pool| sqlx::query_scalar(WAITING)
            .bind(job.as_str())
            .fetch_one(pool)
            .await?);
        Ok(waiting != 0)
    }

    /// Records what came of an order. Of one that was given up meanwhile it is put
    /// right where the answer tells more. Returns whether it was still open.
    pub async fn close_order(
        &self,
        order: &Order,
        ordered: &Ordered,
        effect: &Effect,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let state = lock_job(&mut tx, &order.job).await?;
        let is_stopping = state == Some(JobState::Cancelling);
        let mut effect = effect;
        let pause;
        let (next, command_id, message) = match ordered {
            Ordered::Taken(command_id) => (Powerwash::Ordered, command_id.as_str(), ""),
            // As long as none was taken it may be all of them that are refused: somebody
            // looks, before the others are.
            Ordered::Refused(why) if !is_stopping && !any_taken(&mut tx, &order.job).await? => {
                pause = Effect::Pause(why.clone());
                effect = &pause;
                (Powerwash::Waiting, "", "")
            }
            Ordered::Refused(why) => (Powerwash::Refused, "", why.as_str()),
            Ordered::Changed(why) => (Powerwash::NotOrdered, "", *why),
            Ordered::Unanswered => (Powerwash::Unconfirmed, "", UNANSWERED),
            Ordered::Again if is_stopping => (Powerwash::NotOrdered, "", STOPPED),
            Ordered::Again => (Powerwash::Waiting, "", ""),
        };
        let end = End {
            next,
            command_id,
            message,
        };
        let was_open = end_order(&mut tx, order, end, now).await?;
        if was_open {
            super::job_effect::apply(&mut tx, &order.job, effect, now).await?;
            if next == Powerwash::Refused {
                trip_breaker(&mut tx, &order.job, now).await?;
            }
        } else {
            put_right(&mut tx, order, end, now).await?;
        }
        tx.commit().await?;
        Ok(was_open)
    }

    /// Gives up the orders of processes that are dead, and of this one what nobody is
    /// at: whether the directory has taken them, nobody knows. Returns how many.
    pub async fn lose_dead_orders(
        &self,
        me: i64,
        is_under_way: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        const SENT: &str = "
            SELECT job_id, device, device_id, call_id, worker FROM powerwash
            WHERE state = 'sent'";
        let rows: Vec<(String, i32, String, String, i64)> =
            on_pool!(self, |pool| sqlx::query_as(SENT).fetch_all(pool).await?);
        let mut lost = 0;
        for (job, device, name, call_id, worker) in rows {
            let order = Order {
                job: JobId(job),
                device: device_id(device)?,
                device_id: name,
                call_id,
                reviewed_enrolled: 0,
                deprovisioned_at: 0,
            };
            let dead = if worker == me {
                !is_under_way(&order.call_id)
            } else {
                self.is_dead(worker).await?
            };
            let unanswered = (&Ordered::Unanswered, &Effect::None);
            if dead
                && self
                    .close_order(&order, unanswered.0, unanswered.1, now)
                    .await?
            {
                lost += 1;
            }
        }
        Ok(lost)
    }
}

/// How an order ends, or that it waits again, at the end of the line.
#[derive(Clone, Copy)]
struct End<'a> {
    next: Powerwash,
    command_id: &'a str,
    message: &'a str,
}

/// Ends an order that is being sent. Whoever calls holds the job row's lock. Returns
/// whether it was still being sent, and by whom it says.
async fn end_order(
    tx: &mut Tx,
    order: &Order,
    end: End<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !set_order(tx, order, Powerwash::Sent, end, now).await? {
        return Ok(false);
    }
    if end.next != Powerwash::Waiting {
        count(tx, &order.job, end.next, 1).await?;
        note(tx, &order.job, "powerwash", end.next.as_str(), now).await?;
        finish_if_done(tx, &order.job, now).await?;
    }
    Ok(true)
}

/// Changes an order that is as it was left, by this call and nobody since. Returns
/// whether it was.
async fn set_order(
    tx: &mut Tx,
    order: &Order,
    from: Powerwash,
    end: End<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SET: &str = "
        UPDATE powerwash SET state = $5, command_id = $6, message = $7, next_at = $8
        WHERE job_id = $1 AND device = $2 AND call_id = $3 AND state = $4";
    let set = on_tx!(tx, |conn| {
        sqlx::query(SET)
            .bind(order.job.as_str())
            .bind(order.device.0 as i32)
            .bind(order.call_id.as_str())
            .bind(from.as_str())
            .bind(end.next.as_str())
            .bind(end.command_id)
            .bind(end.message)
            .bind(now.0 + look_again_after(0))
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok(set != 0)
}

/// Whether any order of the job was taken by the directory.
async fn any_taken(tx: &mut Tx, job: &JobId) -> Result<bool, StoreError> {
    const TAKEN: &str = "SELECT powerwash_ordered FROM job WHERE id = $1";
    let taken: i64 = on_tx!(tx, |conn| {
        sqlx::query_scalar(TAKEN)
            .bind(job.as_str())
            .fetch_one(conn)
            .await?
    });
    Ok(taken != 0)
}

/// Records the answer to an order that had been given up, if it was one. The job may be
/// over: then it may have become a success.
async fn put_right(
    tx: &mut Tx,
    order: &Order,
    end: End<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    const COUNT: &str = "
        UPDATE job SET powerwash_ordered = powerwash_ordered + 1,
            powerwash_not_ordered = powerwash_not_ordered - 1
        WHERE id = $1";
    const STATE: &str = "
        UPDATE job SET state = 'completed'
        WHERE id = $1 AND state = 'completed_with_errors' AND failed = 0
            AND powerwash_not_ordered = 0";
    let tells_more = matches!(end.next, Powerwash::Ordered | Powerwash::Refused);
    if !tells_more || !set_order(tx, order, Powerwash::Unconfirmed, end, now).await? {
        return Ok(());
    }
    if end.next == Powerwash::Ordered {
        for sql in [COUNT, STATE] {
            on_tx!(tx, |conn| {
                sqlx::query(sql)
                    .bind(order.job.as_str())
                    .execute(conn)
                    .await?;
            });
        }
    }
    note(tx, &order.job, "powerwash", end.next.as_str(), now).await
}

/// Pauses a job of whose orders more than a fifth are refused, and at least five.
async fn trip_breaker(tx: &mut Tx, job: &JobId, now: Timestamp) -> Result<(), StoreError> {
    const REFUSED: &str = "SELECT COUNT(*) FROM powerwash WHERE job_id = $1 AND state = 'refused'";
    const TRIP: &str = "
        SELECT COUNT(*) FROM job WHERE id = $1 AND powerwash_open > 0 AND $2 >= 5
            AND 4 * $2 > powerwash_ordered";
    const WHY: &str = "More than a fifth of the orders to erase were refused.";
    let refused: i64 = on_tx!(tx, |conn| {
        sqlx::query_scalar(REFUSED)
            .bind(job.as_str())
            .fetch_one(conn)
            .await?
    });
    let trips: i64 = on_tx!(tx, |conn| {
        sqlx::query_scalar(TRIP)
            .bind(job.as_str())
            .bind(refused)
            .fetch_one(conn)
            .await?
    });
    if trips == 0 {
        return Ok(());
    }
    super::job_steer::pause(tx, job, WHY, now).await
}
