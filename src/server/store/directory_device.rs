//! The embedded local directory's devices.

use sqlx::QueryBuilder;

use super::pool::{on_pool, on_tx};
use super::row::{DIRECTORY_COLUMNS, DirectoryRow, count, push_directory};
use super::{Store, StoreError, Tx};
use crate::domain::device::DirectoryDevice;

/// Rows in one INSERT: 21 values each, and SQLite takes 32,766 in a statement.
const ROWS_PER_INSERT: usize = 500;

impl Store {
    /// How many devices the local directory has.
    pub async fn count_directory_devices(&self) -> Result<u64, StoreError> {
        const COUNT: &str = "SELECT COUNT(*) FROM directory_device";
        Ok(count(on_pool!(self, |pool| sqlx::query_scalar(COUNT)
            .fetch_one(pool)
            .await?)))
    }

    /// The next devices of the local directory after this id, in the order of ids.
    pub async fn directory_devices_after(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DirectoryDevice>, StoreError> {
        let sql = format!(
            "SELECT {DIRECTORY_COLUMNS} FROM directory_device
             WHERE device_id > $1 ORDER BY device_id LIMIT $2"
        );
        let rows: Vec<DirectoryRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(DirectoryDevice::from).collect())
    }

    /// Fills the empty directory, and remembers whether the fleet is made up.
    pub async fn fill_directory(
        &self,
        fleet: impl Iterator<Item = DirectoryDevice>,
        made_up: bool,
    ) -> Result<(), StoreError> {
        const MARK: &str = "UPDATE inventory SET demonstration = $1";
        let mut fleet = fleet.peekable();
        let mut tx = self.begin().await?;
        while fleet.peek().is_some() {
            let rows: Vec<_> = fleet.by_ref().take(ROWS_PER_INSERT).collect();
            insert_directory_devices(&mut tx, &rows).await?;
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(MARK).bind(made_up).execute(conn).await?;
        });
        tx.commit().await
    }

    /// One device of the local directory.
    pub async fn directory_device(
        &self,
        device_id: &str,
    ) -> Result<Option<DirectoryDevice>, StoreError> {
        let sql = format!("SELECT {DIRECTORY_COLUMNS} FROM directory_device WHERE device_id = $1");
        let row: Option<DirectoryRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(device_id)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(DirectoryDevice::from))
    }

    /// Puts a device into the local directory in place of what was there.
    pub async fn put_directory_device(&self, device: &DirectoryDevice) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        delete_directory_device(&mut tx, &device.device_id).await?;
        insert_directory_devices(&mut tx, std::slice::from_ref(device)).await?;
        tx.commit().await
    }

    /// Takes a device out of the local directory.
    pub async fn delete_directory_device(&self, device_id: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        delete_directory_device(&mut tx, device_id).await?;
        tx.commit().await
    }

    /// Whether the fleet is made up.
    pub async fn is_demonstration(&self) -> Result<bool, StoreError> {
        const DEMONSTRATION: &str = "SELECT demonstration FROM inventory";
        Ok(on_pool!(self, |pool| sqlx::query_scalar(DEMONSTRATION)
            .fetch_one(pool)
            .await?))
    }
}

/// Adds devices that the local directory does not have.
pub(super) async fn insert_directory_devices(
    tx: &mut Tx,
    devices: &[DirectoryDevice],
) -> Result<(), StoreError> {
    for rows in devices.chunks(ROWS_PER_INSERT) {
        on_tx!(tx, |conn| {
            let mut query = QueryBuilder::new(format!(
                "INSERT INTO directory_device ({DIRECTORY_COLUMNS}) "
            ));
            query.push_values(rows, |mut row, device| push_directory!(row, device));
            query.build().execute(conn).await?;
        });
    }
    Ok(())
}

async fn delete_directory_device(tx: &mut Tx, device_id: &str) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM directory_device WHERE device_id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(DELETE).bind(device_id).execute(conn).await?;
    });
    Ok(())
}
