//! The inventory as the database has it, without an index: a copy of every row.

use std::collections::BTreeMap;

use sunset::domain::device::{Device, DeviceId};
use sunset::domain::grid::GridView;
use sunset::domain::time::Date;
use sunset::server::store::Store;

use crate::naive;

#[derive(Default)]
pub struct Truth {
    devices: BTreeMap<DeviceId, Device>,
    /// What it is the truth of.
    pub generation: Option<i64>,
}

impl Truth {
    /// Reads what has changed, until nothing has changed while it was read.
    pub async fn catch_up(&mut self, store: &Store) {
        loop {
            let generation = store.generation().await.expect("it answers");
            if self.generation == Some(generation) {
                return;
            }
            let mut changed = Vec::new();
            let take = |rows: Vec<_>| changed.extend(rows.iter().map(id_of));
            let read = store.rows_since(self.generation, take).await;
            read.expect("it answers");
            let read = store.devices_in_order(&changed).await;
            for device in read.expect("it answers").0 {
                self.devices.insert(device.id, device);
            }
            self.generation = Some(generation);
        }
    }

    /// The numbers of the devices on this page, and how many devices match.
    pub fn page(&self, view: &GridView, today: Date) -> (Vec<DeviceId>, u64) {
        let found = naive::matching(self.devices.values(), &view.filter, view.sort, today);
        let page = found
            .iter()
            .skip(view.offset() as usize)
            .take(view.size as usize);
        (page.map(|device| device.id).collect(), found.len() as u64)
    }
}

fn id_of(row: &sunset::server::store::SearchRow) -> DeviceId {
    DeviceId(row.id)
}
