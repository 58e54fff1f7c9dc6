//! Finding devices and selecting them.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::action::ActionKind;
use crate::domain::device_detail::DeviceDetail;
use crate::domain::drift::Drift;
use crate::domain::error::ApiError;
use crate::domain::facets::Facets;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::grid_page::GridPage;
use crate::domain::paste::Pasted;
use crate::domain::plan::EligibilityCount;
use crate::domain::scan::Scanned;
use crate::domain::selection::Selection;

/// At most so many filters are counted by one request.
pub const COUNTED: usize = 50;

/// Lists a page of the devices that match the view's filter. A row has what the view's
/// columns show.
#[server(endpoint = "devices/search", protocol = Call)]
pub async fn search_devices(view: GridView) -> Result<GridPage, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.page(&operator, &view).await?.as_listed(&view))
}

/// How many devices match each filter, exactly; at most [`COUNTED`] of them.
#[server(endpoint = "devices/count", protocol = Call)]
pub async fn count_devices(filters: Vec<DeviceFilter>) -> Result<Vec<u64>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    if COUNTED < filters.len() {
        return Err(ApiError::Invalid {
            message: format!("At most {COUNTED} filters can be counted at once."),
        });
    }
    Ok(app.inventory.counts(&operator, &filters).await?)
}

/// Lists a page of a selection (Show Selected Only). Of the filter only the quick
/// search counts.
#[server(endpoint = "devices/selected", protocol = Call)]
pub async fn selected_devices(view: GridView, selection: Selection) -> Result<GridPage, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    let page = app.inventory.selected_page(&operator, &view, &selection);
    Ok(page.await?.as_listed(&view))
}

/// Resolves a filter to the devices that match it at this moment. Refused with
/// [`ApiError::CountChanged`] unless they are as many as the operator saw.
#[server(endpoint = "devices/select-matching", protocol = Call)]
pub async fn select_matching(filter: DeviceFilter, expected: u64) -> Result<Selection, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app
        .inventory
        .select_matching(&operator, &filter, expected)
        .await?)
}

/// Which of the selected devices the inventory still has.
#[server(endpoint = "devices/known", protocol = Call)]
pub async fn known_devices(selection: Selection) -> Result<Selection, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.known(&operator, &selection).await?)
}

/// Finds the devices that a pasted list names, of a table by this column, counted from
/// 0. A line that is not understood names none.
#[server(endpoint = "devices/paste", protocol = Call)]
pub async fn find_pasted(text: String, column: Option<usize>) -> Result<Pasted, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.find_pasted(&operator, &text, column).await?)
}

/// Finds the device that a scanned code names, by the rules of a pasted list.
#[server(endpoint = "devices/scan", protocol = Call)]
pub async fn find_scanned(code: String) -> Result<Scanned, ApiError> {
    use crate::server::{authorize, may};

    let (app, who) = authorize::<may::View>().await?;
    Ok(app.inventory.find_scanned(&who, &code).await?)
}

/// How what the filter matches has moved away from what it matched before.
#[server(endpoint = "devices/drift", protocol = Call)]
pub async fn find_drift(filter: DeviceFilter, matched: Selection) -> Result<Drift, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.drift(&operator, &filter, &matched).await?)
}

/// On which of the selected devices the action could be carried out now.
#[server(endpoint = "devices/eligible", protocol = Call)]
pub async fn eligible_devices(
    action: ActionKind,
    selection: Selection,
) -> Result<Selection, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app
        .inventory
        .eligible(&operator, action, &selection)
        .await?)
}

/// The serial numbers of a selection, in their order.
#[server(endpoint = "devices/serials", protocol = Call)]
pub async fn selected_serials(selection: Selection) -> Result<Vec<String>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.serials(&operator, &selection).await?)
}

/// Counts what each action would do to this selection, by rule.
#[server(endpoint = "devices/eligibility", protocol = Call)]
pub async fn count_eligible(selection: Selection) -> Result<Vec<EligibilityCount>, ApiError> {
    use crate::domain::eligibility::Rule;
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    let mut counts = app.inventory.eligibility(&operator, &selection).await?;
    for count in &mut counts {
        if !app.jobs.can(count.action.main_effect()) {
            // What is gone stays so; of the others the status does not matter.
            count
                .left_out
                .retain(|(rule, _)| *rule == Rule::NotInDirectory);
            let gone: u64 = count.left_out.iter().map(|(_, devices)| devices).sum();
            let others = (Rule::DirectoryCannot, count.total - gone);
            count.left_out.insert(0, others);
            count.eligible = 0;
        }
    }
    Ok(counts)
}

/// The values that filters offer beside this one, each with its number of devices: the
/// most frequent of each, which a page has before any script runs, or `all` of them.
#[server(endpoint = "devices/facets", protocol = Call)]
pub async fn list_facets(filter: DeviceFilter, all: Option<bool>) -> Result<Facets, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    let all = all == Some(true);
    Ok(app.inventory.facets(&operator, &filter, all).await?)
}

/// One device by the directory's id.
#[server(endpoint = "devices/read", protocol = Call)]
pub async fn read_device(device_id: String) -> Result<DeviceDetail, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.device(&operator, &device_id).await?)
}
