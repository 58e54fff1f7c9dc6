//! Bringing a page of the directory into the inventory. Rows that are as they were
//! are not written.

use std::collections::{HashMap, HashSet};

use sqlx::QueryBuilder;

use super::pool::{on_tx, text_list};
use super::refresh::bump_generation;
use super::row::{DIRECTORY_COLUMNS, DirectoryRow, device_id};
use super::{StoreError, Tx};
use crate::domain::device::{DeviceId, DirectoryDevice};
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// Rows in one INSERT: 26 values each, and SQLite takes 32,766 in a statement.
const ROWS_PER_INSERT: usize = 500;

/// A change is seen by all who read within this time, in milliseconds.
const PROPAGATION_TIME: i64 = 60 * 60_000;

/// What bringing a page of devices into the inventory did.
#[derive(Debug, Default)]
pub struct UpsertCounts {
    pub added: u64,
    pub changed: u64,
    /// The inventory's ids of the page's devices.
    pub seen: Selection,
}

pub(super) async fn upsert_devices(
    tx: &mut Tx,
    devices: &[DirectoryDevice],
    now: Timestamp,
) -> Result<UpsertCounts, StoreError> {
    // Takes the inventory's lock, so that new ids have no twin.
    let stamp = bump_generation(tx).await?;
    let known = known_rows(tx, devices).await?;
    let mut counts = UpsertCounts::default();
    let mut new: Vec<&DirectoryDevice> = Vec::new();
    let mut written: Vec<(DeviceId, &DirectoryDevice)> = Vec::new();
    let mut placed: HashSet<&str> = HashSet::new();
    for device in devices {
        match known.get(&device.device_id) {
            // A listing can hold a device twice; the first one counts.
            _ if !placed.insert(&device.device_id) => {}
            None => new.push(device),
            Some((id, gone, as_known)) => {
                counts.seen.set(*id, true);
                if is_behind(as_known, device, now) {
                    continue;
                }
                if *gone || as_known != device {
                    written.push((*id, device));
                }
            }
        }
    }
    counts.changed = written.len() as u64;
    counts.added = new.len() as u64;
    if !new.is_empty() {
        const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM device";
        let next: i32 = on_tx!(tx, |conn| sqlx::query_scalar(NEXT).fetch_one(conn).await?);
        for (id, device) in (next as u32..).map(DeviceId).zip(new) {
            counts.seen.set(id, true);
            written.push((id, device));
        }
    }
    for rows in written.chunks(ROWS_PER_INSERT) {
        write_devices(tx, rows, (now, stamp)).await?;
    }
    Ok(counts)
}

/// Whether the read device shows the state before its deprovisioning: large directories return
/// changes late. A deprovisioned device becomes active only by a new enrollment.
fn is_behind(known: &DirectoryDevice, read: &DirectoryDevice, now: Timestamp) -> bool {
    let Some(at) = known.deprovisioned_at else {
        return false;
    };
    known.status == DeviceStatus::Deprovisioned
        && read.status != DeviceStatus::Deprovisioned
        && read.last_enrolled.is_none_or(|enrolled| enrolled <= at)
        && now.0 < at.0 + PROPAGATION_TIME
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

/// Writes devices under their numbers: new ones, or what is new of known ones. A number that
/// another device has is an error: one device never gets what belongs to another.
async fn write_devices(
    tx: &mut Tx,
    rows: &[(DeviceId, &DirectoryDevice)],
    (now, generation): (Timestamp, i64),
) -> Result<(), StoreError> {
    // The device's own id is what a known one is known by: it stays.
    let replaced: Vec<String> = DIRECTORY_COLUMNS
        .split(", ")
        .skip(1)
        .chain(["read_at", "generation", "gone"])
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let written = on_tx!(tx, |conn| {
        let mut query = QueryBuilder::new(format!(
            "INSERT INTO device (id, {DIRECTORY_COLUMNS}, read_at, generation, version, gone) "
        ));
        query.push_values(rows, |mut row, (id, device)| {
            row.push_bind(i64::from(id.0));
            super::row::push_directory!(row, device);
            row.push_bind(now.0)
                .push_bind(generation)
                .push("1")
                .push("FALSE");
        });
        query
            .push(" ON CONFLICT (id) DO UPDATE SET version = device.version + 1, ")
            .push(replaced.join(", "))
            .push(" WHERE device.device_id = excluded.device_id");
        query.build().execute(conn).await?.rows_affected()
    });
    if written != rows.len() as u64 {
        return Err(StoreError::invalid_data(
            "a number of the inventory belongs to another device".to_owned(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::demo::fleet;
    use crate::server::store::{Database, Store};

    #[tokio::test]
    async fn a_number_of_one_device_never_takes_what_belongs_to_another() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("test.db"));
        let store = Store::open(&database).await.unwrap();
        let devices: Vec<DirectoryDevice> = fleet(2, Timestamp(0).date()).collect();
        let mut tx = store.begin().await.unwrap();
        let written = [(DeviceId(1), &devices[0])];
        let stamp = (Timestamp(1), 1);
        write_devices(&mut tx, &written, stamp).await.unwrap();
        write_devices(&mut tx, &written, stamp).await.unwrap();
        let other = [(DeviceId(1), &devices[1])];
        assert!(write_devices(&mut tx, &other, stamp).await.is_err());
    }
}
