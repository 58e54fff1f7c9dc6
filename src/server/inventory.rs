//! What operators ask of the inventory.

use std::sync::Arc;

use super::checks::{check_length, check_ranges, check_selection};
use super::store::Store;
use super::{Operator, ServerError};
use crate::api::ApiError;
use crate::api::devices::{DeviceDetail, Facets, GridPage};
use crate::domain::drift::Drift;
use crate::domain::eligibility::{Rule, verdict};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::job::JobId;
use crate::domain::near_miss;
use crate::domain::paste::{self, By, Entry, MAX_TEXT, Pasted};
use crate::domain::paste_table::Table;
use crate::domain::plan::EligibilityCount;
use crate::domain::refresh::CacheState;
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug)]
pub struct Inventory {
    pub(super) store: Arc<Store>,
}

impl Inventory {
    pub fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    /// How many devices there are.
    pub async fn size(&self) -> Result<u64, ServerError> {
        let (all, today) = (DeviceFilter::default(), Timestamp::now().date());
        Ok(self.store.counts(&all, today).await?.all)
    }

    /// How many devices match each filter, exactly.
    pub async fn counts(
        &self,
        _who: &Operator,
        filters: &[DeviceFilter],
    ) -> Result<Vec<u64>, ServerError> {
        let today = Timestamp::now().date();
        let mut counts = Vec::new();
        for filter in filters {
            counts.push(self.store.count_devices(filter, today).await?);
        }
        Ok(counts)
    }

    /// A page of the devices that match the view's filter.
    pub async fn page(&self, _who: &Operator, view: &GridView) -> Result<GridPage, ServerError> {
        let now = Timestamp::now();
        check_ranges(&view.filter, now.date())?;
        let counts = self.store.counts(&view.filter, now.date()).await?;
        let rows = self.store.list_devices(view, counts, now.date()).await?;
        Ok(GridPage {
            rows,
            total: counts.matching,
            inventory: counts.all,
            now,
        })
    }

    /// A page of a selection. Of the filter only the quick search counts.
    pub async fn selected_page(
        &self,
        _who: &Operator,
        view: &GridView,
        selection: &Selection,
    ) -> Result<GridPage, ServerError> {
        check_selection(&self.store, selection).await?;
        let now = Timestamp::now();
        let filter = DeviceFilter {
            search: view.filter.search.clone(),
            ..DeviceFilter::default()
        };
        let view = GridView {
            filter,
            ..view.clone()
        };
        let total = self
            .store
            .count_selected(selection, &view.filter, now.date())
            .await?;
        let rows = self
            .store
            .list_selected(&view, selection, total, now.date())
            .await?;
        let inventory = self
            .store
            .count_devices(&DeviceFilter::default(), now.date())
            .await?;
        Ok(GridPage {
            rows,
            total,
            inventory,
            now,
        })
    }

    /// The devices that match at this moment, if they are as many as was seen.
    pub async fn select_matching(
        &self,
        _who: &Operator,
        filter: &DeviceFilter,
        expected: u64,
    ) -> Result<Selection, ServerError> {
        let today = Timestamp::now().date();
        check_ranges(filter, today)?;
        let selection = self.store.matching_devices(filter, today).await?;
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

    /// Refuses a selection of devices that never were.
    pub async fn check(&self, selection: &Selection) -> Result<(), ServerError> {
        check_selection(&self.store, selection).await
    }

    /// Those of the selection's devices that the inventory has.
    pub async fn known(
        &self,
        _who: &Operator,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        // It is asked to mend a selection, so a device that never was is left out here.
        check_length(selection, self.store.highest_device().await?)?;
        Ok(self.store.known_devices(selection).await?)
    }

    /// How what the filter matches has moved away from what it matched before.
    pub async fn drift(
        &self,
        _who: &Operator,
        filter: &DeviceFilter,
        matched: &Selection,
    ) -> Result<Drift, ServerError> {
        check_selection(&self.store, matched).await?;
        let today = Timestamp::now().date();
        check_ranges(filter, today)?;
        let now = self.store.matching_devices(filter, today).await?;
        Ok(Drift::between(matched, now))
    }

    /// Those of the selection's devices that could be deprovisioned now.
    pub async fn eligible(
        &self,
        _who: &Operator,
        selection: &Selection,
    ) -> Result<Selection, ServerError> {
        check_selection(&self.store, selection).await?;
        let mut eligible = Selection::default();
        for (id, status, gone, busy) in self.store.selection_states(selection).await? {
            eligible.set(id, verdict(&status, gone, busy).is_ok());
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

    /// The devices that a pasted list names, of a table by this column or by the one
    /// that names devices.
    pub async fn find_pasted(
        &self,
        _who: &Operator,
        text: &str,
        column: Option<usize>,
    ) -> Result<Pasted, ServerError> {
        let invalid = |message: String| ApiError::Invalid { message };
        if MAX_TEXT < text.len() {
            let why = "The list is too long. Split it into lists of up to 50,000 entries.";
            return Err(invalid(why.to_owned()).into());
        }
        let table = Table::read(text).map_err(|bad| invalid(bad.to_string()))?;
        let Some(table) = table else {
            let entries = paste::entries(text).map_err(|bad| invalid(bad.to_string()))?;
            return self.resolve_pasted(&entries, false).await;
        };
        let names = self.store.devices_named(&table.sampled_names()).await?;
        let columns = table.columns(&names);
        let column = column.or_else(|| table.best(&columns));
        let mut pasted = match column {
            Some(column) => {
                let entries = table.entries(column);
                let serials_only = table.has_serials(column);
                self.resolve_pasted(&entries, serials_only).await?
            }
            None => Pasted::default(),
        };
        (pasted.columns, pasted.column) = (columns, column);
        Ok(pasted)
    }

    async fn resolve_pasted(
        &self,
        entries: &[Entry],
        serials_only: bool,
    ) -> Result<Pasted, ServerError> {
        let mut names = self.store.devices_named(&paste::names(entries)).await?;
        if serials_only {
            for devices in names.values_mut() {
                devices.retain(|(_, by)| *by != By::AssetId);
            }
        }
        let mut pasted = paste::resolve(entries, &names);
        let near = near_miss::names(&pasted);
        if !near.is_empty() {
            pasted.hint(&self.store.devices_named(&near).await?);
        }
        Ok(pasted)
    }

    /// Counts what deprovisioning this selection would do, its unknown devices among it.
    pub async fn eligibility(
        &self,
        _who: &Operator,
        selection: &Selection,
    ) -> Result<EligibilityCount, ServerError> {
        check_length(selection, self.store.highest_device().await?)?;
        let mut count = EligibilityCount {
            total: selection.len(),
            ..Default::default()
        };
        let mut leave_out = |rule: Rule, devices: u64| match count
            .left_out
            .iter_mut()
            .find(|(known, _)| *known == rule)
        {
            Some((_, sum)) => *sum += devices,
            None => count.left_out.push((rule, devices)),
        };
        let mut known = 0;
        for group in self.store.selection_groups(selection).await? {
            known += group.devices;
            match verdict(&group.status, group.gone, group.busy) {
                Ok(()) => count.eligible += group.devices,
                Err(rule) => leave_out(rule, group.devices),
            }
        }
        if known < selection.len() {
            leave_out(Rule::NotInDirectory, selection.len() - known);
        }
        count
            .left_out
            .sort_by_key(|(rule, devices)| (std::cmp::Reverse(*devices), *rule));
        Ok(count)
    }

    /// The values that filters offer beside this one, at most so many of each besides
    /// those of the filter.
    pub async fn facets(
        &self,
        _who: &Operator,
        filter: &DeviceFilter,
        limit: usize,
    ) -> Result<Facets, ServerError> {
        let today = Timestamp::now().date();
        check_ranges(filter, today)?;
        Ok(self.store.facets(filter, today, limit).await?)
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
