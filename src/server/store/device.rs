//! The inventory: listing, counting and resolving devices.

use sqlx::QueryBuilder;

use super::device_filter::{Way, order_by, push_filter, reversed};
use super::pool::on_pool;
use super::row::{DIRECTORY_COLUMNS, DeviceRow, DirectoryRow, count, device_id, selection_of};
use super::{Store, StoreError};
use crate::domain::device::{Device, DeviceId, DirectoryDevice};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, Sort};
use crate::domain::selection::Selection;
use crate::domain::time::Date;

/// A row that is not gone was seen by the last complete refresh at the least.
pub(super) const COLUMNS_OF_ROW: &str =
    "CASE WHEN gone = FALSE AND read_at < (SELECT complete_as_of
        FROM inventory) THEN (SELECT complete_as_of FROM inventory) ELSE read_at END AS read_at,
    version, gone,
    (SELECT job.number FROM job_item JOIN job ON job.id = job_item.job_id
     WHERE job_item.device = device.id
       AND job_item.state IN ('pending', 'sent', 'unconfirmed')) AS in_job";

impl Store {
    pub async fn generation(&self) -> Result<Generation, StoreError> {
        const GENERATION: &str = "SELECT generation, reading FROM inventory";
        Ok(on_pool!(self, |pool| sqlx::query_as(GENERATION)
            .fetch_one(pool)
            .await?))
    }

    /// How many devices match, exactly.
    pub async fn count_devices(
        &self,
        filter: &DeviceFilter,
        today: Date,
    ) -> Result<u64, StoreError> {
        let generation = self.generation().await?.of(filter);
        if let Some(total) = self.counts.get(filter, today, generation) {
            return Ok(total);
        }
        let total: i64 = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new("SELECT COUNT(*) FROM device");
            push_filter(&mut query, filter, today, Way::Gather);
            query.build_query_scalar().fetch_one(pool).await?
        });
        let total = count(total);
        self.counts.put(filter, today, generation, total);
        Ok(total)
    }

    /// How many devices match, exactly, of how many there are.
    pub async fn counts(&self, filter: &DeviceFilter, today: Date) -> Result<Counts, StoreError> {
        let matching = self.count_devices(filter, today).await?;
        let every = DeviceFilter::default();
        let all = if *filter == every {
            matching
        } else {
            self.count_devices(&every, today).await?
        };
        Ok(Counts { matching, all })
    }

    /// The rows of one page, in the view's order. The counts say from which end, and
    /// which way, they are reached soonest.
    pub async fn list_devices(
        &self,
        view: &GridView,
        counts: Counts,
        today: Date,
    ) -> Result<Vec<Device>, StoreError> {
        let Some(window) = Window::of(view, counts.matching) else {
            return Ok(Vec::new());
        };
        let way = Way::to(window.end(), counts.matching, counts.all, &view.filter);
        let rows: Vec<DeviceRow> = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new(format!(
                "SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW} FROM device \
                 WHERE id IN (SELECT id FROM device"
            ));
            push_filter(&mut query, &view.filter, today, way);
            window.push(&mut query, way);
            query.push(")").push(order_by(view.sort, Way::Gather));
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(Device::try_from).collect()
    }

    /// Every device that matches at this moment.
    pub async fn matching_devices(
        &self,
        filter: &DeviceFilter,
        today: Date,
    ) -> Result<Selection, StoreError> {
        let ids: String = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new("SELECT ");
            query.push(self.pool.listed_ids());
            query.push(" FROM (SELECT id FROM device");
            push_filter(&mut query, filter, today, Way::Gather);
            query.push(") AS matching");
            query.build_query_scalar().fetch_one(pool).await?
        });
        selection_of(&ids)
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
            push_filter(&mut query, filter, today, Way::Gather);
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
}

/// How new the inventory's rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Generation {
    /// Rises whenever a device row changes.
    generation: i64,
    /// Rises whenever it may have changed by more than its status.
    pub reading: i64,
}

impl Generation {
    /// What the devices that match a filter depend on: another number, other devices.
    fn of(self, filter: &DeviceFilter) -> i64 {
        if filter.statuses.is_empty() {
            self.reading
        } else {
            self.generation
        }
    }
}

/// Devices that a filter matches, and devices in the whole inventory, gone ones left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub matching: u64,
    pub all: u64,
}

#[derive(sqlx::FromRow)]
struct ExportRow {
    id: i32,
    #[sqlx(flatten)]
    directory: DirectoryRow,
}

/// Which rows of an order make up a page, counted from the nearer end.
pub(super) struct Window {
    sort: Sort,
    limit: u64,
    offset: u64,
}

impl Window {
    /// `None` if the page lies beyond the last.
    pub fn of(view: &GridView, total: u64) -> Option<Self> {
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

    /// How many rows of the order make it up, from its beginning.
    pub fn end(&self) -> u64 {
        self.offset + self.limit
    }

    pub fn push<DB>(&self, query: &mut QueryBuilder<DB>, way: Way)
    where
        DB: sqlx::Database,
        i64: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        query.push(order_by(self.sort, way)).push(" LIMIT ");
        query
            .push_bind(self.limit as i64)
            .push(" OFFSET ")
            .push_bind(self.offset as i64);
    }
}
