//! The values that a filter offers, each with the devices that have it.
//!
//! A column may have thousands of values, and every page asks. So the list of each such column
//! is made once for each state of the index, with the numbers by which its values are counted;
//! and of each filter a page lists the most frequent values.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::codes::{ValueCounts, count_values};
use super::index::{Column, Index};
use super::question::never_synced;
use crate::domain::facets::IN_PAGE;
use crate::domain::os_version::{milestone, newest_first};

/// A value on offer, with the devices that have it.
pub struct FacetValue<'a> {
    pub value: &'a str,
    /// The values of the column that it stands for, and their devices.
    pub parts: Vec<(&'a str, &'a RoaringBitmap)>,
}

impl FacetValue<'_> {
    /// How many devices have it. The values share none.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|(_, set)| set.len()).sum()
    }
}

/// The values of a column that may have many, as a filter lists them.
#[derive(Debug)]
pub struct Listing {
    values: Vec<Listed>,
    codes: Vec<u32>,
}

#[derive(Debug)]
struct Listed {
    value: Arc<str>,
    /// Where the numbers of what it stands for are.
    codes: Range<usize>,
    devices: u64,
}

impl Listing {
    /// Of a column that has codes, in this place.
    pub fn of(index: &Index, column: Column, place: usize) -> Self {
        let offers = match column {
            Column::OsVersion => milestones(index),
            column => each(index, column),
        };
        let known = &index.codes()[place];
        let mut codes = Vec::new();
        let values = offers.iter().map(|offer| {
            let from = codes.len();
            codes.extend(offer.parts.iter().filter_map(|(name, _)| known.code(name)));
            Listed {
                value: offer.value.into(),
                codes: from..codes.len(),
                devices: offer.len(),
            }
        });
        Self {
            values: values.collect(),
            codes,
        }
    }

    /// Each value with the number of devices that have it, among those that were counted or
    /// among all.
    pub fn counted(
        &self,
        count_values: Option<&ValueCounts<'_>>,
    ) -> impl Iterator<Item = (&str, u64)> {
        self.values.iter().map(move |listed| {
            let count = match count_values {
                Some(count_values) => count_values.of_codes(&self.codes[listed.codes.clone()]),
                None => listed.devices,
            };
            (&*listed.value, count)
        })
    }
}

/// What every page asks of an index.
#[derive(Clone, Debug)]
pub struct FrequentValues {
    org_units: TopValues,
    models: TopValues,
    milestones: TopValues,
    pub never_synced: RoaringBitmap,
}

/// The most frequent values in their order, and how many there are in all.
#[derive(Clone, Debug)]
pub struct TopValues {
    pub values: Vec<String>,
    pub total: usize,
}

impl FrequentValues {
    /// What is frequent among these devices.
    pub fn of(index: &Index, among: &RoaringBitmap) -> Self {
        let tallies = (among.len() != index.present().len())
            .then(|| count_values(index.codes().each_ref(), among));
        let few = |place: usize| {
            let count_values = tallies.as_ref().map(|tallies| &tallies[place]);
            TopValues::of(index.listings()[place].counted(count_values))
        };
        let [org_units, models, milestones] = [0, 1, 2].map(few);
        Self {
            org_units,
            models,
            milestones,
            never_synced: never_synced(index),
        }
    }

    /// Those of this column. Of other columns every value is listed.
    pub fn column(&self, column: Column) -> Option<&TopValues> {
        match column {
            Column::OrgUnit => Some(&self.org_units),
            Column::Model => Some(&self.models),
            Column::OsVersion => Some(&self.milestones),
            Column::Status | Column::License | Column::Extended => None,
        }
    }
}

impl TopValues {
    fn of<'a>(counted: impl Iterator<Item = (&'a str, u64)>) -> Self {
        let sized = counted.filter(|(value, count)| !value.is_empty() && *count != 0);
        let sized: Vec<(&str, u64)> = sized.collect();
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
pub fn each<'a>(index: &'a Index, column: Column) -> Vec<FacetValue<'a>> {
    let offer = |value: &'a str, devices| FacetValue {
        value,
        parts: vec![(value, devices)],
    };
    let values = index.column(column).iter();
    values
        .map(|(value, devices)| offer(value, devices))
        .collect()
}

/// Versions by their milestone, newest first.
fn milestones(index: &Index) -> Vec<FacetValue<'_>> {
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
fn merge_same(offers: &mut Vec<FacetValue<'_>>) {
    offers.dedup_by(|next, kept| {
        let is_same = next.value == kept.value;
        if is_same {
            kept.parts.append(&mut next.parts);
        }
        is_same
    });
}
