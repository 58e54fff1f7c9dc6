//! Applying a file to the local directory, in one transaction.
//!
//! The file is read on a thread of its own, some batches ahead, and never held whole. Of
//! rows that contradict each other none is taken: where a later row shows that an earlier
//! one should not have been, the transaction is undone and the file read once more.

use std::collections::HashMap;
use std::io::{self, Read};

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::change::DeviceChange;
use super::difference::changed_fields;
use super::error::{FileError, ImportError, Refusal};
use super::imported_rows::{Contradicted, ImportedRows, Repetition, clash};
use super::known::Known;
use super::reader::{Reader, Row, read};
use super::report::{Report, Took};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::device::DirectoryDevice;
use crate::domain::field::Field;
use crate::domain::status::DeviceStatus;
use crate::server::identity::host_actor;
use crate::server::store::{
    Store, StoreError, Tx, analyze_directory_devices, save_directory_devices,
};

/// Rows looked up and written at once.
const BATCH: usize = 500;

/// Applies a file to the local directory, or with `dry_run` only tells what that
/// would do. `open` is asked for the file from its beginning, maybe more than once.
///
/// # Errors
/// The file cannot be understood, or the database failed. Nothing was changed.
pub async fn import<R>(
    store: &Store,
    open: impl Fn() -> io::Result<R>,
    dry_run: bool,
) -> Result<Report, ImportError>
where
    R: Read + Send + 'static,
{
    let (mut tx, report) = prepare(store, open, dry_run).await?;
    if !dry_run {
        tx.record(imported(&host_actor(), &report));
        tx.commit().await?;
    }
    Ok(report)
}

/// Applies a file if that does exactly what a dry run of it has told. Until it is
/// committed, `stop` undoes it.
///
/// # Errors
/// It does something else now, it was stopped, the file cannot be understood, or the
/// database failed. Nothing was changed.
pub async fn import_as_checked<R>(
    store: &Store,
    open: impl Fn() -> io::Result<R>,
    checked: &Report,
    by: &Actor,
    stop: &CancellationToken,
) -> Result<Report, ImportError>
where
    R: Read + Send + 'static,
{
    let (mut tx, report) = tokio::select! {
        prepared = prepare(store, open, false) => prepared?,
        () = stop.cancelled() => return Err(ImportError::Cancelled),
    };
    if !report.does_the_same_as(checked) {
        return Err(ImportError::Changed);
    }
    tx.record(imported(by, &report));
    tx.commit().await?;
    Ok(report)
}

fn imported(by: &Actor, report: &Report) -> Event {
    let event = Event::new(by, Act::Imported).with("added", report.added);
    let event = event.with("changed", report.changed);
    event.with("refused", report.refused)
}

/// Applies a file in a transaction that is still to be committed.
async fn prepare<R>(
    store: &Store,
    open: impl Fn() -> io::Result<R>,
    dry_run: bool,
) -> Result<(Tx, Report), ImportError>
where
    R: Read + Send + 'static,
{
    if store.is_demonstration().await? {
        return Err(ImportError::Demonstration);
    }
    let mut contradicted = Contradicted::new();
    loop {
        let known = contradicted.len();
        let input = open().map_err(FileError::Io)?;
        let (tx, report) = attempt(store, input, dry_run, &mut contradicted).await?;
        if contradicted.len() == known {
            return Ok((tx, report));
        }
    }
}

/// Applies a file but for the rows that are known to be contradicted, and adds those
/// that it finds to be.
async fn attempt<R>(
    store: &Store,
    input: R,
    dry_run: bool,
    contradicted: &mut Contradicted,
) -> Result<(Tx, Report), ImportError>
where
    R: Read + Send + 'static,
{
    let reader = spawn_blocking(|| read(input))
        .await
        .map_err(|_| ImportError::Stopped)??;
    let mut report = Report::new(reader.columns(), dry_run);
    let (sender, mut batches) = mpsc::channel(2);
    let reading = spawn_blocking(|| send_batches(reader, sender));

    let mut tx = store.begin().await?;
    let mut seen = ImportedRows::default();
    let mut is_first = true;
    while let Some(rows) = batches.recv().await {
        apply(&mut tx, &mut seen, contradicted, &mut report, rows?).await?;
        if std::mem::take(&mut is_first) {
            analyze_directory_devices(&mut tx).await?;
        }
    }
    // A reader that broke down must not pass for the end of the file.
    reading.await.map_err(|_| ImportError::Stopped)?;
    report.refusals.sort_by_key(|(row, _)| *row);
    Ok((tx, report))
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

async fn apply(
    tx: &mut Tx,
    seen: &mut ImportedRows,
    contradicted: &mut Contradicted,
    report: &mut Report,
    rows: Vec<Row>,
) -> Result<(), StoreError> {
    let mut first = Vec::with_capacity(rows.len());
    let mut left_of = HashMap::new();
    for Row {
        number,
        change,
        left,
    } in rows
    {
        let change = match change {
            Ok(change) => change,
            Err(refusal) => {
                report.refuse(number, refusal);
                continue;
            }
        };
        match seen.note(number, &change) {
            Repetition::First => {
                first.push((number, change));
                left_of.insert(number, left);
            }
            repetition => count_or_refuse(repetition, number, &change, contradicted, report),
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
        if let Some(refusal) = contradicted.get(&number) {
            report.refuse(number, refusal.clone());
            continue;
        }
        report.note_status(change.status.as_ref());
        report.leave(number, left_of.remove(&number).unwrap_or_default());
        match effect {
            Effect::Added(device) => {
                report.take(number, Took::New, &device);
                to_save.push(device);
            }
            Effect::Changed {
                device,
                removed,
                fields,
            } => {
                report.take(number, Took::Changed(fields), &device);
                report.cleared += removed;
                to_save.push(device);
            }
            Effect::None(device) => report.take(number, Took::Unchanged, &device),
            Effect::Repeats(repetition) => {
                count_or_refuse(repetition, number, &change, contradicted, report);
            }
        }
    }
    save_directory_devices(tx, &to_save).await
}

/// Counts a row about the device of another row, and refuses both if they contradict
/// each other.
fn count_or_refuse(
    repetition: Repetition,
    row: u64,
    change: &DeviceChange,
    contradicted: &mut Contradicted,
    report: &mut Report,
) {
    match repetition {
        Repetition::Clash { other, is_serial } => {
            report.refuse(row, clash(other, is_serial, change));
            let refusal = || clash(row, is_serial, change);
            contradicted.entry(other).or_insert_with(refusal);
        }
        Repetition::Repeated(other) => match contradicted.get(&other) {
            Some(refusal) if !change.says_nothing() => report.refuse(row, refusal.clone()),
            _ => report.repeated += 1,
        },
        Repetition::First => {}
    }
}

/// What a row does to the directory.
enum Effect {
    Added(DirectoryDevice),
    Changed {
        device: DirectoryDevice,
        /// Values that it has no longer.
        removed: u64,
        /// What is different.
        fields: Vec<Field>,
    },
    /// The device is so already.
    None(DirectoryDevice),
    /// Another row is about the same device.
    Repeats(Repetition),
}

fn effect(
    known: &Known,
    seen: &mut ImportedRows,
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
        match seen.claim(row, &after.device_id, change) {
            Repetition::First => {}
            repetition => return Ok(Effect::Repeats(repetition)),
        }
    }
    Ok(match before {
        None => Effect::Added(after),
        Some(before) if *before != after => Effect::Changed {
            removed: change.removes_from(before),
            fields: changed_fields(before, &after),
            device: after,
        },
        Some(_) => Effect::None(after),
    })
}

/// Refuses a row of before its device was deprovisioned: there is no way back but to
/// enroll it again, which has a date.
fn check_is_newer(before: &DirectoryDevice, after: &DirectoryDevice) -> Result<(), Refusal> {
    let was = before.status == DeviceStatus::Deprovisioned;
    let is = after.status == DeviceStatus::Deprovisioned;
    if was && !is && after.last_enrolled <= before.deprovisioned_at.max(before.last_enrolled) {
        let status = after.status.clone();
        return Err(Refusal::Deprovisioned { status });
    }
    Ok(())
}
