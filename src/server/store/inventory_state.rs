//! How the inventory stands, in one read: every page begins with it.

use serde::Deserialize;
use sqlx::FromRow;

use super::pool::on_pool;
use super::refresh::{CACHE, CACHE_COLUMNS, CacheRow};
use super::{Store, StoreError};
use crate::domain::refresh::CacheState;

/// What pages compare with what is in memory.
#[derive(Clone, Debug)]
pub struct InventoryState {
    /// Rises with each change of a device's row.
    pub generation: i64,
    pub cache: CacheState,
    /// The jobs that hold devices, or may, in the order of their numbers.
    pub open_jobs: Vec<OpenJob>,
}

/// How far an unfinished job is. Whatever it holds differs only if this does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OpenJob {
    number: i32,
    seq: i64,
    holds: i64,
}

#[derive(FromRow)]
struct StateRow {
    #[sqlx(flatten)]
    cache: CacheRow,
    open_jobs: String,
}

impl Store {
    /// All of it is of the same moment.
    pub async fn inventory_state(&self) -> Result<InventoryState, StoreError> {
        const OPEN_JOBS: &str = "
            SELECT CAST(COALESCE(LISTS(LIST(number, seq, holds)), '[]') AS TEXT)
            FROM (SELECT number, seq, pending + sent + unconfirmed AS holds FROM job
                WHERE state IN ('queued', 'running', 'paused', 'cancelling')
                ORDER BY number) AS open";
        let sql = format!("SELECT {CACHE_COLUMNS}, ({OPEN_JOBS}) AS open_jobs FROM {CACHE}");
        let row: StateRow = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql)).fetch_one(pool).await?
        });
        let open_jobs = serde_json::from_str(&row.open_jobs);
        Ok(InventoryState {
            generation: row.cache.generation,
            cache: CacheState::from(row.cache),
            open_jobs: open_jobs
                .map_err(|error| StoreError::invalid_data(format!("open jobs: {error}")))?,
        })
    }
}
