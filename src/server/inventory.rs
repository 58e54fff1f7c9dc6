//! What operators ask of the inventory.

use std::slice::from_ref;
use std::sync::Arc;

use super::checks::{check_length, check_ranges, check_selection};
use super::search::{About, Page, Search, View};
use super::store::Store;
use super::{Scoped, ServerError, may};
use crate::domain::device::DeviceId;
use crate::domain::device_detail::DeviceDetail;
use crate::domain::drift::Drift;
use crate::domain::error::ApiError;
use crate::domain::facets::Facets;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::grid_page::GridPage;
use crate::domain::refresh::CacheState;
use crate::domain::scope::Scope;
use crate::domain::selection::Selection;
use crate::domain::time::{Date, Timestamp};

/// How often a page is looked for whose rows do not change meanwhile.
const TRIES: u32 = 10;

#[derive(Clone, Debug)]
pub struct Inventory {
    pub(super) store: Arc<Store>,
    search: Search,
}

impl Inventory {
    pub fn new(store: Arc<Store>, search: Search) -> Self {
        Self { store, search }
    }

    /// How many devices there are, for somebody who may see all of them.
    pub async fn size(&self) -> Result<u64, ServerError> {
        let who = Scoped::at_this_computer();
        self.ask(&who, &[], |view, _| view.size()).await
    }

    /// How many devices match each filter, exactly.
    pub async fn counts(
        &self,
        who: &Scoped<may::View>,
        filters: &[DeviceFilter],
    ) -> Result<Vec<u64>, ServerError> {
        let asked = filters.to_vec();
        let counts = self.ask(who, filters, move |view, today| {
            let counts = asked.iter().map(|filter| view.count(filter, today));
            counts.collect()
        });
        counts.await
    }

    /// A page of the devices that match the view's filter.
    pub async fn page(
        &self,
        who: &Scoped<may::View>,
        view: &GridView,
    ) -> Result<GridPage, ServerError> {
        let mut tries = TRIES;
        loop {
            let asked = view.clone();
            let found = self.ask(who, from_ref(&view.filter), move |view, today| {
                view.page(&asked, today)
            });
            if let Some(page) = self.with_rows(found.await?, &mut tries).await? {
                return Ok(page);
            }
        }
    }

    /// A page of a selection. Of the filter only the quick search counts.
    pub async fn selected_page(
        &self,
        who: &Scoped<may::View>,
        view: &GridView,
        selection: &Selection,
    ) -> Result<GridPage, ServerError> {
        let selection = &self.visible(who, selection).await?;
        let filter = DeviceFilter {
            search: view.filter.search.clone(),
            ..DeviceFilter::default()
        };
        let asked = GridView {
            filter: filter.clone(),
            ..view.clone()
        };
        let mut tries = TRIES;
        loop {
            let (asked, selection) = (asked.clone(), selection.clone());
            let found = self.ask(who, from_ref(&filter), move |view, today| {
                view.selected_page(&asked, &selection, today)
            });
            if let Some(page) = self.with_rows(found.await?, &mut tries).await? {
                return Ok(page);
            }
        }
    }

    /// A page with its rows. `None` if a row has changed since the page was found: it may
    /// not belong on it any more, so the page has to be found again. The last try shows
    /// the rows as they are now.
    async fn with_rows(
        &self,
        page: Page,
        tries: &mut u32,
    ) -> Result<Option<GridPage>, ServerError> {
        let (rows, newest) = self.store.devices_in_order(&page.devices).await?;
        *tries -= 1;
        if page.generation < newest && *tries != 0 {
            return Ok(None);
        }
        Ok(Some(GridPage {
            rows,
            total: page.total,
            inventory: page.inventory,
            now: Timestamp::now(),
        }))
    }

    /// The devices that match at this moment.
    pub async fn matching(
        &self,
        who: &Scoped<may::View>,
        filter: &DeviceFilter,
    ) -> Result<Selection, ServerError> {
        let asked = filter.clone();
        let found = self.ask(who, from_ref(filter), move |view, today| {
            view.matching(&asked, today)
        });
        found.await
    }

    /// The devices that match at this moment, if they are as many as was seen.
    pub async fn select_matching(
        &self,
        who: &Scoped<may::View>,
        filter: &DeviceFilter,
        expected: u64,
    ) -> Result<Selection, ServerError> {
        let selection = self.matching(who, filter).await?;
        if selection.is_empty() {
            return Err(ApiError::EmptySelection.into());
        }
        if selection.len() != expected {
            return Err(ApiError::CountChanged {
                count: selection.len(),
            }
            .into());
        }
        Ok(selection)
    }

    /// Asks the index, which all numbers and all sets of devices come from.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        who: &Scoped<may::View>,
        filters: &[DeviceFilter],
        question: impl FnOnce(&View, Date) -> T + Send + 'static,
    ) -> Result<T, ServerError> {
        let today = Timestamp::now().date();
        for filter in filters {
            check_ranges(filter, today)?;
        }
        let about = match filters.iter().any(|filter| filter.in_job) {
            true => About::DevicesAndJobs,
            false => About::Devices,
        };
        let answer = self
            .search
            .ask(who, about, move |view| question(view, today));
        Ok(answer.await?)
    }

    /// Those of the selection's devices that somebody may see. What they may not see is to
    /// them as what is not there.
    ///
    /// # Errors
    /// It holds devices that never were.
    pub async fn visible(
        &self,
        who: &Scoped<may::View>,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        match who.scope() {
            Scope::All => {
                check_selection(&self.store, selection).await?;
                Ok(selection.clone())
            }
            // How many devices there are in all is not theirs to know.
            Scope::Units(_) => self.known(who, selection).await,
        }
    }

    /// Those of the selection's devices that the inventory has.
    pub async fn known(
        &self,
        who: &Scoped<may::View>,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        // It is asked to fix a selection, so a device that never was is left out here.
        let mut known = self.ask(who, &[], |view, _| view.all()).await?;
        check_length(selection, self.highest(who, &known).await?)?;
        known.keep_all(selection);
        Ok(known)
    }

    /// The highest id of a device that somebody may know of.
    pub(super) async fn highest(
        &self,
        who: &Scoped<may::View>,
        visible: &Selection,
    ) -> Result<Option<DeviceId>, ServerError> {
        match who.scope() {
            Scope::All => Ok(self.store.highest_device().await?),
            Scope::Units(_) => Ok(visible.highest()),
        }
    }

    /// How what the filter matches has moved away from what it matched before.
    pub async fn drift(
        &self,
        who: &Scoped<may::View>,
        filter: &DeviceFilter,
        matched: &Selection,
    ) -> Result<Drift, ServerError> {
        let matched = &self.visible(who, matched).await?;
        let now = self.matching(who, filter).await?;
        Ok(Drift::between(matched, now))
    }

    /// The selection's serial numbers.
    pub async fn serials(
        &self,
        who: &Scoped<may::View>,
        selection: &Selection,
    ) -> Result<Vec<String>, ServerError> {
        let selection = &self.visible(who, selection).await?;
        Ok(self.store.serials_of(selection).await?)
    }

    /// The values that filters offer beside this one: `all` of them, or the most frequent and
    /// those of the filter.
    pub async fn facets(
        &self,
        who: &Scoped<may::View>,
        filter: &DeviceFilter,
        all: bool,
    ) -> Result<Facets, ServerError> {
        let today = Timestamp::now().date();
        check_ranges(filter, today)?;
        let filter = filter.clone();
        let question = move |view: &View| view.facets(&filter, today, all);
        Ok(self
            .search
            .ask(who, About::DevicesAndJobs, question)
            .await?)
    }

    /// One device, with the jobs that hold or held it.
    pub async fn device(
        &self,
        who: &Scoped<may::View>,
        device_id: &str,
    ) -> Result<DeviceDetail, ServerError> {
        let not_found = || ApiError::NotFound {
            what: "This device".to_owned(),
        };
        let device = self.store.device(device_id).await?;
        let device = device.filter(|it| who.scope().covers(&it.directory.org_unit));
        let device = device.ok_or_else(not_found)?;
        let mut jobs = Vec::new();
        for job in self.store.jobs_of_device(device_id, who.scope()).await? {
            if let Some(item) = self.store.item_of_device(&job.id, device.id).await? {
                jobs.push((job, item));
            }
        }
        Ok(DeviceDetail {
            device,
            jobs,
            now: self.store.now().await?,
        })
    }

    /// The inventory's age, and the refresh that runs or ended last.
    pub async fn cache_state(&self, who: &Scoped<may::View>) -> Result<CacheState, ServerError> {
        let state = self.search.state().await?.cache;
        Ok(state.as_seen_in(who.scope()))
    }
}
