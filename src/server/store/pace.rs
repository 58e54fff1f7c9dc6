//! The rate limit of calls to the directory, shared by all processes. The directory can impose a
//! longer wait.

use super::pool::{on_pool, on_tx};
use super::{Store, StoreError, Tx};
use crate::domain::backoff;
use crate::domain::time::Timestamp;

/// A next call within this time is a scheduled call, not an imposed wait, in milliseconds.
const TOGETHER: i64 = 500;

/// A longer delay than this is an imposed wait, not queued calls, in milliseconds.
const TURNS_AHEAD: i64 = 5_000;

impl Store {
    /// Takes the next `turns` turns to call. Returns how many milliseconds away they
    /// are, when turns are `interval` milliseconds apart.
    pub async fn reserve_calls(
        &self,
        turns: u32,
        interval: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        const TURN: &str = "
            UPDATE directory_pace
            SET next_at = CASE WHEN next_at < $1 THEN $1 ELSE next_at END + $2
            WHERE id = 1 RETURNING next_at";
        let taken = interval * i64::from(turns);
        let mut tx = self.begin().await?;
        let next: i64 = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(TURN)
                .bind(now.0)
                .bind(taken)
                .fetch_one(conn)
                .await?
        });
        tx.commit().await?;
        Ok((next - taken - now.0).max(0))
    }

    /// The directory asked to wait: so long, or longer each time in a row where it
    /// does not say. Returns when calls may go out again.
    pub async fn slow_down(
        &self,
        asked: Option<i64>,
        spread: u32,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        // Calls under way together fail together: that counts once.
        const COUNT: &str = "
            UPDATE directory_pace
            SET throttled = throttled + CASE WHEN next_at <= $1 THEN 1 ELSE 0 END
            WHERE id = 1 RETURNING throttled";
        const WAIT: &str = "
            UPDATE directory_pace SET next_at = $1 WHERE id = 1 AND next_at < $1";
        let mut tx = self.begin().await?;
        let throttled: i32 = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(COUNT)
                .bind(now.0 + TOGETHER)
                .fetch_one(conn)
                .await?
        });
        let wait = asked.unwrap_or_else(|| backoff::wait(throttled as u32, spread));
        let until = Timestamp(now.0 + wait);
        on_tx!(&mut tx, |conn| {
            sqlx::query(WAIT).bind(until.0).execute(conn).await?;
        });
        tx.commit().await?;
        Ok(until)
    }

    /// The directory answers as it should: the next wait is a short one again.
    pub async fn answers_again(&self) -> Result<(), StoreError> {
        const THROTTLED: &str = "SELECT throttled FROM directory_pace WHERE id = 1";
        const RESET: &str = "UPDATE directory_pace SET throttled = 0 WHERE throttled <> 0";
        // Nearly always there is nothing to write, and a writer to wait for.
        let throttled: i32 = on_pool!(self, |pool| sqlx::query_scalar(THROTTLED)
            .fetch_one(pool)
            .await?);
        if throttled == 0 {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(RESET).execute(conn).await?;
        });
        tx.commit().await
    }
}

/// Asks the directory at once, whatever it has asked to wait: somebody wants to know.
pub(super) async fn stop_waiting(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    const STOP: &str = "
        UPDATE directory_pace SET next_at = $1, throttled = 0
        WHERE id = 1 AND next_at > $1 + $2";
    on_tx!(tx, |conn| {
        sqlx::query(STOP)
            .bind(now.0)
            .bind(TURNS_AHEAD)
            .execute(conn)
            .await?;
    });
    Ok(())
}
