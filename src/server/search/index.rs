//! The columns of the inventory that are searched, in memory: which devices have which
//! value, their texts and dates, and the orders of the grid. Devices that are gone are no
//! part of it.
//!
//! An index does not change once others can see it. A newer one is made of a copy, which
//! shares everything that is as it was.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::offers::Frequent;
use super::order::{Key, Order};
use super::text::{BLOCK, Field, TextBlock, beginning, field};
use super::values::Values;
use crate::domain::filter::fold_into;
use crate::domain::grid::{Sort, SortKey};
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
    const ALL: [Self; 6] = [
        Self::Status,
        Self::OrgUnit,
        Self::Model,
        Self::OsVersion,
        Self::License,
        Self::Extended,
    ];

    fn of(self, row: &SearchRow) -> &str {
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
    present: Arc<RoaringBitmap>,
    columns: [Values<Arc<str>>; 6],
    /// The last days with updates, 0 for none.
    auto_updates: Values<i64>,
    blocks: Vec<Block>,
    by_text: [Order; 3],
    by_last_sync: Order,
    /// Found when it is asked for first.
    frequent: OnceLock<Frequent>,
}

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

    pub fn auto_updates(&self) -> &Values<i64> {
        &self.auto_updates
    }

    pub fn frequent(&self) -> &Frequent {
        self.frequent.get_or_init(|| Frequent::of(self))
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

    /// Takes in rows as they are now. Each device stands there once.
    pub fn take_in(&mut self, rows: &mut [SearchRow]) {
        self.frequent = OnceLock::new();
        rows.sort_unstable_by_key(|row| row.id);
        let there = |row: &&SearchRow| !row.gone;
        let arrived: RoaringBitmap = rows.iter().filter(there).map(|row| row.id).collect();
        let left: RoaringBitmap = rows
            .iter()
            .filter(|row| row.gone)
            .map(|row| row.id)
            .collect();
        let (left, new) = (&left & &*self.present, &arrived - &*self.present);
        for column in Column::ALL {
            self.take_in_column(column, rows, &left);
        }
        self.take_in_auto_updates(rows, &left);
        let mut moved = self.take_in_blocks(rows);
        if !(left.is_empty() && new.is_empty()) {
            let present = Arc::make_mut(&mut self.present);
            *present -= &left;
            *present |= &new;
        }
        for order in &mut moved {
            *order |= &left;
            *order |= &new;
        }
        let [by_serial, by_asset_id, by_user, by_last_sync] = moved;
        for (order, moved) in self
            .by_text
            .iter_mut()
            .zip([by_serial, by_asset_id, by_user])
        {
            order.change(&moved);
        }
        self.by_last_sync.change(&by_last_sync);
    }

    fn take_in_column(&mut self, column: Column, rows: &[SearchRow], left: &RoaringBitmap) {
        let values = &mut self.columns[column as usize];
        let mut away = left.clone();
        let mut arrived: HashMap<&str, RoaringBitmap> = HashMap::new();
        for row in rows.iter().filter(|row| !row.gone) {
            let value = column.of(row);
            let is_known = self.present.contains(row.id);
            if is_known && values.has(value, row.id) {
                continue;
            }
            arrived.entry(value).or_default().insert(row.id);
            if is_known {
                away.insert(row.id);
            }
        }
        let arrived = arrived.into_iter();
        values.change(&away, arrived.map(|(value, set)| (Arc::from(value), set)));
    }

    fn take_in_auto_updates(&mut self, rows: &[SearchRow], left: &RoaringBitmap) {
        let mut away = left.clone();
        let mut arrived: HashMap<i64, RoaringBitmap> = HashMap::new();
        for row in rows.iter().filter(|row| !row.gone) {
            if !self.auto_updates.has(&row.auto_update, row.id) {
                arrived.entry(row.auto_update).or_default().insert(row.id);
                if self.present.contains(row.id) {
                    away.insert(row.id);
                }
            }
        }
        self.auto_updates.change(&away, arrived);
    }

    /// Returns the devices whose place changes in each order by text and in that by the
    /// last sync.
    fn take_in_blocks(&mut self, rows: &[SearchRow]) -> [RoaringBitmap; 4] {
        let mut moved: [RoaringBitmap; 4] = Default::default();
        for rows in rows.chunk_by(|one, other| one.id / BLOCK == other.id / BLOCK) {
            let number = (rows[0].id / BLOCK) as usize;
            if self.blocks.len() <= number {
                self.blocks.resize_with(number + 1, Block::default);
            }
            let block = &mut self.blocks[number];
            let mut texts = Vec::new();
            for row in rows {
                let place = row.id % BLOCK;
                let text = if row.gone { Vec::new() } else { text_of(row) };
                let before = block.text.text(place);
                if before != text {
                    for (moved, kind) in moved.iter_mut().zip(Field::ALL) {
                        if field(before, kind) != field(&text, kind) {
                            moved.insert(row.id);
                        }
                    }
                    texts.push((place, text));
                }
                let is_other = set(
                    &mut block.last_sync,
                    place,
                    row.last_sync * i64::from(!row.gone),
                );
                if is_other {
                    moved[3].insert(row.id);
                }
                set(
                    &mut block.last_enrolled,
                    place,
                    row.last_enrolled * i64::from(!row.gone),
                );
            }
            if !texts.is_empty() {
                block.text = Arc::new(block.text.with(&texts));
            }
        }
        moved
    }
}

/// Returns whether it was another instant.
fn set(instants: &mut Arc<Instants>, place: u32, to: i64) -> bool {
    let is_other = instants.0[place as usize] != to;
    if is_other {
        Arc::make_mut(instants).0[place as usize] = to;
    }
    is_other
}

fn text_of(row: &SearchRow) -> Vec<u8> {
    let fields = [
        &row.serial,
        &row.asset_id,
        &row.user,
        &row.location,
        &row.notes,
    ];
    let length: usize = fields.iter().map(|field| field.len() + 1).sum();
    let mut text = String::with_capacity(length);
    for (number, field) in fields.into_iter().enumerate() {
        if number != 0 {
            text.push('\n');
        }
        fold_into(&mut text, field);
    }
    text.into_bytes()
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
