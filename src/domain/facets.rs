//! What the filters offer, as the browser gets it.

use serde::{Deserialize, Serialize};

/// What the filters offer. Each value has the number of devices that match the filter
/// with this value in place of the facet's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    pub org_units: Values,
    pub models: Values,
    /// Milestones, newest first.
    pub os_versions: Values,
    /// Words the directory uses for statuses, known or not.
    pub statuses: Values,
    pub licenses: Values,
    pub never_synced: u64,
    pub in_job: u64,
}

/// The values of a column that any device has besides the other facets, in order, and
/// those that the filter has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// All, or the [`IN_PAGE`] that most devices have and those of the filter.
    pub listed: Vec<Counted>,
    pub total: usize,
}

/// A value and how many devices have it: of an org unit, by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub value: String,
    pub count: u64,
}

/// At most so many values of a filter are listed at once, besides those that are
/// chosen: a district has a thousand org units, and nobody reads a thousand checkboxes.
pub const LISTED: usize = 60;

/// A page lists so many values of a filter before any script runs: every page pays for them.
pub const IN_PAGE: usize = 6;
