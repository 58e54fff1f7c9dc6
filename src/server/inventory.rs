//! What operators ask of the inventory.

use std::collections::BTreeMap;
use std::slice::from_ref;
use std::sync::Arc;

use super::checks::{check_length, check_ranges, check_selection};
use super::search::{About, Page, Search, View};
use super::store::Store;
use super::{Operator, ServerError};
use crate::domain::action::ActionKind;
use crate::domain::device_detail::DeviceDetail;
use crate::domain::drift::Drift;
use crate::domain::eligibility::{Rule, verdict};
use crate::domain::error::ApiError;
use crate::domain::facets::Facets;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::grid_page::GridPage;
use crate::domain::job::JobId;
use crate::domain::plan::EligibilityCount;
use crate::domain::refresh::CacheState;
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
        let who = Operator::at_this_computer();
        self.ask(&who, &[], |view, _| view.all().len()).await
    }

    /// How many devices match each filter, exactly.
    pub async fn counts(
        &self,
        who: &Operator,
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
    pub async fn page(&self, who: &Operator, view: &GridView) -> Result<GridPage, ServerError> {
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
        who: &Operator,
        view: &GridView,
        selection: &Selection,
    ) -> Result<GridPage, ServerError> {
        check_selection(&self.store, selection).await?;
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
        who: &Operator,
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
        who: &Operator,
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
        who: &Operator,
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

    /// Refuses a selection of devices that never were.
    pub async fn check(&self, selection: &Selection) -> Result<(), ServerError> {
        check_selection(&self.store, selection).await
    }

    /// Those of the selection's devices that the inventory has.
    pub async fn known(
        &self,
        who: &Operator,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        // It is asked to fix a selection, so a device that never was is left out here.
        check_length(selection, self.store.highest_device().await?)?;
        let mut known = self.ask(who, &[], |view, _| view.all()).await?;
        known.keep_all(selection);
        Ok(known)
    }

    /// How what the filter matches has moved away from what it matched before.
    pub async fn drift(
        &self,
        who: &Operator,
        filter: &DeviceFilter,
        matched: &Selection,
    ) -> Result<Drift, ServerError> {
        check_selection(&self.store, matched).await?;
        let now = self.matching(who, filter).await?;
        Ok(Drift::between(matched, now))
    }

    /// Those of the selection's devices on which the action could be carried out now.
    pub async fn eligible(
        &self,
        _who: &Operator,
        action: ActionKind,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        check_selection(&self.store, selection).await?;
        let mut eligible = Selection::default();
        for (id, status, gone, busy) in self.store.selection_states(selection).await? {
            eligible.set(id, verdict(action, &status, gone, busy).is_ok());
        }
        Ok(eligible)
    }

    /// The selection's serial numbers.
    pub async fn serials(
        &self,
        _who: &Operator,
        selection: &Selection,
    ) -> Result<Vec<String>, ServerError> {
        check_selection(&self.store, selection).await?;
        Ok(self.store.serials_of(selection).await?)
    }

    /// Serial numbers of a plan of this operator's, by verdict.
    pub async fn plan_serials(
        &self,
        operator: &Operator,
        plan: &JobId,
        rule: Option<Rule>,
    ) -> Result<Vec<String>, ServerError> {
        Ok(self.store.plan_serials(&operator.name, plan, rule).await?)
    }

    /// Counts what each action would do to this selection, its unknown devices among it.
    pub async fn eligibility(
        &self,
        _who: &Operator,
        selection: &Selection,
    ) -> Result<Vec<EligibilityCount>, ServerError> {
        check_length(selection, self.store.highest_device().await?)?;
        let groups = self.store.selection_groups(selection).await?;
        let known: u64 = groups.iter().map(|group| group.devices).sum();
        let count = |action: &ActionKind| {
            let (mut eligible, mut left_out) = (0, BTreeMap::<Rule, u64>::new());
            for group in &groups {
                match verdict(*action, &group.status, group.gone, group.busy) {
                    Ok(()) => eligible += group.devices,
                    Err(rule) => *left_out.entry(rule).or_default() += group.devices,
                }
            }
            if known < selection.len() {
                *left_out.entry(Rule::NotInDirectory).or_default() += selection.len() - known;
            }
            let mut left_out: Vec<_> = left_out.into_iter().collect();
            left_out.sort_by_key(|(rule, devices)| (std::cmp::Reverse(*devices), *rule));
            EligibilityCount {
                action: *action,
                total: selection.len(),
                eligible,
                left_out,
            }
        };
        Ok(ActionKind::ALL.iter().map(count).collect())
    }

    /// The values that filters offer beside this one: `all` of them, or the most frequent and
    /// those of the filter.
    pub async fn facets(
        &self,
        who: &Operator,
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
        _who: &Operator,
        device_id: &str,
    ) -> Result<DeviceDetail, ServerError> {
        let not_found = || ApiError::NotFound {
            what: "This device".to_owned(),
        };
        let device = self.store.device(device_id).await?.ok_or_else(not_found)?;
        let mut jobs = Vec::new();
        for job in self.store.jobs_of_device(device_id).await? {
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
    pub async fn cache_state(&self) -> Result<CacheState, ServerError> {
        Ok(self.store.cache_state().await?)
    }
}
