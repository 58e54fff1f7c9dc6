//! What the search index is made of, and the rows of what it has found.

use std::collections::HashMap;

use serde::Deserialize;

use super::device::COLUMNS_OF_ROW;
use super::pool::{id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DeviceRow, flag_of, selection_of};
use super::{Store, StoreError};
use crate::domain::chrome_os::{ExtendedUpdates, flag};
use crate::domain::device::{Device, DeviceId};
use crate::domain::selection::Selection;

/// Rows handed on at once.
const PIECE: usize = 8192;

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

/// How far an unfinished job is. Whatever it holds differs only if this does.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenJob {
    number: i32,
    seq: i64,
    holds: i64,
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
        // Many rows come as one value, as those of a page do.
        const ROWS: &str = "
            SELECT CAST(COALESCE(LISTS(LIST(id, gone, serial, asset_id, status, org_unit, model,
                annotated_user, location, notes, os_version, license, last_sync, last_enrolled,
                auto_update, extended_eligible, extended_enabled)), '[]') AS TEXT)
            FROM device WHERE id IN IDS($1)";
        let changed = format!(
            "SELECT {} FROM device WHERE generation > $1",
            self.pool.listed_ids()
        );
        let ids: String = on_pool!(self, |pool| {
            // Every row has a generation from 0 on.
            sqlx::query_scalar(self.pool.sql(&changed))
                .bind(generation.unwrap_or(-1))
                .fetch_one(pool)
                .await?
        });
        let ids: Vec<DeviceId> = selection_of(&ids)?.iter().collect();
        for piece in ids.chunks(PIECE) {
            let rows: String = on_pool!(self, |pool| {
                sqlx::query_scalar(self.pool.sql(ROWS))
                    .bind(id_list(piece.iter().map(|id| id.0)))
                    .fetch_one(pool)
                    .await?
            });
            let rows: Vec<RawRow> = serde_json::from_str(&rows)
                .map_err(|error| StoreError::nonsense(format!("rows: {error}")))?;
            take(rows.into_iter().map(SearchRow::from).collect());
        }
        Ok(())
    }

    /// The jobs that hold devices, or may, in the order of their numbers.
    pub async fn open_jobs(&self) -> Result<Vec<OpenJob>, StoreError> {
        const JOBS: &str = "
            SELECT number, seq, pending + sent + unconfirmed AS holds FROM job
            WHERE state IN ('queued', 'running', 'paused', 'cancelling') ORDER BY number";
        Ok(on_pool!(self, |pool| sqlx::query_as(JOBS)
            .fetch_all(pool)
            .await?))
    }

    /// The devices that jobs hold.
    pub async fn held_devices(&self) -> Result<Selection, StoreError> {
        let held = format!(
            "SELECT {} FROM (SELECT device AS id FROM job_item
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

    /// These devices, in this order. They come as one value: a row each would have the
    /// driver hand over each by itself, which takes longer than to find them.
    pub async fn devices_in_order(&self, ids: &[DeviceId]) -> Result<Vec<Device>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT CAST(COALESCE(LISTS(LIST(
                id, LIST({DIRECTORY_COLUMNS}), read_at, version, gone, in_job)), '[]') AS TEXT)
             FROM (SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW}
                FROM device WHERE id IN IDS($1)) AS page"
        );
        let rows: String = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&sql))
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
        Ok(ids.iter().filter_map(|id| devices.remove(id)).collect())
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
