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
    let counted = |column: Column| {
        let others = Others::new(answer.besides(Part::Column(column)));
        let values = index.column(column).iter();
        values
            .map(|(value, devices)| (value.to_string(), others.count(devices)))
            .collect::<Vec<_>>()
    };
    let statuses = filter.statuses.iter().map(|status| status.as_str());
    let licenses = filter.licenses.iter().map(|license| license.as_str());
    let versions = filter.os_versions.iter().map(String::as_str);
    let others = answer.besides(Part::LastSync);
    Facets {
        org_units: values(
            counted(Column::OrgUnit),
            filter.org_units.iter().map(String::as_str).collect(),
            limit,
        ),
        models: values(
            counted(Column::Model),
            filter.models.iter().map(String::as_str).collect(),
            limit,
        ),
        os_versions: values(
            milestones(&counted(Column::OsVersion), &filter.os_versions),
            versions.collect(),
            limit,
        ),
        // There are few of these, and no field to type another one.
        statuses: values(counted(Column::Status), statuses.collect(), usize::MAX),
        licenses: values(counted(Column::License), licenses.collect(), usize::MAX),
        never_synced: never_synced(index).intersection_len(&others),
        in_job: held.intersection_len(&answer.besides(Part::InJob)),
    }
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

/// The values that any device has, or the filter: all, or the most frequent, in their order.
fn values(mut counted: Vec<(String, u64)>, chosen: Vec<&str>, limit: usize) -> Values {
    for value in &chosen {
        if counted.iter().all(|(known, _)| known != value) {
            counted.push(((*value).to_owned(), 0));
        }
    }
    let is_chosen = |value: &str| chosen.contains(&value);
    counted.retain(|(value, count)| is_chosen(value) || (*count != 0 && !value.is_empty()));
    let total = counted.len();
    if limit < total {
        let mut order: Vec<usize> = (0..total).collect();
        order.sort_by_key(|number| Reverse(counted[*number].1));
        let frequent = &order[..limit];
        let mut number = 0..;
        counted.retain(|(value, _)| {
            let is_frequent = number.next().is_some_and(|it| frequent.contains(&it));
            is_frequent || is_chosen(value)
        });
    }
    let listed = counted.into_iter();
    Values {
        listed: listed
            .map(|(value, count)| Counted { value, count })
            .collect(),
        total,
    }
}

/// Versions by their milestone, newest first, then those parts of versions that are chosen.
fn milestones(versions: &[(String, u64)], chosen: &[String]) -> Vec<(String, u64)> {
    let mut milestones: Vec<(String, u64)> = Vec::new();
    for (version, count) in versions {
        let milestone = milestone(version);
        match milestones.iter_mut().find(|(known, _)| known == milestone) {
            Some((_, sum)) => *sum += count,
            None => milestones.push((milestone.to_owned(), *count)),
        }
    }
    milestones.sort_by(|(one, _), (other, _)| newest_first(one, other));
    for part in chosen {
        if milestones.iter().all(|(known, _)| known != part) {
            let within = versions.iter().filter(|(it, _)| is_within(it, part));
            milestones.push((part.clone(), within.map(|(_, count)| count).sum()));
        }
    }
    milestones
}
