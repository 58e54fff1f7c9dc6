//! Commands that the directory has taken, and what became of them: the devices hear of them
//! when they are next online.

use super::super::pool::{on_pool, on_tx};
use super::super::row::device_id;
use super::super::{Store, StoreError};
use crate::domain::action::command::{Command, Reply, ask_again_after};
use crate::domain::device::DeviceId;
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;

/// Later than any clock.
const NEVER: i64 = i64::MAX;

/// After so many questions about a command, some days, nobody asks any more.
const MAX_CHECKS: i32 = 300;

/// A command that the directory has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub job: JobId,
    pub device: DeviceId,
    pub ordinal: u32,
    pub device_id: String,
    pub command_id: String,
    /// How often it was asked after.
    pub checks: i32,
}

impl Store {
    /// The commands that are to be asked after now.
    pub async fn commands_to_follow(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Taken>, StoreError> {
        const DUE: &str = "
            SELECT effect.job_id, effect.device, ordinal, item.device_id, external_id, checks
            FROM effect JOIN job_item item
                ON item.job_id = effect.job_id AND item.device = effect.device
            WHERE external_id <> '' AND reply = '' AND next_at <= $1
            ORDER BY next_at LIMIT $2";
        let rows: Vec<(String, i32, i32, String, String, i32)> = on_pool!(self, |pool| {
            sqlx::query_as(DUE)
                .bind(now.0)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|(job, device, ordinal, name, command_id, checks)| {
                Ok(Taken {
                    job: JobId(job),
                    device: device_id(device)?,
                    ordinal: ordinal as u32,
                    device_id: name,
                    command_id,
                    checks,
                })
            })
            .collect()
    }

    /// Records what a command has come to. `None`: it could not be asked after.
    pub async fn follow_command(
        &self,
        taken: &Taken,
        seen: Option<&Command>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const FOLLOW: &str = "
            UPDATE effect SET reply = $4, words = $5, checks = checks + 1, next_at = $6
            WHERE job_id = $1 AND device = $2 AND ordinal = $3 AND external_id <> ''
                AND reply = ''";
        let (reply, words) = match seen {
            None | Some(Command::UnderWay) => ("", ""),
            Some(Command::Done) => (Reply::Done.as_str(), ""),
            Some(Command::Failed(why)) => (Reply::Failed.as_str(), why.as_str()),
        };
        let next_at = if MAX_CHECKS <= taken.checks {
            NEVER
        } else {
            now.0 + ask_again_after(taken.checks.unsigned_abs() + 1)
        };
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(FOLLOW)
                .bind(taken.job.as_str())
                .bind(taken.device.0 as i32)
                .bind(taken.ordinal as i32)
                .bind(reply)
                .bind(words)
                .bind(next_at)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }
}
