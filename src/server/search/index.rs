//! The columns of the inventory that are searched, in memory: which devices have which
//! value, their texts and dates, and the orders of the grid. Devices that are gone are no
//! part of it.
//!
//! An index does not change once others can see it. A newer one is made of a copy, which
//! shares everything that is as it was.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::codes::Codes;
use super::facet_values::Listing;
use super::order::{Key, Order};
use super::recent::Recent;
use super::text::{BLOCK, Field, TextBlock, beginning, field};
use super::values::Values;
use super::visible_devices::VisibleDevices;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{Sort, SortKey};
use crate::domain::scope::Scope;
use crate::domain::time::Date;
use crate::server::store::SearchRow;

/// What of a device is text, told apart by its different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Status,
    OrgUnit,
    Model,
    OsVersion,
    License,
    Extended,
}

impl Column {
    pub(super) const ALL: [Self; 6] = [
        Self::Status,
        Self::OrgUnit,
        Self::Model,
        Self::OsVersion,
        Self::License,
        Self::Extended,
    ];

    /// Those that may have many values.
    pub const WITH_CODES: [Self; 3] = [Self::OrgUnit, Self::Model, Self::OsVersion];

    /// Its place among those that may have many values.
    pub fn place(self) -> Option<usize> {
        Self::WITH_CODES.iter().position(|column| *column == self)
    }

    pub(super) fn of(self, row: &SearchRow) -> &str {
        match self {
            Self::Status => &row.status,
            Self::OrgUnit => &row.org_unit,
            Self::Model => &row.model,
            Self::OsVersion => &row.os_version,
            Self::License => &row.license,
            Self::Extended => row.extended,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The inventory's generation that it has at the least.
    pub generation: Option<i64>,
    pub(super) present: Arc<RoaringBitmap>,
    pub(super) columns: [Values<Arc<str>>; 6],
    pub(super) codes: [Codes; 3],
    /// The last days with updates, 0 for none.
    pub(super) auto_updates: Values<i64>,
    pub(super) blocks: Vec<Block>,
    pub(super) by_text: [Order; 3],
    pub(super) by_last_sync: Order,
    found: Found,
    /// Of the columns that have codes. Made when they are asked for first.
    pub(super) listings: OnceLock<Arc<[Listing; 3]>>,
    pub(super) seen: Recent<Scope, VisibleDevices, 32>,
}

/// What parts of filters have found. One takes up to 125 kB of a million devices.
type Found = Recent<(DeviceFilter, Date), RoaringBitmap, 16>;

/// Devices that follow one another.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub text: Arc<TextBlock>,
    /// Milliseconds since 1970, 0 for never.
    pub last_sync: Arc<Instants>,
    pub last_enrolled: Arc<Instants>,
}

#[derive(Clone, Debug)]
pub(super) struct Instants(pub [i64; BLOCK as usize]);

impl Default for Instants {
    fn default() -> Self {
        Self([0; BLOCK as usize])
    }
}

impl Index {
    /// Every device there is.
    pub fn present(&self) -> &RoaringBitmap {
        &self.present
    }

    pub fn column(&self, column: Column) -> &Values<Arc<str>> {
        &self.columns[column as usize]
    }

    /// In the order of [`Column::WITH_CODES`].
    pub fn codes(&self) -> &[Codes; 3] {
        &self.codes
    }

    /// What filters list of the columns that have codes, in their order.
    pub fn listings(&self) -> &[Listing; 3] {
        self.listings.get_or_init(|| {
            let mut place = 0..;
            let column = |column| Listing::of(self, column, place.next().unwrap_or_default());
            Arc::new(Column::WITH_CODES.map(column))
        })
    }

    pub fn auto_updates(&self) -> &Values<i64> {
        &self.auto_updates
    }

    pub(super) fn found(&self) -> &Found {
        &self.found
    }

    /// What somebody may see who is limited to this scope.
    pub fn seen(&self, scope: &Scope) -> Arc<VisibleDevices> {
        self.seen.get_or(scope, || VisibleDevices::of(self, scope))
    }

    /// Stretches of devices, each with the number of its first.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (u32, &Block)> {
        (0..).step_by(BLOCK as usize).zip(&self.blocks)
    }

    /// One more than the highest number of a device.
    pub fn size(&self) -> u32 {
        self.blocks.len() as u32 * BLOCK
    }

    /// The text of a device as [`Field`] has it.
    pub fn text(&self, device: u32) -> &[u8] {
        let block = self.blocks.get((device / BLOCK) as usize);
        block.map_or(&[], |block| block.text.text(device % BLOCK))
    }

    fn last_sync(&self, device: u32) -> i64 {
        let block = self.blocks.get((device / BLOCK) as usize);
        block.map_or(0, |block| block.last_sync.0[(device % BLOCK) as usize])
    }

    /// These rows of the order, of the devices that match.
    pub fn window(&self, sort: Sort, matching: &RoaringBitmap, rows: Range<u64>) -> Vec<u32> {
        let total = matching.len();
        let (first, end) = (rows.start.min(total), rows.end.min(total));
        let length = (end - first) as usize;
        // The other way round is the same order from its end.
        let skip = if sort.descending { total - end } else { first };
        let by_column = |column| self.column(column).window(matching, skip, length);
        let by_text = |field: Field| {
            let key = ByText { index: self, field };
            self.by_text[field as usize].window(matching, &self.present, &key, skip, length)
        };
        let mut window = match sort.key {
            SortKey::Serial => by_text(Field::Serial),
            SortKey::AssetId => by_text(Field::AssetId),
            SortKey::User => by_text(Field::User),
            SortKey::Status => by_column(Column::Status),
            SortKey::OrgUnit => by_column(Column::OrgUnit),
            SortKey::Model => by_column(Column::Model),
            SortKey::AutoUpdate => self.auto_updates.window(matching, skip, length),
            SortKey::LastSync => {
                let key = ByLastSync(self);
                self.by_last_sync
                    .window(matching, &self.present, &key, skip, length)
            }
        };
        if sort.descending {
            window.reverse();
        }
        window
    }
}

struct ByText<'a> {
    index: &'a Index,
    field: Field,
}

impl Key for ByText<'_> {
    fn number(&self, device: u32) -> u128 {
        beginning(self.bytes(device))
    }

    fn bytes(&self, device: u32) -> &[u8] {
        field(self.index.text(device), self.field)
    }
}

struct ByLastSync<'a>(&'a Index);

impl Key for ByLastSync<'_> {
    fn number(&self, device: u32) -> u128 {
        // Ordered as the signed number is.
        (i128::from(self.0.last_sync(device)) - i128::from(i64::MIN)) as u128
    }

    fn bytes(&self, _: u32) -> &[u8] {
        &[]
    }
}
