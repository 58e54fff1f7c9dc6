//! The texts of the overview.

use crate::domain::figures::MONTHS;
use crate::domain::number::{devices, grouped};
pub use crate::ui::words::{
    ALL_JOBS, DEVICE_SEARCH, DEVICES, JOBS, LAST_REFRESHED, LOADING, NO_JOBS_AFTER_LINK,
    NO_JOBS_BEFORE_LINK, NOT_REFRESHED, OVERVIEW, in_utc, job,
};

/// The number of devices comes before.
pub const IN_INVENTORY: &str = " in the inventory";

// Every chart.
pub const SHOW_TABLE: &str = "Show as table";
pub const CSV: &str = "CSV";

pub fn csv_of(chart: &str) -> String {
    format!("CSV: {chart}")
}

// Auto-update expiration.
pub const AUE_NOTE: &str = "Active devices by the month of their last update";
pub const AUE_PAST: &str = "Past due";
pub const AUE_NEXT: &str = "Next 24 months";
pub const AUE_LATER: &str = "Later";

/// The chart in words. `peak` is the month with the most devices, and their number.
pub fn aue_chart(past: u64, next: u64, peak: Option<(&str, u64)>) -> String {
    let peak = peak.map(|(month, count)| format!(", most in {month}: {}", devices(count)));
    format!(
        "Active devices by the month of their last update. Past due: {}. Next {MONTHS} months: {}{}.",
        grouped(past),
        grouped(next),
        peak.unwrap_or_default()
    )
}

// Licenses, and devices to retire.
pub const LICENSE_NOTE: &str = "Devices that aren't deprovisioned";
pub const NOTHING_TO_RETIRE: &str = "No Active device looks ready to retire.";

// Data and connection.
pub const HEALTH: &str = "Data and connection";
pub const CACHE: &str = "Inventory cache";
pub const CACHE_FAILED: &str = "Last refresh failed";
pub const CACHE_FRESH: &str = "Up to date";
pub const CACHE_AGEING: &str = "Older than an hour";
pub const CACHE_STALE: &str = "May be out of date";
pub const DIRECTORY: &str = "Directory";
pub const DIRECTORY_FAILED: &str = "Not connected";
pub const DIRECTORY_UNCHECKED: &str = "Not checked yet";
pub const DIRECTORY_CONNECTED: &str = "Connected";
pub const DIRECTORY_LOCAL: &str =
    "Built-in directory: devices come from the files that you import.";
pub const DIRECTORY_GOOGLE: &str = "Google directory";
/// The time ago follows.
pub const CHECKED: &str = "Checked ";

pub fn read_as(subject: &str) -> String {
    format!("Google directory, read as {subject}")
}

/// The refresh that runs, and how far it is.
pub fn refreshing(read: &str, started_by: &str) -> String {
    format!("Refreshing… {read} (started by {started_by})")
}
