//! Refresh Cache: bringing the inventory up to the directory.

use std::collections::{HashMap, HashSet};

use sqlx::QueryBuilder;

use super::pool::{id_list, on_pool, on_tx, text_list};
use super::row::{DIRECTORY_COLUMNS, DirectoryRow, count, device_id, instant};
use super::{Store, StoreError, Tx};
use crate::domain::device::{DeviceId, DirectoryDevice};
use crate::domain::filter::search_text;
use crate::domain::refresh::{CacheState, Refresh};
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;

/// Rows in one INSERT: 22 values each, and SQLite takes 32,766 in a statement.
const ROWS_PER_INSERT: usize = 500;

/// What bringing a page of devices into the inventory did.
#[derive(Debug, Default)]
pub struct UpsertCounts {
    pub added: u64,
    pub changed: u64,
    /// The inventory's ids of the page's devices.
    pub seen: Selection,
}

impl Store {
    /// The inventory's age, and the refresh that runs or ended last.
    pub async fn cache_state(&self, now: Timestamp) -> Result<CacheState, StoreError> {
        const STATE: &str = "SELECT generation, complete_as_of FROM inventory";
        const LAST: &str = "
            SELECT number, started_by, started_at, finished_at, read_count, expected, added,
                changed, gone, failure
            FROM inventory_refresh ORDER BY number DESC LIMIT 1";
        type Row = (i32, String, i64, i64, i64, i64, i64, i64, i64, String);

        let (generation, complete_as_of): (i64, i64) =
            on_pool!(self, |pool| sqlx::query_as(STATE).fetch_one(pool).await?);
        let last: Option<Row> = on_pool!(self, |pool| sqlx::query_as(LAST)
            .fetch_optional(pool)
            .await?);
        Ok(CacheState {
            now,
            complete_as_of: instant(complete_as_of),
            generation: count(generation),
            last: last.map(|row| Refresh {
                number: row.0 as u32,
                started_by: row.1,
                started_at: Timestamp(row.2),
                finished_at: instant(row.3),
                read: count(row.4),
                expected: u64::try_from(row.5).ok(),
                added: count(row.6),
                changed: count(row.7),
                gone: count(row.8),
                failure: row.9,
            }),
        })
    }

    /// Puts a new refresh on record. `None` if one is running: there is one at a
    /// time, whoever asks.
    pub async fn begin_refresh(
        &self,
        operator: &str,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        const BEGIN: &str = "
            INSERT INTO inventory_refresh (number, started_by, started_at, finished_at,
                read_count, expected, added, changed, gone, failure)
            SELECT COALESCE(MAX(number), 0) + 1, $1, $2, 0, 0, $3, 0, 0, 0, ''
            FROM inventory_refresh
            HAVING COUNT(CASE WHEN finished_at = 0 THEN 1 END) = 0
            RETURNING number";
        let mut tx = self.begin().await?;
        bump_generation(&mut tx).await?;
        let number: Option<i32> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(BEGIN)
                .bind(operator)
                .bind(now.0)
                .bind(expected.map_or(-1, |expected| expected as i64))
                .fetch_optional(conn)
                .await?
        });
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

    /// Ends a refresh that read the whole directory: what it did not see is gone.
    pub async fn finish_refresh(
        &self,
        number: u32,
        seen: &Selection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const PRESENT: &str = "SELECT id FROM device WHERE gone = FALSE";
        const GONE: &str = "
            UPDATE device SET gone = TRUE, read_at = $2, version = version + 1
            WHERE id IN IDS($1) AND gone = FALSE";
        const FINISH: &str = "
            UPDATE inventory_refresh SET finished_at = $2, gone = $3 WHERE number = $1";
        const COMPLETE: &str = "
            UPDATE inventory SET complete_as_of =
                (SELECT started_at FROM inventory_refresh WHERE number = $1)";

        let mut tx = self.begin().await?;
        let present: Vec<i32> = on_tx!(&mut tx, |conn| sqlx::query_scalar(PRESENT)
            .fetch_all(conn)
            .await?);
        let mut missing = Vec::new();
        for id in present {
            let id = device_id(id)?;
            if !seen.contains(id) {
                missing.push(id);
            }
        }
        if !missing.is_empty() {
            let sql = tx.sql(GONE);
            on_tx!(&mut tx, |conn| {
                sqlx::query(sql)
                    .bind(id_list(missing.iter().map(|id| id.0)))
                    .bind(now.0)
                    .execute(conn)
                    .await?;
            });
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(FINISH)
                .bind(i64::from(number))
                .bind(now.0)
                .bind(missing.len() as i64)
                .execute(conn)
                .await?;
        });
        on_tx!(&mut tx, |conn| {
            sqlx::query(COMPLETE)
                .bind(i64::from(number))
                .execute(conn)
                .await?;
        });
        bump_generation(&mut tx).await?;
        tx.commit().await?;
        self.analyze_devices().await
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

    /// Ends refreshes that a stopped server left behind.
    pub async fn fail_abandoned_refreshes(&self, now: Timestamp) -> Result<(), StoreError> {
        const FAIL: &str = "
            UPDATE inventory_refresh SET finished_at = $1, failure = 'the server was stopped.'
            WHERE finished_at = 0";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(FAIL).bind(now.0).execute(conn).await?;
        });
        tx.commit().await
    }

    /// Lets the database see the shape of the inventory, so that it takes the right
    /// index.
    async fn analyze_devices(&self) -> Result<(), StoreError> {
        match &self.pool {
            super::pool::Pool::Sqlite { write, .. } => {
                sqlx::query("PRAGMA analysis_limit = 1000")
                    .execute(write)
                    .await?;
                sqlx::query("ANALYZE device").execute(write).await?;
            }
            super::pool::Pool::Postgres(pool) => {
                sqlx::query("VACUUM (ANALYZE) device").execute(pool).await?;
            }
        }
        Ok(())
    }
}

/// Says that device rows changed: remembered counts are no longer true.
pub(super) async fn bump_generation(tx: &mut Tx) -> Result<(), StoreError> {
    const BUMP: &str = "UPDATE inventory SET generation = generation + 1 WHERE id = 1";
    on_tx!(tx, |conn| {
        sqlx::query(BUMP).execute(conn).await?;
    });
    Ok(())
}

async fn upsert_devices(
    tx: &mut Tx,
    devices: &[DirectoryDevice],
    now: Timestamp,
) -> Result<UpsertCounts, StoreError> {
    // Takes the inventory's lock, so that new ids have no twin.
    bump_generation(tx).await?;
    let known = known_rows(tx, devices).await?;
    let mut counts = UpsertCounts::default();
    let mut new: Vec<&DirectoryDevice> = Vec::new();
    let mut placed: HashSet<&str> = HashSet::new();
    for device in devices {
        match known.get(&device.device_id) {
            // A listing can hold a device twice; the first one counts.
            _ if !placed.insert(&device.device_id) => {}
            None => new.push(device),
            Some((id, gone, as_known)) => {
                counts.seen.set(*id, true);
                if *gone || as_known != device {
                    update_device(tx, *id, device, now).await?;
                    counts.changed += 1;
                }
            }
        }
    }
    if !new.is_empty() {
        const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM device";
        let next: i32 = on_tx!(tx, |conn| sqlx::query_scalar(NEXT).fetch_one(conn).await?);
        for (i, rows) in new.chunks(ROWS_PER_INSERT).enumerate() {
            let first = next as u32 + (i * ROWS_PER_INSERT) as u32;
            insert_devices(tx, first, rows, now).await?;
            for n in 0..rows.len() as u32 {
                counts.seen.set(DeviceId(first + n), true);
            }
        }
        counts.added = new.len() as u64;
    }
    Ok(counts)
}

type KnownRows = HashMap<String, (DeviceId, bool, DirectoryDevice)>;

async fn known_rows(tx: &mut Tx, devices: &[DirectoryDevice]) -> Result<KnownRows, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: i32,
        gone: bool,
        #[sqlx(flatten)]
        directory: DirectoryRow,
    }
    let sql = tx.sql(&format!(
        "SELECT id, gone, {DIRECTORY_COLUMNS} FROM device WHERE device_id IN TEXTS($1)"
    ));
    let rows: Vec<Row> = on_tx!(tx, |conn| {
        sqlx::query_as(sql)
            .bind(text_list(devices.iter().map(|device| &device.device_id)))
            .fetch_all(conn)
            .await?
    });
    rows.into_iter()
        .map(|row| {
            let device = DirectoryDevice::from(row.directory);
            Ok((
                device.device_id.clone(),
                (device_id(row.id)?, row.gone, device),
            ))
        })
        .collect()
}

async fn insert_devices(
    tx: &mut Tx,
    first: u32,
    rows: &[&DirectoryDevice],
    now: Timestamp,
) -> Result<(), StoreError> {
    on_tx!(tx, |conn| {
        let mut query = QueryBuilder::new(format!(
            "INSERT INTO device (id, {DIRECTORY_COLUMNS}, search, read_at, version, gone) "
        ));
        query.push_values(rows.iter().enumerate(), |mut row, (n, device)| {
            row.push_bind(i64::from(first) + n as i64);
            super::row::push_directory!(row, device);
            row.push_bind(search_text(device))
                .push_bind(now.0)
                .push("1")
                .push("FALSE");
        });
        query.build().execute(conn).await?;
    });
    Ok(())
}

async fn update_device(
    tx: &mut Tx,
    id: DeviceId,
    device: &DirectoryDevice,
    now: Timestamp,
) -> Result<(), StoreError> {
    const UPDATE: &str = "
        UPDATE device SET device_id = $1, serial = $2, asset_id = $3, status = $4, org_unit = $5,
            model = $6, annotated_user = $7, location = $8, notes = $9, os_version = $10,
            licence = $11, last_sync = $12, first_enrolled = $13, last_enrolled = $14,
            auto_update = $15, deprovision_reason = $16, deprovisioned_at = $17, search = $18,
            read_at = $19, version = version + 1, gone = FALSE
        WHERE id = $20";
    on_tx!(tx, |conn| {
        super::row::bind_directory!(sqlx::query(UPDATE), device)
            .bind(search_text(device))
            .bind(now.0)
            .bind(i64::from(id.0))
            .execute(conn)
            .await?;
    });
    Ok(())
}
