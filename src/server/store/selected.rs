//! A selection's devices, as rules and exports look at them.

use super::pool::{id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DirectoryRow, count, device_id};
use super::{Store, StoreError};
use crate::domain::device::{DeviceId, DirectoryDevice};
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;

/// A group of a selection's devices that any rule treats alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionGroup {
    pub status: DeviceStatus,
    pub gone: bool,
    pub busy: bool,
    pub devices: u64,
}

impl Store {
    /// The highest id of a device, gone or not.
    pub async fn highest_device(&self) -> Result<Option<DeviceId>, StoreError> {
        let highest: Option<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar("SELECT MAX(id) FROM device")
                .fetch_one(pool)
                .await?
        });
        highest.map(device_id).transpose()
    }

    /// Counts the selection's devices by what the eligibility rules look at.
    pub async fn selection_groups(
        &self,
        selection: &Selection,
    ) -> Result<Vec<SelectionGroup>, StoreError> {
        const GROUPS: &str = "
            SELECT status, gone, busy, COUNT(*) FROM (
                SELECT device.status, device.gone, effect.device IS NOT NULL AS busy
                FROM device
                LEFT JOIN effect ON effect.device = device.id
                    AND effect.state IN ('pending', 'sent', 'unconfirmed')
                WHERE device.id IN IDS($1)) AS selected
            GROUP BY status, gone, busy";
        let rows: Vec<(String, bool, bool, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(GROUPS))
                .bind(ids_of(selection))
                .fetch_all(pool)
                .await?
        });
        let group = |(status, gone, busy, devices): (String, bool, bool, i64)| SelectionGroup {
            status: DeviceStatus::from(status),
            gone,
            busy,
            devices: count(devices),
        };
        Ok(rows.into_iter().map(group).collect())
    }

    /// What the eligibility rules look at, device by device.
    pub async fn selection_states(
        &self,
        selection: &Selection,
    ) -> Result<Vec<(DeviceId, DeviceStatus, bool, bool)>, StoreError> {
        const STATES: &str = "
            SELECT device.id, device.status, device.gone, effect.device IS NOT NULL
            FROM device
            LEFT JOIN effect ON effect.device = device.id
                AND effect.state IN ('pending', 'sent', 'unconfirmed')
            WHERE device.id IN IDS($1)";
        let rows: Vec<(i32, String, bool, bool)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(STATES))
                .bind(ids_of(selection))
                .fetch_all(pool)
                .await?
        });
        let state = |(id, status, gone, busy): (i32, String, bool, bool)| {
            Ok((device_id(id)?, DeviceStatus::from(status), gone, busy))
        };
        rows.into_iter().map(state).collect()
    }

    /// These devices, for an export.
    pub async fn export_devices(
        &self,
        ids: impl IntoIterator<Item = DeviceId>,
    ) -> Result<Vec<DirectoryDevice>, StoreError> {
        let sql = format!(
            "SELECT {DIRECTORY_COLUMNS} FROM device
             WHERE gone = FALSE AND id IN IDS($1) ORDER BY id"
        );
        let ids = id_list(ids.into_iter().map(|id| id.0));
        let rows: Vec<DirectoryRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(ids.as_str())
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(DirectoryDevice::from).collect())
    }
}

fn ids_of(selection: &Selection) -> String {
    id_list(selection.iter().map(|id| id.0))
}
