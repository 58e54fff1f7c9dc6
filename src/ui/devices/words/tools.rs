//! The tools beside the heading: the age of the cache, saved views, devices from a file, and
//! export.

use crate::domain::number::devices;

// The age of the cache.
pub const MAY_BE_OLD: &str = " · May be out of date";
pub const REFRESH_BAR: &str = "Refresh";
/// The time follows.
pub const LAST_REFRESH_FAILED: &str = "Last refresh failed ";

/// The refresh that runs, and how far it is.
pub fn refreshing(read: &str, started_by: &str) -> String {
    format!("Refreshing… {read} (started by {started_by})")
}

// Devices from a file.
pub const IMPORT: &str = "Import devices";

// Saved views.
pub const VIEWS: &str = "Saved views";
pub const NO_VIEWS: &str = "No saved views yet. Save the current filters, sort order, and columns \
                            to come back to them.";
pub const VIEW_NAME: &str = "Save view as";
pub const SAVE_VIEW: &str = "Save";

pub fn delete_view(name: &str) -> String {
    format!("Delete view {name}")
}

// Export.
pub const EXPORT: &str = "Export CSV";
pub const EXPORT_UNREADABLE: &str = "This link has a filter we can't read.";
pub const EXPORT_MATCHING: &str = "All matching devices";
pub const EXPORT_PAGE: &str = "This page";
pub const EXPORT_NONE_SELECTED: &str = "Selected devices (0)";

pub fn export_selected(count: u64) -> String {
    format!("Selected: {}", devices(count))
}
