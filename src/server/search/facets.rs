//! What the filters offer, each value with the number of devices that have it among those
//! that the other facets match.

use std::cmp::Reverse;

use roaring::RoaringBitmap;

use super::bits::Bits;
use super::index::{Column, Index};
use super::question::{Answer, Part, never_synced};
use crate::api::devices::{Counted, Facets, Values};
use crate::domain::filter::DeviceFilter;
use crate::domain::os_version::{is_within, milestone, newest_first};

/// Counts every facet; of each, the `limit` most frequent values are listed and those of
/// the filter.
pub fn count_facets(
    index: &Index,
    answer: &Answer,
    held: &RoaringBitmap,
    filter: &DeviceFilter,
    limit: usize,
) -> Facets {
    let counted = |column, offered, chosen, limit| {
        let others = Others::new(answer.besides(Part::Column(column)));
        values(offered, chosen, &others, limit)
    };
    let facet = |column, chosen, limit| counted(column, each(index, column), chosen, limit);
    let milestones = milestones(index, &filter.os_versions);
    let others = answer.besides(Part::LastSync);
    Facets {
        org_units: facet(
            Column::OrgUnit,
            words(&filter.org_units, String::as_str),
            limit,
        ),
        models: facet(Column::Model, words(&filter.models, String::as_str), limit),
        os_versions: counted(
            Column::OsVersion,
            milestones,
            words(&filter.os_versions, String::as_str),
            limit,
        ),
        // There are few of these, and no field to type another one.
        statuses: facet(
            Column::Status,
            words(&filter.statuses, |it| it.as_str()),
            usize::MAX,
        ),
        licenses: facet(
            Column::License,
            words(&filter.licenses, |it| it.as_str()),
            usize::MAX,
        ),
        never_synced: never_synced(index).intersection_len(&others),
        in_job: held.intersection_len(&answer.besides(Part::InJob)),
    }
}

fn words<'a, T>(chosen: &'a [T], word: impl Fn(&'a T) -> &'a str) -> Vec<&'a str> {
    chosen.iter().map(word).collect()
}

/// Devices to be counted by many values.
struct Others {
    set: RoaringBitmap,
    /// The same as bits. Two bitmaps of few devices are compared number by number, which
    /// takes ten times as long.
    bits: Option<Bits>,
}

impl Others {
    fn new(set: RoaringBitmap) -> Self {
        let bits = is_sparse(&set).then(|| Bits::of(&set));
        Self { set, bits }
    }

    fn count(&self, devices: &RoaringBitmap) -> u64 {
        match &self.bits {
            Some(_) if self.set.is_empty() => 0,
            Some(bits) if is_sparse(devices) => bits.count(devices),
            _ => devices.intersection_len(&self.set),
        }
    }
}

/// Whether a bitmap lists its numbers, rather than having a bit for each.
fn is_sparse(set: &RoaringBitmap) -> bool {
    const LISTED_OF_65536: u64 = 4096;
    let stretches = u64::from(set.max().unwrap_or(0) >> 16) + 1;
    set.len() < stretches * LISTED_OF_65536
}

/// A value on offer, with the devices that have it.
struct Offer<'a> {
    value: &'a str,
    /// They share no device.
    sets: Vec<&'a RoaringBitmap>,
}

impl Offer<'_> {
    /// How many devices have it, whatever the filter.
    fn size(&self) -> u64 {
        self.sets.iter().map(|devices| devices.len()).sum()
    }
}

/// The values of a column, in their order.
fn each(index: &Index, column: Column) -> Vec<Offer<'_>> {
    let values = index.column(column).iter();
    values
        .map(|(value, devices)| Offer {
            value,
            sets: vec![devices],
        })
        .collect()
}

/// Makes one offer of those of the same value that follow each other.
fn merge_same(offers: &mut Vec<Offer<'_>>) {
    offers.dedup_by(|next, kept| {
        let is_same = next.value == kept.value;
        if is_same {
            kept.sets.append(&mut next.sets);
        }
        is_same
    });
}

/// Versions by their milestone, newest first, then those parts of versions that are chosen.
fn milestones<'a>(index: &'a Index, chosen: &'a [String]) -> Vec<Offer<'a>> {
    let versions = index.column(Column::OsVersion).iter();
    let mut milestones: Vec<Offer<'a>> = versions
        .map(|(version, devices)| Offer {
            value: milestone(version),
            sets: vec![devices],
        })
        .collect();
    // Most versions of a milestone follow each other: there is less to sort then.
    merge_same(&mut milestones);
    milestones.sort_by(|one, other| newest_first(one.value, other.value));
    merge_same(&mut milestones);
    for part in chosen {
        if milestones.iter().all(|known| known.value != *part) {
            let versions = index.column(Column::OsVersion).iter();
            let within = versions.filter(|(it, _)| is_within(it, part));
            milestones.push(Offer {
                value: part,
                sets: within.map(|(_, devices)| devices).collect(),
            });
        }
    }
    milestones
}

/// The values that any device has besides the other facets, or the filter.
///
/// Of more than `limit` values the most frequent ones of the inventory are counted, for
/// counting takes longest, and `total` is how many the inventory has.
fn values<'a>(
    mut offered: Vec<Offer<'a>>,
    chosen: Vec<&'a str>,
    others: &Others,
    limit: usize,
) -> Values {
    for value in &chosen {
        if offered.iter().all(|known| known.value != *value) {
            offered.push(Offer {
                value,
                sets: Vec::new(),
            });
        }
    }
    let is_chosen = |value: &str| chosen.contains(&value);
    offered.retain(|it| is_chosen(it.value) || !it.value.is_empty());
    let total = offered.len();
    let is_limited = limit < total;
    if is_limited {
        let mut sizes: Vec<u64> = offered.iter().map(Offer::size).collect();
        let (_, least, _) = sizes.select_nth_unstable_by_key(limit, |size| Reverse(*size));
        let least = *least;
        // Of several that are equally frequent the first are listed.
        let mut room = limit - offered.iter().filter(|it| least < it.size()).count();
        offered.retain(|it| {
            let is_last = it.size() == least && room != 0;
            room -= usize::from(is_last);
            is_last || least < it.size() || is_chosen(it.value)
        });
    }
    let counted = offered.iter().map(|it| Counted {
        value: it.value.to_owned(),
        count: it.sets.iter().map(|devices| others.count(devices)).sum(),
    });
    let mut listed: Vec<Counted> = counted.collect();
    if is_limited {
        return Values { listed, total };
    }
    listed.retain(|it| it.count != 0 || is_chosen(&it.value));
    let total = listed.len();
    Values { listed, total }
}
