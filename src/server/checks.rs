//! What is refused before anything is looked up.

use super::ServerError;
use super::store::Store;
use crate::domain::device::DeviceId;
use crate::domain::error::ApiError;
use crate::domain::filter::DeviceFilter;
use crate::domain::selection::Selection;
use crate::domain::time::Date;

/// Of so many devices a list does no harm, whatever their ids are.
const FEW: u64 = 10_000;

/// Refuses a selection of devices that never were, before any list of its ids is made:
/// a few bytes can stand for four billion of them.
pub async fn check_selection(store: &Store, selection: &Selection) -> Result<(), ServerError> {
    let highest = store.highest_device().await?;
    if selection.highest() <= highest {
        return Ok(());
    }
    Err(never_had().into())
}

/// Refuses a selection of more devices than ever were.
pub fn check_length(selection: &Selection, highest: Option<DeviceId>) -> Result<(), ApiError> {
    // Ids are given in order, from 1 or so.
    let most = highest.map_or(0, |id| u64::from(id.0) + 1).max(FEW);
    match selection.len() <= most {
        true => Ok(()),
        false => Err(never_had()),
    }
}

fn never_had() -> ApiError {
    ApiError::Invalid {
        message: "The selection holds devices that the inventory never had. Clear it and select \
                  again."
            .to_owned(),
    }
}

/// A range that ends before it begins matches nothing, and nobody means that.
pub fn check_ranges(filter: &DeviceFilter, today: Date) -> Result<(), ApiError> {
    let ranges = [
        ("last sync", filter.last_sync),
        ("auto-update date", filter.auto_update),
        ("enrollment date", filter.enrolled),
    ];
    match ranges.iter().find(|(_, range)| range.is_reversed(today)) {
        None => Ok(()),
        Some((name, _)) => Err(ApiError::Invalid {
            message: format!("The range of the {name} ends before it begins."),
        }),
    }
}
