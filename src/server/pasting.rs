//! Finding the devices that a pasted list, or a scanned code, names.

use std::collections::HashSet;

use super::inventory::Inventory;
use super::{Scoped, ServerError, may};
use crate::domain::error::ApiError;
use crate::domain::grid::GridView;
use crate::domain::near_miss;
use crate::domain::paste::{self, By, Entry, MAX_TEXT, Names, Pasted};
use crate::domain::paste_table::Table;
use crate::domain::scan::{MAX_CODE, Scanned};

impl Inventory {
    /// The devices that a pasted list names, of a table by this column or by the one
    /// that names devices.
    pub async fn find_pasted(
        &self,
        who: &Scoped<may::View>,
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
            return self.resolve_pasted(who, &entries, false).await;
        };
        let names = self.named(who, table.sampled_names()).await?;
        let columns = table.columns(&names);
        let column = column.or_else(|| table.best(&columns));
        let mut pasted = match column {
            Some(column) => {
                let entries = table.entries(column);
                let serials_only = table.has_serials(column);
                self.resolve_pasted(who, &entries, serials_only).await?
            }
            None => Pasted::default(),
        };
        (pasted.columns, pasted.column) = (columns, column);
        Ok(pasted)
    }

    /// Finds the device that a scanned code names, as in a pasted list of one.
    pub async fn find_scanned(
        &self,
        who: &Scoped<may::View>,
        code: &str,
    ) -> Result<Scanned, ServerError> {
        if MAX_CODE < code.chars().count() {
            return Ok(Scanned::default());
        }
        let pasted = self.find_pasted(who, code, None).await?;
        let mut devices = Vec::new();
        if !pasted.matched.is_empty() {
            let view = GridView::default();
            devices = self.selected_page(who, &view, &pasted.matched).await?.rows;
        }
        Ok(Scanned {
            devices,
            ambiguous: !pasted.ambiguous.is_empty(),
        })
    }

    async fn resolve_pasted(
        &self,
        who: &Scoped<may::View>,
        entries: &[Entry],
        serials_only: bool,
    ) -> Result<Pasted, ServerError> {
        let mut names = self.named(who, paste::names(entries)).await?;
        if serials_only {
            for devices in names.values_mut() {
                devices.retain(|(_, by)| *by != By::AssetId);
            }
        }
        let mut pasted = paste::resolve(entries, &names);
        let near = near_miss::names(&pasted);
        if !near.is_empty() {
            pasted.hint(&self.named(who, near).await?);
        }
        Ok(pasted)
    }

    /// The devices that have one of these names, which are in lower case.
    async fn named(
        &self,
        who: &Scoped<may::View>,
        names: HashSet<String>,
    ) -> Result<Names, ServerError> {
        let ids = self.store.devices_by_directory_id(&names).await?;
        let found = self.ask(who, &[], move |view, _| (view.named(&names), view.all()));
        let (mut found, all) = found.await?;
        let ids = ids.into_iter().filter(|(_, id)| all.contains(*id));
        found.extend(ids.map(|(name, id)| (name, id, By::DeviceId)));
        // What names a device by its serial number counts as that.
        found.sort_by_key(|(_, _, by)| match by {
            By::Serial => 0,
            By::DeviceId => 1,
            By::AssetId => 2,
        });
        let mut names = Names::new();
        for (name, id, by) in found {
            let devices = names.entry(name).or_default();
            if devices.iter().all(|(known, _)| *known != id) {
                devices.push((id, by));
            }
        }
        Ok(names)
    }
}
