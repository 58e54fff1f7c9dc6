//! Applying a file to the local directory, in one transaction.
//!
//! The file is read on a thread of its own, some batches ahead, and never held
//! whole. What has to be remembered of every row is a hash of its keys, so that a
//! device that comes twice is found in a file of any size.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::io::Read;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::change::{DeviceChange, made_up_id};
use super::error::{FileError, ImportError, Refusal};
use super::reader::{Reader, Row, read};
use super::report::Report;
use crate::domain::device::DirectoryDevice;
use crate::domain::status::DeviceStatus;
use crate::server::store::{
    Store, StoreError, Tx, analyze_directory_devices, matching_directory_devices,
    save_directory_devices,
};

/// Rows looked up and written at once.
const BATCH: usize = 500;

/// Applies a file to the local directory, or with `dry_run` only tells what that
/// would do.
///
/// # Errors
/// The file cannot be understood, or the database failed. Nothing was changed.
pub async fn import<R>(store: &Store, input: R, dry_run: bool) -> Result<Report, ImportError>
where
    R: Read + Send + 'static,
{
    if store.is_demonstration().await? {
        return Err(ImportError::Demonstration);
    }
    let reader = spawn_blocking(|| read(input))
        .await
        .map_err(|_| ImportError::Stopped)??;
    let mut report = Report::new(reader.columns(), dry_run);
    let (sender, mut batches) = mpsc::channel(2);
    let reading = spawn_blocking(|| send_batches(reader, sender));

    let mut tx = store.begin().await?;
    let mut seen = Seen::default();
    let mut is_first = true;
    while let Some(rows) = batches.recv().await {
        apply(&mut tx, &mut seen, &mut report, rows?).await?;
        if std::mem::take(&mut is_first) {
            analyze_directory_devices(&mut tx).await?;
        }
    }
    // A reader that broke down must not pass for the end of the file.
    reading.await.map_err(|_| ImportError::Stopped)?;
    if !dry_run {
        tx.commit().await?;
    }
    Ok(report)
}

/// Sends the rows, until the end, an error, or nobody wants them any more.
fn send_batches<R: Read>(mut reader: Reader<R>, to: mpsc::Sender<Result<Vec<Row>, FileError>>) {
    loop {
        let batch: Result<Vec<Row>, FileError> = reader.by_ref().take(BATCH).collect();
        let is_last = batch.as_ref().map_or(true, |rows| rows.len() < BATCH);
        if to.blocking_send(batch).is_err() || is_last {
            return;
        }
    }
}

/// Which devices earlier rows told of.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    /// By hash of the device id: the row, and a hash of what it said.
    ids: HashMap<u64, (u64, u64)>,
    /// By hash of the serial number: the row.
    serials: HashMap<u64, u64>,
}

/// What a row is, in the light of those before it.
enum Turn {
    First,
    /// The same of the same device once more.
    Repeated,
    Refused(Refusal),
}

impl Seen {
    fn hash(&self, of: impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }

    fn turn(&mut self, row: u64, change: &DeviceChange) -> Turn {
        let id = change.device_id.as_ref().map(|id| self.hash(id));
        if let Some((earlier, said)) = id.and_then(|id| self.ids.get(&id)).copied() {
            return if change.says_nothing() || said == self.hash(change) {
                Turn::Repeated
            } else {
                Turn::Refused(Refusal::Contradicts { row: earlier })
            };
        }
        if let Some(serial) = &change.serial {
            let key = self.hash(serial);
            if let Some(earlier) = self.serials.get(&key) {
                let refusal = Refusal::SerialTwice {
                    serial: serial.clone(),
                    row: *earlier,
                };
                return Turn::Refused(refusal);
            }
            self.serials.insert(key, row);
        }
        if let Some(id) = id {
            self.ids.insert(id, (row, self.hash(change)));
        }
        Turn::First
    }

    /// Notes which device a row that does not name its id turned out to mean.
    fn claim(&mut self, row: u64, device_id: &str, change: &DeviceChange) -> Result<(), Refusal> {
        let (id, said) = (self.hash(device_id), self.hash(change));
        if let Some((earlier, _)) = self.ids.get(&id) {
            return Err(Refusal::Contradicts { row: *earlier });
        }
        self.ids.insert(id, (row, said));
        Ok(())
    }
}

async fn apply(
    tx: &mut Tx,
    seen: &mut Seen,
    report: &mut Report,
    rows: Vec<Row>,
) -> Result<(), StoreError> {
    let mut first = Vec::with_capacity(rows.len());
    for Row { number, change } in rows {
        let turn = match &change {
            Ok(change) => seen.turn(number, change),
            Err(refusal) => Turn::Refused(refusal.clone()),
        };
        match (turn, change) {
            (Turn::First, Ok(change)) => first.push((number, change)),
            (Turn::Refused(refusal), _) | (_, Err(refusal)) => report.refuse(number, refusal),
            (Turn::Repeated, _) => report.repeated += 1,
        }
    }
    let known = Known::read(tx, &first).await?;
    let mut to_save = Vec::new();
    for (number, change) in first {
        let effect = match effect(&known, seen, number, &change) {
            Ok(effect) => effect,
            Err(refusal) => {
                report.refuse(number, refusal);
                continue;
            }
        };
        report.note_status(change.status.as_ref());
        match effect {
            Effect::Added(device) => {
                report.added += 1;
                to_save.push(device);
            }
            Effect::Changed { device, removed } => {
                report.changed += 1;
                report.cleared += removed;
                to_save.push(device);
            }
            Effect::None => report.unchanged += 1,
        }
    }
    save_directory_devices(tx, &to_save).await
}

/// What a row does to the directory.
enum Effect {
    Added(DirectoryDevice),
    Changed {
        device: DirectoryDevice,
        /// Values that it has no longer.
        removed: u64,
    },
    None,
}

fn effect(
    known: &Known,
    seen: &mut Seen,
    row: u64,
    change: &DeviceChange,
) -> Result<Effect, Refusal> {
    let before = known.device_meant(change)?;
    let after = match before {
        Some(device) => change.applied_to(device),
        None => change.new_device()?,
    };
    if let Some(before) = before {
        check_is_newer(before, &after)?;
    }
    if change.device_id.as_ref() != Some(&after.device_id) {
        seen.claim(row, &after.device_id, change)?;
    }
    Ok(match before {
        None => Effect::Added(after),
        Some(before) if *before != after => Effect::Changed {
            device: after,
            removed: change.removes_from(before),
        },
        Some(_) => Effect::None,
    })
}

/// Refuses a row of before its device was deprovisioned: there is no way back but to
/// enrol it again, which has a date.
fn check_is_newer(before: &DirectoryDevice, after: &DirectoryDevice) -> Result<(), Refusal> {
    let was = before.status == DeviceStatus::Deprovisioned;
    let is = after.status == DeviceStatus::Deprovisioned;
    if was && !is && after.last_enrolled <= before.deprovisioned_at.max(before.last_enrolled) {
        let status = after.status.clone();
        return Err(Refusal::Deprovisioned { status });
    }
    Ok(())
}

/// The directory's devices that a batch may be about.
struct Known {
    by_id: HashMap<String, DirectoryDevice>,
    ids_by_serial: HashMap<String, Vec<String>>,
}

impl Known {
    async fn read(tx: &mut Tx, rows: &[(u64, DeviceChange)]) -> Result<Self, StoreError> {
        let ids: Vec<_> = rows
            .iter()
            .filter_map(|(_, row)| row.device_id.as_deref())
            .collect();
        let serials: Vec<_> = rows
            .iter()
            .filter_map(|(_, row)| row.serial.as_deref())
            .collect();
        let mut known = Self {
            by_id: HashMap::new(),
            ids_by_serial: HashMap::new(),
        };
        for device in matching_directory_devices(tx, &ids, &serials).await? {
            let ids = known
                .ids_by_serial
                .entry(device.serial.clone())
                .or_default();
            ids.push(device.device_id.clone());
            known.by_id.insert(device.device_id.clone(), device);
        }
        Ok(known)
    }

    /// The device that a row is about: by its id, else by its exact serial number.
    /// `None`: a new one.
    fn device_meant(&self, change: &DeviceChange) -> Result<Option<&DirectoryDevice>, Refusal> {
        let same_serial: &[String] = change
            .serial
            .as_ref()
            .and_then(|serial| self.ids_by_serial.get(serial))
            .map_or(&[], Vec::as_slice);
        let serial = || change.serial.clone().unwrap_or_default();
        let Some(id) = &change.device_id else {
            return match same_serial {
                [] => Ok(None),
                [only] => Ok(self.by_id.get(only)),
                several => {
                    let count = several.len() as u64;
                    Err(Refusal::Ambiguous {
                        serial: serial(),
                        count,
                    })
                }
            };
        };
        match same_serial.iter().find(|same| *same != id) {
            None => Ok(self.by_id.get(id)),
            // Known until now by its serial number alone: it keeps the id it was given.
            Some(other) if *other == made_up_id(&serial()) && !self.by_id.contains_key(id) => {
                Ok(self.by_id.get(other))
            }
            Some(other) => Err(Refusal::SerialTaken {
                serial: serial(),
                device_id: other.clone(),
            }),
        }
    }
}
