//! The texts of the frame around every screen, and those that several screens share.

use crate::domain::error::ApiError;
use crate::domain::number::{counted, grouped};
use crate::domain::time::Timestamp;

// Names of screens and of what stands on them.
pub const DEVICE_SEARCH: &str = "Device Search";
pub const DEVICES: &str = "Devices";
pub const JOBS: &str = "Jobs";
pub const OVERVIEW: &str = "Overview";

// Facts and columns that several screens have.
pub const SERIAL_NUMBER: &str = "Serial number";
pub const ASSET_ID: &str = "Asset ID";
pub const ORG_UNIT: &str = "Org unit";
pub const NOTE: &str = "Note";
pub const POWERWASH: &str = "Powerwash";
pub const REASON: &str = "Reason";
pub const SKIPPED: &str = "Skipped";
pub const STATUS: &str = "Status";
pub const MODEL: &str = "Model";
pub const DETAILS: &str = "Details";
pub const ERRORS: &str = "Errors";

// Buttons and links that several screens have.
pub const ALL_JOBS: &str = "All jobs";
pub const CANCEL: &str = "Cancel";
pub const CLOSE: &str = "Close";
pub const COPY_SERIALS: &str = "Copy serial numbers";
pub const DISMISS: &str = "Dismiss";
pub const DOWNLOAD_RESULTS: &str = "Download results";
pub const REFRESH_CACHE: &str = "Refresh Cache";
pub const RESUME: &str = "Resume";
pub const TO_GOOGLE: &str = "Connect to Google";
pub const SIGN_OUT: &str = "Sign out";
pub const VIEW_RESULTS: &str = "View results";

// The way through pages.
pub const PAGES: &str = "Pages";
pub const NEXT_PAGE: &str = "Next page";
pub const PREVIOUS_PAGE: &str = "Previous page";

// What is waited for.
pub const CHECKING: &str = "Checking…";
pub const LOADING: &str = "Loading…";
pub const LOADING_JOB: &str = "Loading job…";

// What is wrong everywhere: the time and the reason follow.
pub const DIRECTORY_DOWN_SINCE: &str = "Directory connection is down since ";

// What came of something.
pub const COPY_BLOCKED: &str = "Your browser blocked copying.";
pub const NOT_REFRESHED: &str = "Not refreshed yet";
/// The time ago follows.
pub const LAST_REFRESHED: &str = "Last refreshed ";

// Where there are no jobs: the sentence before and after its link to Device Search.
pub const NO_JOBS_BEFORE_LINK: &str = "No jobs yet. To start one, select devices in ";
pub const NO_JOBS_AFTER_LINK: &str = " and choose Actions > Deprovision.";

// Where one is asked to type a number: the sentence before the number.
pub const TYPE_BEFORE_NUMBER: &str = "Type ";

// How devices came into the selection or left it.
pub const HOW_DONE: &str = "done in a job";
pub const HOW_INDIVIDUALLY: &str = "individually";

pub fn job(number: u32) -> String {
    format!("Job #{number}")
}

/// What a list of a few leaves out.
pub fn and_more(rest: u64) -> String {
    format!("and {} more", grouped(rest))
}

/// An instant, for a tooltip.
pub fn in_utc(at: Timestamp) -> String {
    format!("{} UTC", at.to_minute())
}

// The header and the navigation.
pub const SKIP: &str = "Skip to content";
pub const PRODUCT: &str = "Sunset";
pub const NAVIGATION: &str = "Main";
pub const THIS_COMPUTER: &str = "Available on this computer only.";
pub const HALF_MISSING: &str = "Part of this page didn't load. Retrying… If Sunset was just \
                                updated, reload the page.";

/// What the browser calls a page.
pub fn title(screen: &str) -> String {
    format!("{screen} – {PRODUCT}")
}

pub fn jobs_running(count: u64) -> String {
    counted(count, "job running", "jobs running")
}

// Notices.
pub const NOTIFICATIONS: &str = "Notifications";
pub const NO_NOTICES: &str = "Nothing in the last 30 days.";
pub const DISMISS_ALL: &str = "Dismiss all";
pub const NEW: &str = "New";

pub fn new_notifications(count: u64) -> String {
    format!("Notifications, {} new", grouped(count))
}

// Refresh Cache.
pub fn refresh_failed(error: &ApiError) -> String {
    format!("Couldn't start the refresh. {error}")
}

pub fn refresh_joined(started_by: &str) -> String {
    format!("A refresh by {started_by} is already running.")
}

// Shortcuts.
pub const SHORTCUTS: &str = "Keyboard shortcuts";
pub const SHORTCUTS_SWITCH: &str = "Single-key shortcuts";
pub const SHORTCUTS_HINT: &str = "Off while you type or have a menu or dialog open.";
pub const SHORTCUTS_LIST: &str = "In the list, arrow keys move between rows, Space selects, Shift \
                                  and Space selects a range, and Ctrl or Cmd with A selects the \
                                  page. Escape leaves Show Selected Only.";

// A page on paper.
pub const PRINTED_SELECTED: &str = "Selected devices";
/// The time follows.
pub const PRINTED: &str = "Printed ";

pub fn printed_filter(filter: &str) -> String {
    format!("Filter: {filter}")
}

// An address that leads nowhere.
pub const NOT_FOUND: &str = "Page not found";
pub const NOT_FOUND_WHY: &str = "We can't find that page.";
pub const TO_DEVICE_SEARCH: &str = "Go to Device Search";
