//! The quick search and the filters.

use crate::domain::number::grouped;

// The form.
pub const SEARCH_FIELD: &str = "Search devices";
pub const SEARCH_HINT: &str = "Search by serial, asset ID, user, location, notes, or model";
pub const SEARCH: &str = "Search";
pub const APPLY_FILTERS: &str = "Apply filters";

// The sheet on a phone.
pub const FILTERS: &str = "Filters";
pub const SHOW_DEVICES: &str = "Show devices";

pub fn filters(used: usize) -> String {
    format!("Filters ({used})")
}

// The boxes.
pub const ORG_UNITS: &str = "Organizational unit";
pub const OS_VERSION: &str = "OS version";
pub const LICENSE: &str = "License";
pub const LAST_SYNC: &str = "Last sync";
pub const AUE: &str = "AUE";
pub const ENROLLMENT: &str = "Enrollment date";

/// A box in which something is chosen.
pub fn box_used(label: &str, used: usize) -> String {
    format!("{label} ({used})")
}

/// The box with the filters that are used less often.
pub const MORE_FILTERS: &str = "More filters";

// Values on offer.
pub const NARROW: &str = "Type to search";
pub const NO_VALUES: &str = "No matches";
/// Google's console has a longer word for this status.
pub const STATUS_ACTIVE: &str = "Active (Provisioned)";
pub const IN_JOB: &str = "In a running job";

pub fn narrow(label: &str) -> String {
    format!("Search {label}")
}

pub fn values_listed(listed: usize, total: u64) -> String {
    format!("Showing {listed} of {}. Type to search.", grouped(total))
}

pub fn value_refused(why: &str) -> String {
    format!("Not added: {why}.")
}

// Org units.
pub const ORG_UNITS_NARROW: &str = "Search organizational units";
pub const ORG_UNITS_REACH: &str = "Scope";
pub const ORG_UNITS_WITH_CHILDREN: &str = "Include child organizational units";
pub const ORG_UNITS_ONLY: &str = "This organizational unit only";

pub fn show_below(path: &str) -> String {
    format!("Show what is below {path}")
}

// Ranges of days.
pub const LAST_30_DAYS: &str = "Last 30 days";
pub const BEFORE_30_DAYS: &str = "More than 30 days ago";
pub const BEFORE_90_DAYS: &str = "More than 90 days ago";
pub const BEFORE_1_YEAR: &str = "More than 1 year ago";
pub const BEFORE_3_YEARS: &str = "More than 3 years ago";
pub const BEFORE_5_YEARS: &str = "More than 5 years ago";
pub const EXPIRED: &str = "Expired";
pub const EXPIRES_IN_180_DAYS: &str = "Expires in 180 days";
pub const EXPIRES_IN_1_YEAR: &str = "Expires in 1 year";
pub const FROM: &str = "From";
pub const TO: &str = "To";
pub const APPLY_RANGE: &str = "Apply";
// The field for a number of days stands between these.
pub const DAYS_AGO_BEFORE: &str = "More than";
pub const DAYS_AGO_AFTER: &str = "days ago";
pub const EXTENDED_UPDATES: &str = "Extended updates";
pub const NEVER_SYNCED: &str = "Never synced";
pub const OR_NEVER_SYNCED: &str = "Or never synced";

pub fn days_ago(label: &str) -> String {
    format!("{label}: more than so many days ago")
}

// What is applied.
pub const APPLIED: &str = "Applied filters";
pub const CLEAR_ALL: &str = "Clear all";
/// The filters follow.
pub const PAUSED: &str = "Filters paused: ";

pub fn remove_filter(facet: &str, value: &str) -> String {
    format!("Remove filter {facet}: {value}")
}

// Without rows: what would match with fewer filters.
pub const FEWER_FILTERS: &str = "With fewer filters";

pub fn without_filter(facet: &str, value: &str) -> String {
    format!("Without {facet}: {value}")
}

// An address that cannot be used as it is.
pub const INVALID_FILTER: &str =
    "This link has a filter that isn't valid, so no devices are shown.";
pub const REMOVE_INVALID: &str = "Remove this filter";
/// The parameters follow.
pub const UNKNOWN_PARAMETER: &str = "Unknown parameter ignored: ";
