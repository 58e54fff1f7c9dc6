//! What the search index is made of, and the rows of what it has found.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt};
use serde::Deserialize;

use super::device::COLUMNS_OF_ROW;
use super::pool::{Pool, id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DeviceRow, flag_of, selection_of};
use super::{Store, StoreError};
use crate::domain::chrome_os::{ExtendedUpdates, flag};
use crate::domain::device::{Device, DeviceId};
use crate::domain::selection::Selection;

/// How many rows are handed on at once.
const PIECE: u32 = 8192;

/// How many pieces are read at the same time.
const READ_AHEAD: usize = 2;

/// What of a device is searched and ordered by.
#[derive(Clone, Debug)]
pub struct SearchRow {
    pub id: u32,
    pub gone: bool,
    pub serial: String,
    pub asset_id: String,
    pub status: String,
    pub org_unit: String,
    pub model: String,
    pub user: String,
    pub location: String,
    pub notes: String,
    pub os_version: String,
    pub license: String,
    pub last_sync: i64,
    pub last_enrolled: i64,
    pub auto_update: i64,
    /// The word for the state of extended updates.
    pub extended: &'static str,
}

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
                (0..end)
                    .step_by(PIECE as usize)
                    .map(Stretch::From)
                    .collect()
            }
            Some(generation) => {
                let changed = self.changed_since(generation).await?;
                changed
                    .chunks(PIECE as usize)
                    .map(|ids| Stretch::These(id_list(ids.iter().map(|id| id.0))))
                    .collect()
            }
        };
        // The next ones are read while these are taken.
        let mut rows = stream::iter(stretches)
            .map(|stretch| {
                let pool = self.pool.clone();
                tokio::spawn(Reading { pool }.read(stretch))
            })
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

    /// These devices, in this order, and the newest generation among them. They come as one
    /// value: a row each would have the driver hand over each by itself, which takes longer
    /// than to find them.
    pub async fn devices_in_order(
        &self,
        ids: &[DeviceId],
    ) -> Result<(Vec<Device>, i64), StoreError> {
        if ids.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let sql = format!(
            "SELECT CAST(COALESCE(LISTS(LIST(
                id, LIST({DIRECTORY_COLUMNS}), read_at, version, gone, in_job)), '[]') AS TEXT),
                COALESCE(MAX(generation), 0)
             FROM (SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW}, generation
                FROM device WHERE id IN IDS($1)) AS page"
        );
        let (rows, newest): (String, i64) = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(id_list(ids.iter().map(|id| id.0)))
                .fetch_one(pool)
                .await?
        });
        let rows: Vec<DeviceRow> = serde_json::from_str(&rows)
            .map_err(|error| StoreError::nonsense(format!("rows: {error}")))?;
        let mut devices = HashMap::with_capacity(rows.len());
        for row in rows {
            let device = Device::try_from(row)?;
            devices.insert(device.id, device);
        }
        let devices = ids.iter().filter_map(|id| devices.remove(id)).collect();
        Ok((devices, newest))
    }
}

/// Devices that are read at once.
enum Stretch {
    /// [`PIECE`] numbers from this one on.
    From(u32),
    /// Those with these numbers, as [`id_list`] has them.
    These(String),
}

/// What reads a stretch, besides others that do.
struct Reading {
    pool: Pool,
}

impl Reading {
    /// The rows come as one value, as those of a page do.
    async fn read(self, stretch: Stretch) -> Result<Vec<SearchRow>, StoreError> {
        const ROWS: &str = "
            SELECT CAST(COALESCE(LISTS(LIST(id, gone, serial, asset_id, status, org_unit, model,
                annotated_user, location, notes, os_version, license, last_sync, last_enrolled,
                auto_update, extended_eligible, extended_enabled)), '[]') AS TEXT)
            FROM device WHERE";
        let rows: String = match stretch {
            Stretch::From(first) => {
                let sql = format!("{ROWS} id >= $1 AND id < $2");
                on_pool!(self, |pool| {
                    sqlx::query_scalar(self.pool.sql(&sql))
                        .bind(i64::from(first))
                        .bind(i64::from(first) + i64::from(PIECE))
                        .fetch_one(pool)
                        .await?
                })
            }
            Stretch::These(ids) => {
                let sql = format!("{ROWS} id IN IDS($1)");
                on_pool!(self, |pool| {
                    sqlx::query_scalar(self.pool.sql(&sql))
                        .bind(ids.as_str())
                        .fetch_one(pool)
                        .await?
                })
            }
        };
        let rows: Vec<RawRow> = serde_json::from_str(&rows)
            .map_err(|error| StoreError::nonsense(format!("rows: {error}")))?;
        Ok(rows.into_iter().map(SearchRow::from).collect())
    }
}

/// A row as the database writes it.
#[derive(Deserialize)]
struct RawRow {
    id: u32,
    #[serde(deserialize_with = "flag_of")]
    gone: bool,
    serial: String,
    asset_id: String,
    status: String,
    org_unit: String,
    model: String,
    user: String,
    location: String,
    notes: String,
    os_version: String,
    license: String,
    last_sync: i64,
    last_enrolled: i64,
    auto_update: i64,
    extended_eligible: String,
    extended_enabled: String,
}

impl From<RawRow> for SearchRow {
    fn from(row: RawRow) -> Self {
        let extended = ExtendedUpdates {
            eligible: flag(&row.extended_eligible),
            enabled: flag(&row.extended_enabled),
            start: None,
        };
        Self {
            id: row.id,
            gone: row.gone,
            serial: row.serial,
            asset_id: row.asset_id,
            status: row.status,
            org_unit: row.org_unit,
            model: row.model,
            user: row.user,
            location: row.location,
            notes: row.notes,
            os_version: row.os_version,
            license: row.license,
            last_sync: row.last_sync,
            last_enrolled: row.last_enrolled,
            auto_update: row.auto_update,
            extended: extended.state().as_str(),
        }
    }
}
