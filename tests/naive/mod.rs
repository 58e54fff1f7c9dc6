//! What a page has to hold, by the rules alone: every device is looked at, one by one.

use sunset::domain::device::Device;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::{Sort, SortKey};
use sunset::domain::time::{Date, Timestamp};

/// The devices that match a filter, in order.
pub fn matching<'a>(
    devices: impl IntoIterator<Item = &'a Device>,
    filter: &DeviceFilter,
    sort: Sort,
    today: Date,
) -> Vec<&'a Device> {
    let mut found: Vec<&Device> = devices
        .into_iter()
        .filter(|device| filter.matches(device, today))
        .collect();
    put_in_order(&mut found, sort);
    found
}

/// Devices that are alike in the sort's column stand in the order of their numbers.
pub fn put_in_order(devices: &mut [&Device], sort: Sort) {
    devices.sort_by_cached_key(|device| (order(device, sort.key), device.id));
    if sort.descending {
        devices.reverse();
    }
}

/// What a column is ordered by: names and text in lower case.
fn order(device: &Device, key: SortKey) -> (String, i64) {
    let it = &device.directory;
    let ms = |at: Option<Timestamp>| at.map_or(0, |at| at.0);
    match key {
        SortKey::Serial => (it.serial.to_lowercase(), 0),
        SortKey::AssetId => (it.asset_id.to_lowercase(), 0),
        SortKey::Status => (it.status.as_str().to_owned(), 0),
        SortKey::OrgUnit => (it.org_unit.clone(), 0),
        SortKey::Model => (it.model.clone(), 0),
        SortKey::User => (it.user.to_lowercase(), 0),
        SortKey::LastSync => (String::new(), ms(it.last_sync)),
        SortKey::AutoUpdate => (
            String::new(),
            it.auto_update.map_or(0, |date| date.0.into()),
        ),
    }
}
