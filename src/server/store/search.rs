//! What the search index is made of, and the rows of what it has found.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sqlx::{ColumnIndex, Decode, Row, Type};

use super::device::COLUMNS_OF_ROW;
use super::pool::{id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DeviceRow, selection_of};
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
        const ROWS: &str = "
            SELECT id, gone, serial, asset_id, status, org_unit, model, annotated_user, location,
                notes, os_version, license, last_sync, last_enrolled, auto_update,
                extended_eligible, extended_enabled
            FROM device WHERE generation > $1";
        on_pool!(self, |pool| {
            // Every row has a generation from 0 on.
            let mut rows = sqlx::query(ROWS).bind(generation.unwrap_or(-1)).fetch(pool);
            let mut piece = Vec::with_capacity(PIECE);
            while let Some(row) = rows.try_next().await? {
                piece.push(search_row(&row)?);
                if piece.len() == PIECE {
                    take(std::mem::replace(&mut piece, Vec::with_capacity(PIECE)));
                }
            }
            take(piece);
        });
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

/// Reads columns by their places, which is quicker than by their names.
fn search_row<R: Row>(row: &R) -> Result<SearchRow, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i32: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    bool: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    String: for<'r> Decode<'r, R::Database> + Type<R::Database>,
{
    let id: i32 = row.try_get(0)?;
    let (eligible, enabled): (String, String) = (row.try_get(15)?, row.try_get(16)?);
    let extended = ExtendedUpdates {
        eligible: flag(&eligible),
        enabled: flag(&enabled),
        start: None,
    };
    Ok(SearchRow {
        id: u32::try_from(id).map_err(|wrong| sqlx::Error::Decode(wrong.into()))?,
        gone: row.try_get(1)?,
        serial: row.try_get(2)?,
        asset_id: row.try_get(3)?,
        status: row.try_get(4)?,
        org_unit: row.try_get(5)?,
        model: row.try_get(6)?,
        user: row.try_get(7)?,
        location: row.try_get(8)?,
        notes: row.try_get(9)?,
        os_version: row.try_get(10)?,
        license: row.try_get(11)?,
        last_sync: row.try_get(12)?,
        last_enrolled: row.try_get(13)?,
        auto_update: row.try_get(14)?,
        extended: extended.state().as_str(),
    })
}
