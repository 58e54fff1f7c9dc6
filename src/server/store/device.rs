//! The inventory: listing, counting and resolving devices.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sqlx::QueryBuilder;

use super::device_filter::{order_by, push_filter, reversed};
use super::pool::{id_list, on_pool};
use super::row::{DIRECTORY_COLUMNS, DeviceRow, DirectoryRow, count, device_id};
use super::{Store, StoreError};
use crate::domain::device::{Device, DeviceId, DirectoryDevice};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, Sort};
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Date;

/// How many filters have their counts remembered.
const COUNTS_KEPT: usize = 256;

/// Exact counts of filters, each true for one generation of the inventory.
#[derive(Debug, Default)]
pub struct CountCache(Mutex<HashMap<(DeviceFilter, Date), (i64, u64)>>);

impl CountCache {
    fn get(&self, filter: &DeviceFilter, today: Date, generation: i64) -> Option<u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (counted_at, total) = counts.get(&(filter.clone(), today))?;
        (*counted_at == generation).then_some(*total)
    }

    fn put(&self, filter: &DeviceFilter, today: Date, generation: i64, total: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTS_KEPT {
            counts.retain(|_, (counted_at, _)| *counted_at == generation);
        }
        if counts.len() >= COUNTS_KEPT {
            counts.clear();
        }
        counts.insert((filter.clone(), today), (generation, total));
    }
}

/// A group of a selection's devices that any rule treats alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionGroup {
    pub status: DeviceStatus,
    pub gone: bool,
    pub busy: bool,
    pub devices: u64,
}

/// A row that is not gone was seen by the last complete refresh at the least.
const COLUMNS_OF_ROW: &str = "CASE WHEN gone = FALSE AND read_at < (SELECT complete_as_of
        FROM inventory) THEN (SELECT complete_as_of FROM inventory) ELSE read_at END AS read_at,
    version, gone,
    (SELECT job.number FROM job_item JOIN job ON job.id = job_item.job_id
     WHERE job_item.device = device.id
       AND job_item.state IN ('pending', 'sent', 'unconfirmed')) AS in_job";

impl Store {
    /// Rises whenever a device row changes.
    pub async fn generation(&self) -> Result<i64, StoreError> {
        const GENERATION: &str = "SELECT generation FROM inventory";
        Ok(on_pool!(self, |pool| sqlx::query_scalar(GENERATION)
            .fetch_one(pool)
            .await?))
    }

    /// How many devices match, exactly.
    pub async fn count_devices(
        &self,
        filter: &DeviceFilter,
        today: Date,
    ) -> Result<u64, StoreError> {
        let generation = self.generation().await?;
        if let Some(total) = self.counts.get(filter, today, generation) {
            return Ok(total);
        }
        let total: i64 = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new("SELECT COUNT(*) FROM device");
            push_filter(&mut query, filter, today);
            query.build_query_scalar().fetch_one(pool).await?
        });
        let total = count(total);
        self.counts.put(filter, today, generation, total);
        Ok(total)
    }

    /// The rows of one page, in the view's order. `total` is the number of matching
    /// devices, from which the nearer end is chosen.
    pub async fn list_devices(
        &self,
        view: &GridView,
        total: u64,
        today: Date,
    ) -> Result<Vec<Device>, StoreError> {
        let Some(window) = Window::of(view, total) else {
            return Ok(Vec::new());
        };
        let rows: Vec<DeviceRow> = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new(format!(
                "SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW} FROM device \
                 WHERE id IN (SELECT id FROM device"
            ));
            push_filter(&mut query, &view.filter, today);
            window.push(&mut query);
            query.push(")").push(order_by(view.sort));
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(Device::try_from).collect()
    }

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
            push_filter(&mut query, search, today);
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
            push_filter(&mut query, &view.filter, today);
            query.push(" AND id IN ");
            self.push_ids(&mut query, &ids);
            window.push(&mut query);
            query.push(")").push(order_by(view.sort));
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(Device::try_from).collect()
    }

    fn push_ids<DB>(&self, query: &mut QueryBuilder<DB>, ids: &str)
    where
        DB: sqlx::Database,
        String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        let (before, after) = self.pool.id_list_query();
        query.push(before).push_bind(ids.to_owned()).push(after);
    }

    /// Every device that matches at this moment.
    pub async fn matching_devices(
        &self,
        filter: &DeviceFilter,
        today: Date,
    ) -> Result<Selection, StoreError> {
        let ids: Vec<i32> = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new("SELECT id FROM device");
            push_filter(&mut query, filter, today);
            query.build_query_scalar().fetch_all(pool).await?
        });
        ids.into_iter().map(device_id).collect()
    }

    /// Those of the selection's devices that the inventory has.
    pub async fn known_devices(&self, selection: &Selection) -> Result<Selection, StoreError> {
        const KNOWN: &str = "SELECT id FROM device WHERE gone = FALSE AND id IN IDS($1)";
        let ids: Vec<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(KNOWN))
                .bind(ids_of(selection))
                .fetch_all(pool)
                .await?
        });
        ids.into_iter().map(device_id).collect()
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

    /// One device by the directory's id, gone or not.
    pub async fn device(&self, directory_id: &str) -> Result<Option<Device>, StoreError> {
        let sql = format!(
            "SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW} FROM device WHERE device_id = $1"
        );
        let row: Option<DeviceRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(directory_id)
                .fetch_optional(pool)
                .await?
        });
        row.map(Device::try_from).transpose()
    }

    /// The different values of an indexed column, in order. Each is one step into
    /// the index, however many devices share it.
    pub async fn distinct_values(&self, facet: Facet) -> Result<Vec<String>, StoreError> {
        let column = facet.column();
        let sql = format!(
            "WITH RECURSIVE facet(value) AS (
                 SELECT MIN({column}) FROM device WHERE gone = FALSE
                 UNION ALL
                 SELECT (SELECT MIN({column}) FROM device
                         WHERE gone = FALSE AND {column} > facet.value)
                 FROM facet WHERE facet.value IS NOT NULL)
             SELECT value FROM facet WHERE value <> ''"
        );
        Ok(on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&sql))
                .fetch_all(pool)
                .await?
        }))
    }

    /// The next devices that match, after this id: the rows of an export, a piece at
    /// a time.
    pub async fn export_matching(
        &self,
        filter: &DeviceFilter,
        after: DeviceId,
        limit: u32,
        today: Date,
    ) -> Result<Vec<(DeviceId, DirectoryDevice)>, StoreError> {
        let rows: Vec<ExportRow> = on_pool!(self, |pool| {
            let mut query =
                QueryBuilder::new(format!("SELECT id, {DIRECTORY_COLUMNS} FROM device"));
            push_filter(&mut query, filter, today);
            query.push(" AND id > ").push_bind(i64::from(after.0));
            query
                .push(" ORDER BY id LIMIT ")
                .push_bind(i64::from(limit));
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter()
            .map(|row| Ok((device_id(row.id)?, row.directory.into())))
            .collect()
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

#[derive(sqlx::FromRow)]
struct ExportRow {
    id: i32,
    #[sqlx(flatten)]
    directory: DirectoryRow,
}

/// A column whose different values a filter offers.
#[derive(Clone, Copy, Debug)]
pub enum Facet {
    OrgUnit,
    Model,
    Status,
}

impl Facet {
    fn column(self) -> &'static str {
        match self {
            Self::OrgUnit => "org_unit",
            Self::Model => "model",
            Self::Status => "status",
        }
    }
}

/// Which rows of an order make up a page, counted from the nearer end.
struct Window {
    sort: Sort,
    limit: u64,
    offset: u64,
}

impl Window {
    /// `None` if the page lies beyond the last.
    fn of(view: &GridView, total: u64) -> Option<Self> {
        let offset = view.offset();
        let rows = total
            .checked_sub(offset)
            .filter(|rest| *rest != 0)?
            .min(view.size.into());
        let from_end = total - offset - rows;
        Some(if from_end < offset {
            Self {
                sort: reversed(view.sort),
                limit: rows,
                offset: from_end,
            }
        } else {
            Self {
                sort: view.sort,
                limit: rows,
                offset,
            }
        })
    }

    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: sqlx::Database,
        i64: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        query.push(order_by(self.sort)).push(" LIMIT ");
        query
            .push_bind(self.limit as i64)
            .push(" OFFSET ")
            .push_bind(self.offset as i64);
    }
}

fn ids_of(selection: &Selection) -> String {
    id_list(selection.iter().map(|id| id.0))
}
