//! Changed rows come into a copy of the index.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::codes::Codes;
use super::index::{Block, Column, Index, Instants};
use super::recent::Recent;
use super::text::{BLOCK, Field, field};
use crate::domain::filter::fold_into;
use crate::server::store::SearchRow;

impl Index {
    /// Takes in rows as they are now. Each device stands there once.
    pub fn take_in(&mut self, rows: &mut [SearchRow]) {
        self.seen = Recent::default();
        self.listings = OnceLock::new();
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
            if let Some(place) = column.place() {
                self.codes[place].set(row.id, value);
            }
            if is_known {
                away.insert(row.id);
            }
        }
        let arrived = arrived.into_iter();
        values.change(&away, arrived.map(|(value, set)| (Arc::from(value), set)));
        if let Some(codes) = column.place().map(|place| &mut self.codes[place])
            && codes.is_stale(values.len())
        {
            *codes = Codes::of_values(values.iter());
        }
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
