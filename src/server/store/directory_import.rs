//! What an import reads and writes of the embedded local directory.

use sqlx::QueryBuilder;

use super::pool::{Conn, on_tx, text_list};
use super::row::{DIRECTORY_COLUMNS, DirectoryRow, push_directory};
use super::{StoreError, Tx};
use crate::domain::device::DirectoryDevice;

/// Rows in one INSERT: 21 values each, and SQLite takes 32,766 in a statement.
const ROWS_PER_INSERT: usize = 500;

/// The directory's devices that have one of these ids or one of these serial
/// numbers, each once.
pub async fn matching_directory_devices(
    tx: &mut Tx,
    device_ids: &[&str],
    serials: &[&str],
) -> Result<Vec<DirectoryDevice>, StoreError> {
    let sql = tx.sql(&format!(
        "SELECT {DIRECTORY_COLUMNS} FROM directory_device WHERE device_id IN TEXTS($1)
         UNION
         SELECT {DIRECTORY_COLUMNS} FROM directory_device WHERE serial IN TEXTS($2)"
    ));
    let rows: Vec<DirectoryRow> = on_tx!(tx, |conn| {
        sqlx::query_as(sql)
            .bind(text_list(device_ids))
            .bind(text_list(serials))
            .fetch_all(conn)
            .await?
    });
    Ok(rows.into_iter().map(DirectoryDevice::from).collect())
}

/// Adds devices to the directory, or puts them in place of what it had under
/// their ids, of which no two may be the same.
pub async fn save_directory_devices(
    tx: &mut Tx,
    devices: &[DirectoryDevice],
) -> Result<(), StoreError> {
    let replaced: Vec<String> = DIRECTORY_COLUMNS
        .split(", ")
        .skip(1)
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    for rows in devices.chunks(ROWS_PER_INSERT) {
        on_tx!(tx, |conn| {
            let mut query = QueryBuilder::new(format!(
                "INSERT INTO directory_device ({DIRECTORY_COLUMNS}) "
            ));
            query.push_values(rows, |mut row, device| push_directory!(row, device));
            query
                .push(" ON CONFLICT (device_id) DO UPDATE SET ")
                .push(replaced.join(", "));
            query.build().execute(conn).await?;
        });
    }
    Ok(())
}

/// Lets Postgres see that serial numbers are all different. Of a table that was
/// empty a moment ago it knows nothing, and would read it from end to end for
/// every batch rather than use its index. SQLite uses the index unasked.
pub async fn analyze_directory_devices(tx: &mut Tx) -> Result<(), StoreError> {
    if let Conn::Postgres(tx) = &mut tx.conn {
        sqlx::query("ANALYZE directory_device")
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
