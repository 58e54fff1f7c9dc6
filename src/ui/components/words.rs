//! The texts of what several screens use.

use crate::domain::number::{counted, grouped};
pub use crate::ui::words::{
    CLOSE, COPY_BLOCKED, DISMISS, NEXT_PAGE, NOTIFICATIONS, PAGES, PREVIOUS_PAGE, REFRESH_CACHE,
    TO_GOOGLE, VIEW_RESULTS,
};

// The button that copies.
pub const COPIED: &str = "Copied.";
pub const COPY_FAILED: &str = "Couldn't copy. Try again.";

/// What a button that copies is called where it is heard by itself.
pub fn copy_label(label: &str, what: &str) -> String {
    format!("{label}: {what}")
}

// The numbers of a job.
/// How many devices were deprovisioned before the job came to them.
pub fn already(count: u64) -> String {
    format!(" ({} already were)", grouped(count))
}

// The connection.
pub const CONNECTING: &str = "Connecting…";
pub const RECONNECTING: &str = "Reconnecting…";
pub const CHECK_NOW: &str = "Check now";

pub fn seconds_untold(seconds: u64) -> String {
    let ago = counted(seconds, "second", "seconds");
    format!("Reconnecting, last update {ago} ago")
}

pub fn minutes_untold(minutes: u64) -> String {
    let ago = counted(minutes, "minute", "minutes");
    format!("Reconnecting, last update {ago} ago")
}

// In place of something that could not be had.
pub const TRY_AGAIN: &str = "Try again";

// Where there are no devices yet.
pub const NO_DEVICES_YET: &str = "No devices yet";
pub const UPLOAD_CSV: &str = "Upload a CSV";
pub const NO_DEVICES_GOOGLE: &str =
    "Your devices come from Google's directory. A refresh brings them here.";

// Pages of a list.
pub fn page_of(page: u32, count: u32) -> String {
    format!("Page {page} of {count}")
}

// The snackbar.
/// How many messages wait behind the one that is shown.
pub fn more_messages(count: usize) -> String {
    format!("+{count} more")
}
