//! A page of the grid, as the browser gets it.

use serde::{Deserialize, Serialize};

use super::device::Device;
use super::grid::GridView;
use super::time::Timestamp;

/// One page of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridPage {
    pub rows: Vec<Device>,
    /// Rows on all pages, exact.
    pub total: u64,
    /// Devices in the whole inventory, gone ones left out.
    pub inventory: u64,
    /// The server's clock.
    pub now: Timestamp,
}

impl GridPage {
    /// Each row with what the view's columns show.
    #[must_use]
    pub fn as_listed(mut self, view: &GridView) -> Self {
        let rows = self.rows.into_iter();
        self.rows = rows.map(|row| row.as_listed(&view.columns)).collect();
        self
    }
}
