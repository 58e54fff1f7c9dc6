//! What the filters offer, each value with the number of devices that have it among those
//! that the other facets match.

use std::cell::OnceCell;

use roaring::RoaringBitmap;

use super::bits::Bits;
use super::codes::{ValueCounts, count_values};
use super::facet_values::{FacetValue, TopValues, each};
use super::index::{Column, Index};
use super::question::{Answer, Part};
use crate::domain::facets::{Counted, Facets, Values};
use crate::domain::filter::DeviceFilter;
use crate::domain::os_version::is_within;

/// Counts every facet but the devices in jobs. Without `all`, the most frequent values of each
/// are listed and those of the filter.
pub fn count_facets(index: &Index, answer: &Answer, filter: &DeviceFilter, all: bool) -> Facets {
    let frequent = answer.seen().frequent(index);
    let matching = answer.matching();
    let tallies = OnceCell::new();
    let facet = |column, chosen: Vec<&str>| {
        let few = frequent.column(column);
        let few = few.filter(|few| !all && few.values.len() < few.total);
        if let Some(few) = few {
            let others = Others::new(index, answer.besides(Part::Column(column)));
            return few_values(index, column, few, chosen, &others);
        }
        let others = answer.besides(Part::Column(column));
        let Some(place) = column.place() else {
            let others = Others::new(index, others);
            return all_values(index, column, chosen, |offer| others.count(offer));
        };
        if others.len() == index.present().len() {
            return listed_values(index, column, place, chosen, None);
        }
        // Columns that the filter does not ask for are counted among the same devices.
        let own: [ValueCounts<'_>; 1];
        let counted = match answer.asks_for(Part::Column(column)) {
            true => {
                own = count_values([&index.codes()[place]], &others);
                &own[0]
            }
            false => {
                &tallies.get_or_init(|| count_values(index.codes().each_ref(), &matching))[place]
            }
        };
        listed_values(index, column, place, chosen, Some(counted))
    };
    let others = answer.besides(Part::LastSync);
    Facets {
        org_units: facet(Column::OrgUnit, words(&filter.org_units, String::as_str)),
        models: facet(Column::Model, words(&filter.models, String::as_str)),
        os_versions: facet(
            Column::OsVersion,
            words(&filter.os_versions, String::as_str),
        ),
        statuses: facet(Column::Status, words(&filter.statuses, |it| it.as_str())),
        licenses: facet(Column::License, words(&filter.licenses, |it| it.as_str())),
        never_synced: frequent.never_synced.intersection_len(&others),
        in_job: 0,
    }
}

fn words<'a, T>(chosen: &'a [T], word: impl Fn(&'a T) -> &'a str) -> Vec<&'a str> {
    chosen.iter().map(word).collect()
}

/// Devices to be counted by some values.
enum Others {
    /// All that there are: each value has its number already.
    All,
    Set {
        set: RoaringBitmap,
        /// The same as bits. Two bitmaps of few devices are compared number by number, which
        /// takes ten times as long.
        bits: Option<Bits>,
    },
}

impl Others {
    fn new(index: &Index, set: RoaringBitmap) -> Self {
        if set.len() == index.present().len() {
            return Self::All;
        }
        let bits = is_sparse(&set).then(|| Bits::of(&set));
        Self::Set { set, bits }
    }

    fn count(&self, offer: &FacetValue<'_>) -> u64 {
        let Self::Set { set, bits } = self else {
            return offer.len();
        };
        let counts = offer.parts.iter().map(|(_, devices)| match bits {
            Some(_) if set.is_empty() => 0,
            Some(bits) if is_sparse(devices) => bits.count(devices),
            _ => devices.intersection_len(set),
        });
        counts.sum()
    }
}

/// Whether a bitmap lists its numbers, rather than having a bit for each.
fn is_sparse(set: &RoaringBitmap) -> bool {
    const LISTED_OF_65536: u64 = 4096;
    let stretches = u64::from(set.max().unwrap_or(0) >> 16) + 1;
    set.len() < stretches * LISTED_OF_65536
}

/// The values that any device has besides the other facets, and those of the filter.
fn all_values<'a>(
    index: &'a Index,
    column: Column,
    chosen: Vec<&'a str>,
    count: impl Fn(&FacetValue<'a>) -> u64,
) -> Values {
    let mut offers = each(index, column);
    for value in &chosen {
        if offers.iter().all(|known| known.value != *value) {
            offers.push(one(index, column, value));
        }
    }
    let counted = offers.iter().map(|offer| (offer.value, count(offer)));
    values_of(counted, &chosen)
}

/// The same of a column that has codes, in this place, with the devices that were counted or
/// with all.
fn listed_values(
    index: &Index,
    column: Column,
    place: usize,
    chosen: Vec<&str>,
    count_values: Option<&ValueCounts<'_>>,
) -> Values {
    let listing = &index.listings()[place];
    let is_listed = |value: &str| listing.counted(None).any(|(known, _)| known == value);
    let others = chosen.iter().filter(|value| !is_listed(value));
    let others = others.map(|value| {
        let offer = one(index, column, value);
        let count = match count_values {
            Some(count_values) => offer
                .parts
                .iter()
                .map(|(name, _)| count_values.of(name))
                .sum(),
            None => offer.len(),
        };
        (*value, count)
    });
    values_of(listing.counted(count_values).chain(others), &chosen)
}

/// Those that any device has, and those of the filter.
fn values_of<'a>(counted: impl Iterator<Item = (&'a str, u64)>, chosen: &[&str]) -> Values {
    let is_shown =
        |(value, count): &(&str, u64)| (*count != 0 && !value.is_empty()) || chosen.contains(value);
    let shown = counted.filter(is_shown).map(|(value, count)| Counted {
        value: value.to_owned(),
        count,
    });
    let listed: Vec<Counted> = shown.collect();
    let total = listed.len();
    Values { listed, total }
}

/// The most frequent values of the inventory and those of the filter: counting all of them
/// would take longest of what a page asks. `total` is how many the inventory has.
fn few_values<'a>(
    index: &'a Index,
    column: Column,
    few: &'a TopValues,
    chosen: Vec<&'a str>,
    others: &Others,
) -> Values {
    let frequent = few.values.iter().map(String::as_str);
    let more = chosen
        .into_iter()
        .filter(|it| !few.values.iter().any(|known| known == it));
    let offers = frequent.chain(more).map(|value| one(index, column, value));
    let listed = offers.map(|offer| Counted {
        value: offer.value.to_owned(),
        count: others.count(&offer),
    });
    Values {
        listed: listed.collect(),
        total: few.total,
    }
}

/// One value, with the devices that a filter by it finds.
fn one<'a>(index: &'a Index, column: Column, value: &'a str) -> FacetValue<'a> {
    let values = index.column(column);
    let parts = match column {
        Column::OsVersion => {
            let from = values.from(value);
            let alike = from.take_while(|(it, _)| it.starts_with(value));
            let within = alike.filter(|(it, _)| is_within(it, value));
            within.map(|(it, devices)| (&**it, devices)).collect()
        }
        _ => values
            .get(value)
            .map(|devices| (value, devices))
            .into_iter()
            .collect(),
    };
    FacetValue { value, parts }
}
