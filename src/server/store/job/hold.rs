//! What the answer to a call, or the lack of one, does to its job: it waits, or pauses.

use super::super::effect::expire_look;
use super::super::pool::on_tx;
use super::super::{Store, StoreError, Tx};
use super::control::pause;
use super::{lock_job, note};
use crate::domain::audit::Actor;
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;

const AWAY: &str = "The directory could not be reached.";

/// After a longer wait than this, devices are read again before they are sent.
const LONG_WAIT_MS: i64 = 60_000;

/// What the answer to a call does to its job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    #[default]
    None,
    /// The directory asked to wait: nothing of the job is sent before this.
    Throttle(Timestamp),
    /// The directory is away: the same.
    Await(Timestamp),
    /// Somebody has to look at it, for this reason.
    Pause(String),
}

impl Store {
    /// Holds a job back when no call was made.
    pub async fn hold(&self, job: &JobId, hold: &Hold, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        lock_job(&mut tx, job).await?;
        apply_hold(&mut tx, job, hold, now).await?;
        tx.commit().await
    }
}

/// Holds a job back whose row is locked.
pub(in crate::server::store) async fn apply_hold(
    tx: &mut Tx,
    job: &JobId,
    hold: &Hold,
    now: Timestamp,
) -> Result<(), StoreError> {
    match hold {
        Hold::None => Ok(()),
        Hold::Throttle(until) => {
            if LONG_WAIT_MS < until.0 - now.0 {
                expire_look(tx, job).await?;
            }
            throttle(tx, job, *until, "", now).await
        }
        Hold::Await(until) => {
            expire_look(tx, job).await?;
            throttle(tx, job, *until, AWAY, now).await
        }
        Hold::Pause(reason) => pause(tx, job, &Actor::sunset(), reason, now).await,
    }
}

/// Sends nothing of the job before `until`. What is on record is that it began to wait,
/// not how many calls were told so.
async fn throttle(
    tx: &mut Tx,
    job: &JobId,
    until: Timestamp,
    why: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const WAITS: &str = "
        SELECT COUNT(*) FROM job WHERE id = $1 AND throttle_until > $2";
    const THROTTLE: &str = "
        UPDATE job SET throttle_until = $2, pause_reason = $3
        WHERE id = $1 AND throttle_until < $2 AND state IN ('queued', 'running')";
    let waits: i64 = on_tx!(tx, |conn| {
        sqlx::query_scalar(WAITS)
            .bind(job.as_str())
            .bind(now.0)
            .fetch_one(conn)
            .await?
    });
    let throttled = on_tx!(tx, |conn| {
        sqlx::query(THROTTLE)
            .bind(job.as_str())
            .bind(until.0)
            .bind(why)
            .execute(conn)
            .await?
            .rows_affected()
    });
    if throttled == 0 || waits != 0 {
        return Ok(());
    }
    note(tx, job, "throttled", why, now).await
}
