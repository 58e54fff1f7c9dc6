//! What the search index is made of, and the rows of what it has found.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt};
use sqlx::FromRow;

use super::device::COLUMNS_OF_ROW;
use super::pool::{Pool, id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DeviceRow, selection_of};
use super::search_row::{SearchRow, Stretch, read};
use super::{Store, StoreError};
use crate::domain::device::{Device, DeviceId};
use crate::domain::selection::Selection;

/// How many rows are handed on at once: those of a block of the index, which is made once then.
const PIECE: u32 = 4096;

/// How many pieces are read at the same time.
const READ_AHEAD: usize = 2;

impl Store {
    /// Rises with each change of a device's row.
    pub async fn generation(&self) -> Result<i64, StoreError> {
        const GENERATION: &str = "SELECT generation FROM inventory";
        Ok(on_pool!(self, |pool| sqlx::query_scalar(GENERATION)
            .fetch_one(pool)
            .await?))
    }

    /// Hands on every row, or those that have changed since a generation, as they are now.
    pub async fn rows_since(
        &self,
        generation: Option<i64>,
        mut take: impl FnMut(Vec<SearchRow>),
    ) -> Result<(), StoreError> {
        let stretches: Vec<Stretch> = match generation {
            None => {
                let highest = self.highest_device().await?;
                let end = highest.map_or(0, |id| id.0 + 1);
                let starts = (0..end).step_by(PIECE as usize);
                starts.map(|id| Stretch::Range(id..id + PIECE)).collect()
            }
            Some(generation) => {
                let changed = self.changed_since(generation).await?;
                changed
                    .chunks(PIECE as usize)
                    .map(|ids| Stretch::These(ids.iter().map(|id| id.0).collect()))
                    .collect()
            }
        };
        // The next ones are read while these are taken.
        let mut rows = stream::iter(stretches)
            .map(|stretch| tokio::spawn(read(self.pool.clone(), stretch)))
            .buffered(READ_AHEAD);
        while let Some(rows) = rows.next().await {
            match rows {
                Ok(rows) => take(rows?),
                Err(broken) => std::panic::resume_unwind(broken.into_panic()),
            }
        }
        Ok(())
    }

    async fn changed_since(&self, generation: i64) -> Result<Vec<DeviceId>, StoreError> {
        let changed = format!(
            "SELECT {} FROM device WHERE generation > $1",
            self.pool.listed_ids()
        );
        let ids: String = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&changed))
                .bind(generation)
                .fetch_one(pool)
                .await?
        });
        Ok(selection_of(&ids)?.iter().collect())
    }

    /// The devices that jobs hold.
    pub async fn held_devices(&self) -> Result<Selection, StoreError> {
        let held = format!(
            "SELECT {} FROM (SELECT device AS id FROM effect
                WHERE state IN ('pending', 'sent', 'unconfirmed')) AS held",
            self.pool.listed_ids()
        );
        let ids: String = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&held))
                .fetch_one(pool)
                .await?
        });
        selection_of(&ids)
    }

    /// These devices, in this order, and the newest generation among them.
    pub async fn devices_in_order(
        &self,
        ids: &[DeviceId],
    ) -> Result<(Vec<Device>, i64), StoreError> {
        if ids.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let (rows, newest) = self.page_rows(id_list(ids.iter().map(|id| id.0))).await?;
        let mut devices = HashMap::with_capacity(rows.len());
        for row in rows {
            let device = Device::try_from(row)?;
            devices.insert(device.id, device);
        }
        let devices = ids.iter().filter_map(|id| devices.remove(id)).collect();
        Ok((devices, newest))
    }

    /// The rows of a page, and the newest generation among them. SQLite writes them as one
    /// value: its driver hands over each row by itself, which takes longer than to find them.
    /// Postgres takes longer to write JSON.
    async fn page_rows(&self, ids: String) -> Result<(Vec<DeviceRow>, i64), StoreError> {
        let page = format!(
            "SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW}, generation
             FROM device WHERE id IN IDS($1)"
        );
        match &self.pool {
            Pool::Sqlite { read, .. } => {
                let sql = format!(
                    "SELECT LISTS(LIST(id, LIST({DIRECTORY_COLUMNS}), read_at, version, gone,
                        in_job)), COALESCE(MAX(generation), 0)
                     FROM ({page}) AS page"
                );
                let sql = self.pool.sql(&sql);
                let (rows, newest): (String, i64) =
                    sqlx::query_as(sql).bind(ids).fetch_one(read).await?;
                let rows = serde_json::from_str(&rows)
                    .map_err(|error| StoreError::invalid_data(format!("rows: {error}")))?;
                Ok((rows, newest))
            }
            Pool::Postgres(pool) => {
                let sql = self.pool.sql(&page);
                let rows: Vec<PageRow> = sqlx::query_as(sql).bind(ids).fetch_all(pool).await?;
                let newest = rows.iter().map(|row| row.generation).max();
                let rows = rows.into_iter().map(|row| row.device).collect();
                Ok((rows, newest.unwrap_or_default()))
            }
        }
    }
}

#[derive(FromRow)]
struct PageRow {
    #[sqlx(flatten)]
    device: DeviceRow,
    generation: i64,
}
