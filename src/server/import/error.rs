//! Why a file, or a row of it, was not taken, in sentences for the terminal.

use std::io;
use std::path::PathBuf;

use crate::domain::status::DeviceStatus;
use crate::server::store::StoreError;

/// Why an import did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    File(#[from] FileError),
    #[error("{} cannot be opened: {cause}.", path.display())]
    Open { path: PathBuf, cause: io::Error },
    #[error(
        "This database holds the demonstration fleet, and real devices would be lost among it. \
         Name another with --database, such as sqlite:sunset.db."
    )]
    Demonstration,
    #[error("The database failed, so nothing was changed: {}.", cause(.0))]
    Store(#[from] StoreError),
    #[error("The import broke down, so nothing was changed.")]
    Stopped,
    #[error("The import was canceled, so nothing was changed.")]
    Cancelled,
    #[error("The devices have changed since the file was checked, so nothing was changed.")]
    Changed,
}

/// The innermost cause, which says most.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

/// Why the whole file cannot be understood. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("The file is empty.")]
    Empty,
    #[error("{0} Save it as CSV, and import that.")]
    NotText(&'static str),
    #[error(
        "Row {row} holds a NUL character, so this is not a text file, or UTF-16 without a \
         byte order mark. Save it as \"CSV UTF-8\"."
    )]
    Nul { row: u64 },
    #[error("Row {row} is not UTF-8 text. Save the file as \"CSV UTF-8\".")]
    NotUtf8 { row: u64 },
    #[error(
        "Row {row} is longer than {} characters. Is there a quotation mark that is never closed?",
        super::records::LIMIT
    )]
    TooLong { row: u64 },
    #[error("A quotation mark in row {row} is never closed.")]
    UnclosedQuote { row: u64 },
    #[error(
        "No column is known. Row {row}, which should hold the column names, begins with {seen}. \
         A serial number column is enough: name it \"Serial number\"."
    )]
    NoColumns { row: u64, seen: String },
    #[error(
        "There is neither a serial number nor a device id column. Known are: {known}. \
         Name the column of the serial numbers \"Serial number\"."
    )]
    NoKey { known: String },
    #[error(
        "The columns \"{one}\" and \"{other}\" both mean the {field}, and row {row} has a \
         different value in each. Remove one of them."
    )]
    Conflict {
        row: u64,
        field: &'static str,
        one: String,
        other: String,
    },
    #[error(
        "The column \"{name}\" may hold the status, but its name is not known. Name it \
         \"Status\" if it says ACTIVE, DEPROVISIONED and the like; remove it if not."
    )]
    UnknownStatus { name: String },
    #[error("Row {row} is another heading: put the rows below it into a file of their own.")]
    SecondHeading { row: u64 },
    #[error("The file could not be read: {0}.")]
    Io(#[from] io::Error),
}

/// Why one row was not taken, as a sentence about that row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is neither a serial number nor a device id")]
    NoKey,
    #[error("it has {found} cells where the header has {expected}")]
    Cells { found: usize, expected: usize },
    #[error("\"{value}\" in \"{column}\" is not a device id; this looks like the wrong column")]
    DeviceId { column: String, value: String },
    #[error("\"{value}\" in \"{column}\" is not a serial number: {why}")]
    Serial {
        column: String,
        value: String,
        why: &'static str,
    },
    #[error("\"{value}\" in \"{column}\" is not a status, which is a word such as ACTIVE")]
    Status { column: String, value: String },
    #[error("\"{value}\" in \"{column}\" is an org unit's id; its path is needed, as in /Staff")]
    OrgUnitId { column: String, value: String },
    #[error("the cell \"{column}\" is not the JSON of a device")]
    Json { column: String },
    #[error("row {row} gives the serial number {serial} to another device id")]
    SerialTwice { serial: String, row: u64 },
    #[error("it says something else of its device than row {row} does")]
    Contradicts { row: u64 },
    #[error("{count} devices have the serial number {serial}; a device id is needed")]
    Ambiguous { serial: String, count: u64 },
    #[error("the serial number {serial} belongs to another device, {device_id}")]
    SerialTaken { serial: String, device_id: String },
    #[error(
        "its device is deprovisioned, and the row says {status} without a later enrollment: \
         the list is older"
    )]
    Deprovisioned { status: DeviceStatus },
    #[error("a new device needs a serial number")]
    NewWithoutSerial,
    #[error(
        "its status is blank, and \"{value}\" in \"{column}\" may say that the device is not active"
    )]
    UnclearStatus { column: String, value: String },
}

/// A cell's text, short enough for a sentence, with nothing that a terminal
/// would obey.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let clean = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    let mut out: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}
