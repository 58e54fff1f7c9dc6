//! The values that a filter offers, each with the devices that have it.
//!
//! A page lists the most frequent values of each filter. Which these are is found once for
//! each state of the index: there are a thousand org units, and every page asks.

use std::cmp::Reverse;

use roaring::RoaringBitmap;

use super::codes::tally;
use super::index::{Column, Index};
use super::question::never_synced;
use crate::domain::facets::IN_PAGE;
use crate::domain::os_version::{milestone, newest_first};

/// A value on offer, with the devices that have it.
pub struct Offer<'a> {
    pub value: &'a str,
    /// The values of the column that it stands for, and their devices.
    pub parts: Vec<(&'a str, &'a RoaringBitmap)>,
}

impl Offer<'_> {
    /// How many devices have it. The values share none.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|(_, set)| set.len()).sum()
    }
}

/// What every page asks of an index.
#[derive(Clone, Debug)]
pub struct Frequent {
    org_units: Few,
    models: Few,
    milestones: Few,
    pub never_synced: RoaringBitmap,
}

/// The most frequent values in their order, and how many there are in all.
#[derive(Clone, Debug)]
pub struct Few {
    pub values: Vec<String>,
    pub total: usize,
}

impl Frequent {
    /// What is frequent among these devices.
    pub fn of(index: &Index, among: &RoaringBitmap) -> Self {
        let [org_units, models, milestones] = [
            (Column::OrgUnit, each(index, Column::OrgUnit)),
            (Column::Model, each(index, Column::Model)),
            (Column::OsVersion, milestones(index)),
        ]
        .map(|(column, offers)| match column.place() {
            Some(place) if among.len() != index.present().len() => {
                let [tally] = tally([&index.codes()[place]], among);
                let parts = |offer: &Offer<'_>| offer.parts.iter().map(|it| tally.of(it.0)).sum();
                Few::of(&offers, parts)
            }
            _ => Few::of(&offers, |offer| offer.len()),
        });
        Self {
            org_units,
            models,
            milestones,
            never_synced: never_synced(index),
        }
    }

    /// Those of this column. Of other columns every value is listed.
    pub fn column(&self, column: Column) -> Option<&Few> {
        match column {
            Column::OrgUnit => Some(&self.org_units),
            Column::Model => Some(&self.models),
            Column::OsVersion => Some(&self.milestones),
            Column::Status | Column::License | Column::Extended => None,
        }
    }
}

impl Few {
    fn of(offers: &[Offer<'_>], count: impl Fn(&Offer<'_>) -> u64) -> Self {
        let offers = offers.iter().filter(|offer| !offer.value.is_empty());
        let sized = offers.map(|offer| (offer.value, count(offer)));
        let sized: Vec<(&str, u64)> = sized.filter(|(_, count)| *count != 0).collect();
        let mut places: Vec<usize> = (0..sized.len()).collect();
        // Of several that are equally frequent the first are listed.
        places.sort_by_key(|place| Reverse(sized[*place].1));
        places.truncate(IN_PAGE);
        places.sort_unstable();
        Self {
            values: places
                .iter()
                .map(|place| sized[*place].0.to_owned())
                .collect(),
            total: sized.len(),
        }
    }
}

/// The values of a column, in their order.
pub fn each<'a>(index: &'a Index, column: Column) -> Vec<Offer<'a>> {
    let offer = |value: &'a str, devices| Offer {
        value,
        parts: vec![(value, devices)],
    };
    let values = index.column(column).iter();
    values
        .map(|(value, devices)| offer(value, devices))
        .collect()
}

/// Versions by their milestone, newest first.
pub fn milestones(index: &Index) -> Vec<Offer<'_>> {
    let mut milestones = each(index, Column::OsVersion);
    for offer in &mut milestones {
        offer.value = milestone(offer.value);
    }
    // Most versions of a milestone follow each other: there is less to sort then.
    merge_same(&mut milestones);
    milestones.sort_by(|one, other| newest_first(one.value, other.value));
    merge_same(&mut milestones);
    milestones
}

/// Makes one offer of those of the same value that follow each other.
fn merge_same(offers: &mut Vec<Offer<'_>>) {
    offers.dedup_by(|next, kept| {
        let is_same = next.value == kept.value;
        if is_same {
            kept.parts.append(&mut next.parts);
        }
        is_same
    });
}
