//! The lease of a process that calls or lists the directory, and the recovery of open calls of a
//! process that has ended.
//!
//! On Postgres the lease is an advisory lock on a connection of its own: Postgres releases it
//! when the process ends, but not while it is suspended. On SQLite only one process at a time
//! uses the file, so every other process has ended.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::pool::Pool;
use super::{Store, StoreError};
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;

/// How long a proof of life may take.
const ANSWER: Duration = Duration::from_secs(2);

/// This process, as the calls it opens name it.
#[derive(Debug, Default)]
pub struct Worker(Mutex<Option<Lease>>);

#[derive(Debug)]
struct Lease {
    number: i64,
    /// Holds the lock of that number; none on SQLite.
    lock: Option<PgConnection>,
}

impl Store {
    /// Returns the number of this process once it holds its lease. A lost lease is replaced under
    /// a new number, and calls opened under the old number count as lost.
    pub async fn renew_lease(&self, worker: &Worker) -> Result<i64, StoreError> {
        let mut life = worker.0.lock().await;
        if let Some(Lease { number, lock }) = life.as_mut() {
            let Some(lock) = lock else {
                return Ok(*number);
            };
            let answer = tokio::time::timeout(ANSWER, lock.ping()).await;
            if matches!(answer, Ok(Ok(()))) {
                return Ok(*number);
            }
        }
        *life = None;
        // Never 0, which stands for no process.
        let number = (Uuid::new_v4().as_u64_pair().0 >> 1) as i64 | 1;
        let lock = match &self.pool {
            Pool::Sqlite { .. } => None,
            Pool::Postgres(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                sqlx::query("SELECT pg_advisory_lock($1)")
                    .bind(number)
                    .execute(&mut connection)
                    .await?;
                Some(connection)
            }
        };
        *life = Some(Lease { number, lock });
        Ok(number)
    }

    /// Gives up the open calls of processes that are dead. Their devices are read
    /// back after `call_ends_ms` milliseconds: a call may still be on its way. Returns how
    /// many calls there were.
    ///
    /// What is under way is asked after the calls were read: one that begins meanwhile
    /// is not among them.
    pub async fn mark_orphaned_calls_lost(
        &self,
        me: i64,
        is_under_way: impl Fn(&str) -> bool,
        call_ends_ms: i64,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut lost = 0;
        for (call, job, worker) in self.open_calls().await? {
            let dead = if worker == me {
                // One of our own that nobody works on: its task died.
                !is_under_way(&call)
            } else {
                self.is_dead(worker).await?
            };
            if !dead {
                continue;
            }
            let read_at = Timestamp(now.0 + call_ends_ms);
            if self
                .mark_call_lost(&JobId(job), &call, read_at, now)
                .await?
            {
                lost += 1;
            }
        }
        Ok(lost)
    }

    /// How many calls to the directory are under way or unanswered, of all processes.
    pub async fn count_open_calls(&self) -> Result<u64, StoreError> {
        Ok(self.open_calls().await?.len() as u64)
    }

    /// Whether the process of this number is no more.
    pub(super) async fn is_dead(&self, worker: i64) -> Result<bool, StoreError> {
        match &self.pool {
            Pool::Sqlite { .. } => Ok(true),
            Pool::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                let free = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
                    .bind(worker)
                    .fetch_one(&mut *tx)
                    .await?;
                tx.rollback().await?;
                Ok(free)
            }
        }
    }

    /// The database's clock, the same for all processes. On SQLite it is ours.
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        match &self.pool {
            Pool::Sqlite { .. } => Ok(Timestamp::now()),
            Pool::Postgres(pool) => {
                let now = sqlx::query_scalar(
                    "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint",
                )
                .fetch_one(pool)
                .await?;
                Ok(Timestamp(now))
            }
        }
    }
}
