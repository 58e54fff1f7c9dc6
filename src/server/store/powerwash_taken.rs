//! Orders to erase that the directory has taken, and what became of them: the devices
//! hear of them when they are next online.

use super::pool::{on_pool, on_tx};
use super::row::device_id;
use super::{Store, StoreError};
use crate::domain::device::DeviceId;
use crate::domain::job::JobId;
use crate::domain::powerwash::{Command, Powerwash, look_again_after};
use crate::domain::time::Timestamp;

/// Later than any clock.
const NEVER: i64 = i64::MAX;

/// After so many looks at an order, some days, nobody looks any more.
const MAX_CHECKS: i32 = 300;

/// An order that the directory has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub job: JobId,
    pub device: DeviceId,
    pub device_id: String,
    pub command_id: String,
    /// How often it was looked at.
    pub checks: i32,
}

impl Store {
    /// The orders whose turn it is to be looked at.
    pub async fn orders_to_follow(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Taken>, StoreError> {
        const DUE: &str = "
            SELECT job_id, device, device_id, command_id, checks FROM powerwash
            WHERE state = 'ordered' AND next_at <= $1 ORDER BY next_at LIMIT $2";
        let rows: Vec<(String, i32, String, String, i32)> = on_pool!(self, |pool| {
            sqlx::query_as(DUE)
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|(job, device, name, command_id, checks)| {
                Ok(Taken {
                    job: JobId(job),
                    device: device_id(device)?,
                    device_id: name,
                    command_id,
                    checks,
                })
            })
            .collect()
    }

    /// Records what an order has come to. `None`: it could not be looked at.
    pub async fn follow_order(
        &self,
        order: &Taken,
        seen: Option<&Command>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const FOLLOW: &str = "
            UPDATE powerwash SET state = $3, message = $4, checks = checks + 1, next_at = $5
            WHERE job_id = $1 AND device = $2 AND state = 'ordered'";
        let (state, message) = match seen {
            None | Some(Command::UnderWay) => (Powerwash::Ordered, ""),
            Some(Command::Done) => (Powerwash::Done, ""),
            Some(Command::Failed(why)) => (Powerwash::Failed, why.as_str()),
        };
        let next_at = if MAX_CHECKS <= order.checks {
            NEVER
        } else {
            now.0 + look_again_after(order.checks.unsigned_abs() + 1)
        };
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(FOLLOW)
                .bind(order.job.as_str())
                .bind(order.device.0 as i32)
                .bind(state.as_str())
                .bind(message)
                .bind(next_at)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }
}
