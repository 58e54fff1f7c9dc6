//! The texts of the screen.

use crate::domain::import::{MAX_FILE_WORDS, Phase, Source, Summary, Upload, size_words};
use crate::domain::number::{counted, devices, grouped};
use crate::domain::pace::Outlook;
pub use crate::ui::words::{
    ASSET_ID, CANCEL, LOADING, MODEL, ORG_UNIT, SERIAL_NUMBER, STATUS, TO_GOOGLE,
};

pub const TITLE: &str = "Import devices";
pub const LEAD: &str = "Upload a file, look at what it would change, then import it. \
                        Nothing changes before that.";

pub const FROM_GOOGLE: &str = "Devices come from Google's directory on this console, so there \
                               is nothing to import. To list what changed there, use \
                               Refresh Cache in Device Search.";
pub const DEMO: &str = "This console shows demo devices, and real ones would be lost among \
                        them. To import yours, start Sunset with a database of its own: \
                        sunset serve --database sqlite:mine.db";

pub const CHOOSE: &str = "Choose or drop a CSV file";
pub const UPLOAD: &str = "Upload and check";
pub const LOST: &str = "The connection broke while the file was sent. Nothing was changed. \
                        Upload it again.";
pub const ANOTHER: &str = "Import another file";
pub const OTHER_FILE: &str = "Choose another file";
pub const SHOW_RESULT: &str = "Show result";
pub const VIEW: &str = "View devices";
pub const DOWNLOAD: &str = "Download refused rows (CSV)";
pub const RELOAD: &str = "Reload this page to see how far it is.";

/// What a file has to be.
pub fn file_hint() -> String {
    format!(
        "CSV or another text table, up to {MAX_FILE_WORDS}. It needs a column with serial numbers \
         or device IDs. Exports from the Admin console and from GAM can be used as they are."
    )
}

/// Why a device list cannot be imported here.
pub fn closed(source: Source) -> Option<&'static str> {
    match source {
        Source::Local => None,
        Source::Google => Some(FROM_GOOGLE),
        Source::Demonstration => Some(DEMO),
    }
}

pub fn too_large(size: u64) -> String {
    format!(
        "This file has {}, and the limit is {MAX_FILE_WORDS}. Split it, and import one part \
         after the other.",
        size_words(size)
    )
}

pub fn uploading(sent: u64, size: u64) -> String {
    format!(
        "Uploading… {} of {}",
        size_words(sent.min(size)),
        size_words(size)
    )
}

/// `12 MB per second · 9 s left`.
pub fn upload_outlook(outlook: &Outlook) -> String {
    let rate = size_words(outlook.per_second as u64);
    format!("{rate} per second · {} left", outlook.left())
}

pub fn outlook(outlook: &Outlook) -> String {
    format!("About {} left", outlook.left())
}

/// What is being done, with a percentage where there is one.
pub fn working(phase: &Phase) -> (String, Option<u8>) {
    match phase {
        Phase::Receiving => ("Being uploaded in another window…".to_owned(), None),
        Phase::Checking { percent } => (format!("Checking… {percent}%"), Some(*percent)),
        Phase::Importing { percent } => (format!("Importing… {percent}%"), Some(*percent)),
        _ => ("Updating the list of devices…".to_owned(), None),
    }
}

/// What is said aloud when the screen changes.
pub fn announced(upload: Option<&Upload>) -> String {
    let Some(Upload { name, phase, .. }) = upload else {
        return String::new();
    };
    match phase {
        Phase::Receiving => format!("Uploading {name}."),
        Phase::Checking { .. } => format!("Checking {name}."),
        Phase::Unusable(why) | Phase::Failed(why) => why.clone(),
        Phase::Checked(summary) => format!("{name} is checked. {}", summarized(summary)),
        Phase::Importing { .. } => format!("Importing {name}."),
        Phase::Refreshing => "Updating the list of devices.".to_owned(),
        Phase::Imported(summary, _) => imported(summary),
    }
}

/// The numbers in a sentence.
fn summarized(summary: &Summary) -> String {
    let [new, changed, same] = [summary.added, summary.changed, summary.unchanged].map(grouped);
    let refused = counted(summary.refused, "row is", "rows are");
    format!("{new} new, {changed} changed, {same} without a change. {refused} refused.")
}

pub fn import_button(summary: &Summary) -> String {
    format!("Import {}", devices(summary.to_import()))
}

pub fn imported(summary: &Summary) -> String {
    counted(
        summary.to_import(),
        "device was imported.",
        "devices were imported.",
    )
}

/// How the import before ended.
pub fn last_import(Upload { name, phase, .. }: &Upload) -> String {
    match phase {
        Phase::Imported(summary, _) => format!("Last import: {name}. {}", imported(summary)),
        _ => format!("Last import: {}.", not_imported(name)),
    }
}

/// Why there is nothing to import of a file that was understood.
pub fn nothing(summary: &Summary) -> &'static str {
    if summary.unchanged != 0 {
        "Nothing to import: the inventory already matches the file."
    } else {
        "Nothing to import: no row of the file can be used."
    }
}

/// What the list of refused rows leaves out.
pub fn more_refused(summary: &Summary) -> Option<String> {
    let shown = summary.refusals.len() as u64;
    let more = summary
        .refused
        .checked_sub(shown)
        .filter(|more| *more != 0)?;
    let listed = match summary.listed < summary.refused {
        true => format!(" The download has the first {}.", grouped(summary.listed)),
        false => String::new(),
    };
    Some(format!(
        "and {}.{listed}",
        counted(more, "more row", "more rows")
    ))
}

pub fn not_imported(file: &str) -> String {
    format!("{file} was not imported")
}

// How far it is.
pub const PROGRESS: &str = "Progress";

// The numbers of a file.
pub const COUNTS: &str = "Rows";
pub const COUNT_NEW: &str = "New";
pub const COUNT_CHANGED: &str = "Changed";
pub const COUNT_SAME: &str = "No change";
pub const COUNT_REFUSED: &str = "Refused";

// Its rows and columns.
pub const REFUSED_ROWS: &str = "Refused rows";
pub const WHY_REFUSED: &str = "Why it is refused";
pub const FIRST_ROWS: &str = "First rows";
pub const ROW: &str = "Row";
pub const EFFECT: &str = "Effect";
pub const USER: &str = "User";
pub const COLUMNS: &str = "Columns";
pub const IGNORED_COLUMNS: &str = "Ignored";
pub const NOTES: &str = "Notes";

pub fn first_rows(count: usize) -> String {
    match count {
        1 => "First row of the file".to_owned(),
        _ => format!("First {} of the file", counted(count as u64, "row", "rows")),
    }
}

// How devices come from Google instead.
pub const TO_GOOGLE_LEAD: &str = "With Google's directory, devices come from your Admin console and nothing is \
     uploaded. You need a super administrator of your Google Workspace account and \
     about twenty minutes.";
pub const TO_GOOGLE_KEY: &str = "In the Google Cloud console, make a project, enable the Admin SDK API, make a \
     service account, and create a JSON key for it.";
/// The scopes follow.
pub const TO_GOOGLE_SCOPES: &str = "In the Admin console, under Security > Access and data control > API controls > \
     Manage domain-wide delegation, add the service account's client ID with these \
     scopes: ";
pub const TO_GOOGLE_ROLE: &str = "Give an administrator account that nobody signs in with a role with Manage \
     Devices and Organizational Units > Read.";
/// The command follows.
pub const TO_GOOGLE_START: &str =
    "Start Sunset with the key and that administrator, on a database of its own: ";
pub const TO_GOOGLE_COMMAND: &str = "sunset serve --directory google --google-key key.json \
                                     --google-subject sunset@school.example";
pub const TO_GOOGLE_MORE: &str = "The file docs/google.md that comes with Sunset has every step, and \
     sunset directory check says what is still missing.";
