//! Wakes the other processes when one has put something on record. Whoever misses it
//! finds out by asking the database, a little later.

use std::future::pending;

use sqlx::postgres::PgListener;

use super::pool::{Conn, Pool};
use super::{Store, StoreError, Tx};

/// The channel of Postgres on which processes wake each other.
const CHANNEL: &str = "sunset";

/// Wake-ups by other processes. There are none on SQLite.
#[derive(Debug)]
pub struct WakeUps(Option<PgListener>);

impl WakeUps {
    /// Waits for a wake-up, or for a connection that was lost and came back.
    pub async fn next(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            Some(listener) => {
                listener.try_recv().await?;
                Ok(())
            }
            None => pending().await,
        }
    }
}

impl Store {
    pub async fn listen(&self) -> Result<WakeUps, StoreError> {
        Ok(WakeUps(match &self.pool {
            Pool::Sqlite { .. } => None,
            Pool::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen(CHANNEL).await?;
                Some(listener)
            }
        }))
    }
}

/// Tells the other processes when this transaction commits: once, however often it
/// is asked to.
pub(super) async fn wake_others(tx: &mut Tx) -> Result<(), StoreError> {
    if let Conn::Postgres(tx) = &mut tx.conn {
        sqlx::query("SELECT pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
