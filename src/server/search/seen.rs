//! What somebody may see: the devices of their org units. Whatever the index answers is a
//! part of them, so that what is elsewhere shows in no row, no number and no list of values.

use std::sync::OnceLock;

use roaring::RoaringBitmap;

use super::index::{Column, Index};
use super::offers::Frequent;
use super::recent::Recent;
use crate::domain::facets::Facets;
use crate::domain::filter::DeviceFilter;
use crate::domain::scope::Scope;
use crate::domain::time::Date;

#[derive(Debug)]
pub struct Seen {
    pub all: RoaringBitmap,
    /// Found when it is asked for first.
    frequent: OnceLock<Frequent>,
    /// What was counted beside a filter: the next page has the same filter.
    pub counted: Recent<(DeviceFilter, Date), Facets, 16>,
}

impl Seen {
    pub fn of(index: &Index, scope: &Scope) -> Self {
        let all = match scope {
            Scope::All => index.present().clone(),
            scope => {
                let units = index.column(Column::OrgUnit);
                units.any(|unit| scope.covers(unit))
            }
        };
        Self {
            all,
            frequent: OnceLock::new(),
            counted: Recent::default(),
        }
    }

    /// What every page lists beside a filter.
    pub fn frequent(&self, index: &Index) -> &Frequent {
        self.frequent.get_or_init(|| Frequent::of(index, &self.all))
    }
}
