//! Hearing at once what another process has put on record. A wake-up only: who misses
//! it finds out by asking, a little later.

use std::future::pending;

use sqlx::postgres::PgListener;

use super::pool::{Conn, Pool};
use super::{Store, StoreError, Tx};

/// What Postgres calls the news on.
const CHANNEL: &str = "sunset";

/// News of other processes. There are none on SQLite.
#[derive(Debug)]
pub struct News(Option<PgListener>);

impl News {
    /// Waits for news, or for a connection that was lost and came back.
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
    pub async fn listen(&self) -> Result<News, StoreError> {
        Ok(News(match &self.pool {
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
pub(super) async fn tell(tx: &mut Tx) -> Result<(), StoreError> {
    if let Conn::Postgres(tx) = &mut tx.conn {
        sqlx::query("SELECT pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
