//! The index as one question sees it.

use std::collections::HashSet;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::Held;
use super::facets::count_facets;
use super::index::{Column, Index};
use super::names::{Named, devices_named};
use super::question::{Answer, Part, parts_of};
use super::visible_devices::VisibleDevices;
use crate::domain::device::DeviceId;
use crate::domain::facets::Facets;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::scope::Scope;
use crate::domain::selection::Selection;
use crate::domain::time::Date;

#[derive(Debug)]
pub struct View {
    index: Arc<Index>,
    held: Arc<Held>,
    /// All that the asker may see. Every answer is a part of it.
    seen: Arc<VisibleDevices>,
}

/// The devices of one page.
#[derive(Debug)]
pub struct Page {
    pub devices: Vec<DeviceId>,
    /// On all pages.
    pub total: u64,
    /// In the whole inventory.
    pub inventory: u64,
    /// The inventory's, of which all this is true.
    pub generation: i64,
}

impl View {
    pub(super) fn new(index: Arc<Index>, held: Arc<Held>, scope: &Scope) -> Self {
        let seen = index.seen(scope);
        Self { index, held, seen }
    }

    pub fn all(&self) -> Selection {
        Selection::from_set(self.seen.all.clone())
    }

    /// How many devices the asker may see.
    pub fn size(&self) -> u64 {
        self.seen.all.len()
    }

    /// Those of them that are within another scope.
    pub fn within(&self, scope: &Scope) -> Selection {
        Selection::from_set(&self.seen.all & &self.index.seen(scope).all)
    }

    /// The org units of these devices.
    pub fn org_units(&self) -> Vec<String> {
        let units = self.index.column(Column::OrgUnit).iter();
        let seen = units.filter(|(_, devices)| !devices.is_disjoint(&self.seen.all));
        seen.map(|(unit, _)| unit.to_string()).collect()
    }

    pub fn matching(&self, filter: &DeviceFilter, today: Date) -> Selection {
        Selection::from_set(self.answer(filter, today).matching())
    }

    pub fn count(&self, filter: &DeviceFilter, today: Date) -> u64 {
        match *filter == DeviceFilter::default() {
            true => self.size(),
            false => self.answer_once(filter, today).matching().len(),
        }
    }

    /// The page of the devices that match, in the view's order.
    pub fn page(&self, view: &GridView, today: Date) -> Page {
        self.page_of(view, self.answer(&view.filter, today).matching())
    }

    /// The page of the selected devices among those that match.
    pub fn selected_page(&self, view: &GridView, selection: &Selection, today: Date) -> Page {
        let matching = self.answer(&view.filter, today).matching();
        self.page_of(view, matching & selection.as_set())
    }

    fn page_of(&self, view: &GridView, matching: RoaringBitmap) -> Page {
        let first = view.offset();
        let rows = first..first + u64::from(view.size);
        let window = self.index.window(view.sort, &matching, rows);
        Page {
            devices: window.into_iter().map(DeviceId).collect(),
            total: matching.len(),
            inventory: self.size(),
            generation: self.index.generation.unwrap_or_default(),
        }
    }

    pub fn facets(&self, filter: &DeviceFilter, today: Date, all: bool) -> Facets {
        let answer = self.answer(filter, today);
        let count = || count_facets(&self.index, &answer, filter, all);
        // What jobs hold changes without the index.
        let counted = match all || filter.in_job {
            true => Arc::new(count()),
            false => self.seen.counted.get_or(&(filter.clone(), today), count),
        };
        let in_job = answer.besides(Part::InJob);
        Facets {
            in_job: self.held.devices.intersection_len(&in_job),
            ..Facets::clone(&counted)
        }
    }

    /// The devices with one of these serial numbers or asset ids, which are in lower case.
    pub fn named(&self, names: &HashSet<String>) -> Vec<Named> {
        devices_named(&self.index, &self.seen.all, names)
    }

    /// For a filter whose parts are likely to be asked for again.
    fn answer(&self, filter: &DeviceFilter, today: Date) -> Answer {
        self.answer_with(filter, today, true)
    }

    fn answer_once(&self, filter: &DeviceFilter, today: Date) -> Answer {
        self.answer_with(filter, today, false)
    }

    fn answer_with(&self, filter: &DeviceFilter, today: Date, keep: bool) -> Answer {
        let parts = parts_of(&self.index, &self.held.devices, filter, today, keep);
        Answer::new(parts, self.seen.clone())
    }
}
