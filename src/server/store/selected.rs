//! A selection's devices: listing, counting and knowing them.

use sqlx::QueryBuilder;

use super::device::{COLUMNS_OF_ROW, Window};
use super::device_filter::{Way, order_by, push_filter};
use super::pool::{id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DeviceRow, DirectoryRow, count, device_id, selection_of};
use super::{Store, StoreError};
use crate::domain::device::{Device, DeviceId, DirectoryDevice};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Date;

/// A group of a selection's devices that any rule treats alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionGroup {
    pub status: DeviceStatus,
    pub gone: bool,
    pub busy: bool,
    pub devices: u64,
}

impl Store {
    /// How many of the selection's devices the inventory has and the search finds.
    pub async fn count_selected(
        &self,
        selection: &Selection,
        search: &DeviceFilter,
        today: Date,
    ) -> Result<u64, StoreError> {
        let ids = ids_of(selection);
        let total: i64 = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new("SELECT COUNT(*) FROM device");
            push_filter(&mut query, search, today, Way::Walk);
            query.push(" AND id IN ");
            self.push_ids(&mut query, &ids);
            query.build_query_scalar().fetch_one(pool).await?
        });
        Ok(count(total))
    }

    /// The rows of one page of a selection.
    pub async fn list_selected(
        &self,
        view: &GridView,
        selection: &Selection,
        total: u64,
        today: Date,
    ) -> Result<Vec<Device>, StoreError> {
        let Some(window) = Window::of(view, total) else {
            return Ok(Vec::new());
        };
        let ids = ids_of(selection);
        let rows: Vec<DeviceRow> = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new(format!(
                "SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW} FROM device \
                 WHERE id IN (SELECT id FROM device"
            ));
            push_filter(&mut query, &view.filter, today, Way::Walk);
            query.push(" AND id IN ");
            self.push_ids(&mut query, &ids);
            window.push(&mut query, Way::Walk);
            query.push(")").push(order_by(view.sort, Way::Gather));
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(Device::try_from).collect()
    }

    /// The highest id of a device, gone or not.
    pub async fn highest_device(&self) -> Result<Option<DeviceId>, StoreError> {
        let highest: Option<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar("SELECT MAX(id) FROM device")
                .fetch_one(pool)
                .await?
        });
        highest.map(device_id).transpose()
    }

    /// Those of the selection's devices that the inventory has.
    pub async fn known_devices(&self, selection: &Selection) -> Result<Selection, StoreError> {
        let known = format!(
            "SELECT {} FROM device WHERE gone = FALSE AND id IN IDS($1)",
            self.pool.listed_ids()
        );
        let ids: String = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&known))
                .bind(ids_of(selection))
                .fetch_one(pool)
                .await?
        });
        selection_of(&ids)
    }

    /// Counts the selection's devices by what the eligibility rules look at.
    pub async fn selection_groups(
        &self,
        selection: &Selection,
    ) -> Result<Vec<SelectionGroup>, StoreError> {
        const GROUPS: &str = "
            SELECT status, gone, busy, COUNT(*) FROM (
                SELECT device.status, device.gone, item.device IS NOT NULL AS busy
                FROM device
                LEFT JOIN job_item item ON item.device = device.id
                    AND item.state IN ('pending', 'sent', 'unconfirmed')
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
            SELECT device.id, device.status, device.gone, item.device IS NOT NULL
            FROM device
            LEFT JOIN job_item item ON item.device = device.id
                AND item.state IN ('pending', 'sent', 'unconfirmed')
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
    fn push_ids<DB>(&self, query: &mut QueryBuilder<DB>, ids: &str)
    where
        DB: sqlx::Database,
        String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        let (before, after) = self.pool.id_list_query();
        query.push(before).push_bind(ids.to_owned()).push(after);
    }
}

fn ids_of(selection: &Selection) -> String {
    id_list(selection.iter().map(|id| id.0))
}
