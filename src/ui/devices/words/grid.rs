//! The grid: its rows, what stands in their place, and the selection.

use crate::domain::error::ApiError;
use crate::domain::number::{counted, devices, grouped};

// The table.
pub const LIST: &str = "Device list";
pub const LOADING_DEVICES: &str = "Loading devices";
pub const SKIP_TABLE: &str = "Skip table";
pub const NEVER: &str = "Never";

/// `count` is of the devices on all pages.
pub fn caption(page: u32, count: u64, is_selected_only: bool) -> String {
    let page = grouped(page.into());
    let what = if is_selected_only {
        "selected"
    } else {
        "found"
    };
    format!("Devices: page {page} of {} {what}", devices(count))
}

pub fn in_job(number: u32) -> String {
    format!("In job #{number}")
}

pub fn select(name: &str) -> String {
    format!("Select {name}")
}

pub fn select_page(count: u64) -> String {
    match count {
        1 => "Select the device on this page".to_owned(),
        count => format!("Select all {} on this page", devices(count)),
    }
}

// Rows that stay while others would be listed.
pub const LIST_CHANGED: &str = "The list has changed";
pub const REFRESH_LIST: &str = "Refresh list";

// The selection, below the grid.
pub const SELECTION: &str = "Selection";
// The numbers come before.
pub const SELECTED: &str = " selected";
pub const NOT_IN_VIEW: &str = " not in this view";
pub const SHOW_ALL: &str = "Show All";
pub const SHOW_SELECTED_ONLY: &str = "Show Selected Only";
pub const CLEAR_SELECTION: &str = "Clear selection";
pub const SELECTION_CLEARED: &str = "Selection cleared.";
pub const UNDO: &str = "Undo";
pub const HOW_CLEARED_ALL: &str = "cleared";

/// How a selection came back that had been cleared. `provenance` is how it came about.
pub fn how_restored(provenance: &str) -> String {
    format!("restored ({provenance})")
}

// The offer to select all that match.
pub const SELECTING: &str = "Selecting…";
pub const SELECT_ALL_BEFORE: &str = "Select all ";
pub const SELECT_ALL_AFTER: &str = " that match";
// The number of devices comes before.
pub const ALL_SELECTED: &str = " selected, including all that match.";

pub fn page_selected(count: u64) -> String {
    match count {
        1 => "The device on this page is selected.".to_owned(),
        count => format!("All {} on this page are selected.", devices(count)),
    }
}

pub fn count_changed(count: u64) -> String {
    let devices = counted(count, "device matches", "devices match");
    format!("{devices} now. Your selection didn't change.")
}

/// How all that match came into the selection.
pub fn how_matched(filter: &str, time: &str) -> String {
    format!("by {filter} at {time}")
}

pub fn select_failed(error: &ApiError) -> String {
    format!("Couldn't select devices. {error}")
}

// Without rows.
pub const UNREADABLE: &str = "Can't show devices";
// The sentence before its link, and the link.
pub const UNREADABLE_HINT: &str = "Remove the filter that isn't valid, or start again with ";
pub const UNREADABLE_LINK: &str = "all devices";
pub const NEEDS_SCRIPT: &str = "Your selection is kept in this browser tab";
pub const NEEDS_SCRIPT_HINT: &str = "Turn on JavaScript to see selected devices. ";
pub const NEEDS_SCRIPT_LINK: &str = "Show all devices";
pub const LOAD_FAILED: &str = "Can't load devices";
pub const RETRY: &str = "Retry";
// Rows that stay because the next ones could not be had.
pub const OLD_ROWS: &str = "The list below is from before your last change.";
pub const NO_MATCH: &str = "No devices match your filters";
pub const CLEAR_SEARCH: &str = "Clear search";
pub const CLEAR_ALL_FILTERS: &str = "Clear all filters";
pub const NONE_SELECTED: &str = "No devices selected";
pub const NONE_SELECTED_HINT: &str = "Go back to all devices to select some.";
pub const SELECTED_GONE: &str = "The selected devices are no longer in the inventory.";
pub const NO_SUCH_PAGE: &str = "This page doesn't exist";

/// The number of the last page follows.
pub fn no_such_page(page: u32) -> String {
    let page = grouped(page.into());
    format!("Page {page} doesn't exist. Go to the last page, ")
}
