//! The devices in the scope of an operator. Every answer of the index is limited to them, so no
//! row, count or value list reveals other devices.

use std::sync::OnceLock;

use roaring::RoaringBitmap;

use super::facet_values::FrequentValues;
use super::index::{Column, Index};
use super::recent::Recent;
use crate::domain::facets::Facets;
use crate::domain::filter::DeviceFilter;
use crate::domain::scope::Scope;
use crate::domain::time::Date;

#[derive(Debug)]
pub struct VisibleDevices {
    pub all: RoaringBitmap,
    /// Found when it is asked for first.
    frequent: OnceLock<FrequentValues>,
    /// What was counted beside a filter: the next page has the same filter.
    pub counted: Recent<(DeviceFilter, Date), Facets, 16>,
}

impl VisibleDevices {
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
    pub fn frequent(&self, index: &Index) -> &FrequentValues {
        self.frequent
            .get_or_init(|| FrequentValues::of(index, &self.all))
    }
}
