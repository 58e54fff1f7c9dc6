//! Refresh Cache: bringing the inventory up to the directory.

use sqlx::FromRow;

use super::pool::{Pool, id_list, on_pool, on_tx};
use super::row::{count, instant, selection_of};
use super::upsert::{UpsertCounts, upsert_devices};
use super::{Store, StoreError, Tx};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::device::DirectoryDevice;
use crate::domain::refresh::{CacheState, Refresh};
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;

/// The columns of a [`CacheRow`], and where they come from.
pub(super) const CACHE_COLUMNS: &str = "
    generation, complete_as_of, CLOCK() AS now, last.number, started_by, started_at, finished_at,
    read_count, expected, added, changed, gone, unclear, failure";
pub(super) const CACHE: &str = "
    inventory LEFT JOIN
        (SELECT * FROM inventory_refresh ORDER BY number DESC LIMIT 1) AS last ON TRUE";

/// The inventory, and the refresh that began last if there ever was one.
#[derive(FromRow)]
pub(super) struct CacheRow {
    pub generation: i64,
    complete_as_of: i64,
    now: i64,
    number: Option<i32>,
    started_by: Option<String>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    read_count: Option<i64>,
    expected: Option<i64>,
    added: Option<i64>,
    changed: Option<i64>,
    gone: Option<i64>,
    unclear: Option<i64>,
    failure: Option<String>,
}

impl From<CacheRow> for CacheState {
    fn from(row: CacheRow) -> Self {
        let counted = |number: Option<i64>| count(number.unwrap_or_default());
        Self {
            now: Timestamp(row.now),
            complete_as_of: instant(row.complete_as_of),
            generation: count(row.generation),
            last: row.number.map(|number| Refresh {
                number: number as u32,
                started_by: row.started_by.unwrap_or_default(),
                started_at: Timestamp(row.started_at.unwrap_or_default()),
                finished_at: instant(row.finished_at.unwrap_or_default()),
                read: counted(row.read_count),
                expected: row.expected.and_then(|number| u64::try_from(number).ok()),
                added: counted(row.added),
                changed: counted(row.changed),
                gone: counted(row.gone),
                unclear: counted(row.unclear),
                failure: row.failure.unwrap_or_default(),
                uncounted: false,
            }),
        }
    }
}

impl Store {
    /// The inventory's age, and the refresh that runs or ended last.
    pub async fn cache_state(&self) -> Result<CacheState, StoreError> {
        let sql = format!("SELECT {CACHE_COLUMNS} FROM {CACHE}");
        let row: CacheRow = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql)).fetch_one(pool).await?
        });
        Ok(CacheState::from(row))
    }

    /// Puts a new refresh on record. `None` if one is running: there is one at a
    /// time, whoever asks.
    pub async fn begin_refresh(
        &self,
        by: impl Into<Actor>,
        worker: i64,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        const BEGIN: &str = "
            INSERT INTO inventory_refresh (number, started_by, started_at, finished_at,
                read_count, expected, added, changed, gone, failure, worker)
            SELECT COALESCE(MAX(number), 0) + 1, $1, $2, 0, 0, $3, 0, 0, 0, '', $4
            FROM inventory_refresh
            HAVING COUNT(CASE WHEN finished_at = 0 THEN 1 END) = 0
            RETURNING number";
        let by = by.into();
        let mut tx = self.begin().await?;
        bump_generation(&mut tx).await?;
        let number: Option<i32> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(BEGIN)
                .bind(by.name.as_str())
                .bind(now.0)
                .bind(expected.map_or(-1, |expected| expected as i64))
                .bind(worker)
                .fetch_optional(conn)
                .await?
        });
        if let Some(number) = number {
            tx.record(Event::new(&by, Act::Refreshed).with("number", number));
        }
        tx.commit().await?;
        Ok(number.map(|number| number as u32))
    }

    /// Brings one page of the directory into the inventory, and the refresh's counts
    /// with it. Rows that are as they were are not written.
    pub async fn refresh_page(
        &self,
        number: u32,
        devices: &[DirectoryDevice],
        now: Timestamp,
    ) -> Result<UpsertCounts, StoreError> {
        const COUNT: &str = "
            UPDATE inventory_refresh SET read_count = read_count + $2, added = added + $3,
                changed = changed + $4
            WHERE number = $1";
        let mut tx = self.begin().await?;
        let counts = upsert_devices(&mut tx, devices, now).await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(COUNT)
                .bind(i64::from(number))
                .bind(devices.len() as i64)
                .bind(counts.added as i64)
                .bind(counts.changed as i64)
                .execute(conn)
                .await?;
        });
        tx.commit().await?;
        Ok(counts)
    }

    /// The directory's ids of the devices that are there and not among these.
    pub async fn present_devices_but(&self, seen: &Selection) -> Result<Vec<String>, StoreError> {
        const NAMES: &str = "SELECT device_id FROM device WHERE id IN IDS($1)";
        let present = self.pool.sql(&present_ids(&self.pool));
        let present: String = on_pool!(self, |pool| {
            sqlx::query_scalar(present).fetch_one(pool).await?
        });
        let mut missing = selection_of(&present)?;
        missing.remove_all(seen);
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        Ok(on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(NAMES))
                .bind(id_list(missing.iter().map(|id| id.0)))
                .fetch_all(pool)
                .await?
        }))
    }

    /// Brings devices that were read by themselves into the inventory.
    pub async fn take_in_devices(
        &self,
        devices: &[DirectoryDevice],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        upsert_devices(&mut tx, devices, now).await?;
        tx.commit().await
    }

    /// Ends a refresh that read the whole directory: what it did not see is gone. Does
    /// nothing and returns `false` if it was given up meanwhile.
    pub async fn finish_refresh(
        &self,
        number: u32,
        seen: &Selection,
        unclear: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const GONE: &str = "
            UPDATE device SET gone = TRUE, read_at = $2, version = version + 1, generation = $3
            WHERE id IN IDS($1) AND gone = FALSE";
        const FINISH: &str = "
            UPDATE inventory_refresh SET finished_at = $2, gone = $3, unclear = $4
            WHERE number = $1 AND finished_at = 0";
        const COMPLETE: &str = "
            UPDATE inventory SET complete_as_of =
                (SELECT started_at FROM inventory_refresh WHERE number = $1)";

        let mut tx = self.begin().await?;
        let generation = bump_generation(&mut tx).await?;
        let present = self.pool.sql(&present_ids(&self.pool));
        let present: String = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(present).fetch_one(conn).await?
        });
        let mut missing = selection_of(&present)?;
        missing.remove_all(seen);
        let finished = on_tx!(&mut tx, |conn| {
            sqlx::query(FINISH)
                .bind(i64::from(number))
                .bind(now.0)
                .bind(missing.len() as i64)
                .bind(unclear as i64)
                .execute(conn)
                .await?
                .rows_affected()
        });
        if finished == 0 {
            return Ok(false);
        }
        if !missing.is_empty() {
            let sql = tx.sql(GONE);
            on_tx!(&mut tx, |conn| {
                sqlx::query(sql)
                    .bind(id_list(missing.iter().map(|id| id.0)))
                    .bind(now.0)
                    .bind(generation)
                    .execute(conn)
                    .await?;
            });
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(COMPLETE)
                .bind(i64::from(number))
                .execute(conn)
                .await?;
        });
        tx.commit().await?;
        self.analyze_devices().await?;
        Ok(true)
    }

    /// Ends a refresh that broke off. The rows it had not reached stay as they were.
    pub async fn fail_refresh(
        &self,
        number: u32,
        failure: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const FAIL: &str = "
            UPDATE inventory_refresh SET finished_at = $2, failure = $3
            WHERE number = $1 AND finished_at = 0";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(FAIL)
                .bind(i64::from(number))
                .bind(now.0)
                .bind(failure)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }

    /// Ends refreshes whose process is dead: those of others whose proof of life does
    /// not hold.
    pub async fn fail_orphaned_refreshes(&self, me: i64, now: Timestamp) -> Result<(), StoreError> {
        const OPEN: &str = "SELECT number, worker FROM inventory_refresh WHERE finished_at = 0";
        let open: Vec<(i32, i64)> =
            on_pool!(self, |pool| sqlx::query_as(OPEN).fetch_all(pool).await?);
        for (number, worker) in open {
            if worker != me && self.is_dead(worker).await? {
                let why = "the server was stopped.";
                self.fail_refresh(number as u32, why, now).await?;
            }
        }
        Ok(())
    }

    /// Lets the database see the shape of the inventory.
    async fn analyze_devices(&self) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite { write, .. } => {
                sqlx::query("ANALYZE device").execute(write).await?;
            }
            Pool::Postgres(pool) => {
                sqlx::query("VACUUM (ANALYZE) device").execute(pool).await?;
            }
        }
        Ok(())
    }
}

/// The numbers of all devices that are not gone.
fn present_ids(pool: &Pool) -> String {
    format!(
        "SELECT {} FROM device WHERE gone = FALSE",
        pool.listed_ids()
    )
}

/// Says that device rows change, and returns the generation that each of them is given.
/// Nobody else changes any until the transaction ends: a generation is whole once it is
/// seen.
pub(super) async fn bump_generation(tx: &mut Tx) -> Result<i64, StoreError> {
    const BUMP: &str = "
        UPDATE inventory SET generation = generation + 1 WHERE id = 1 RETURNING generation";
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(BUMP)
        .fetch_one(conn)
        .await?))
}
