//! What a filter asks of the index. `DeviceFilter::matches` is the rule that the answer
//! must equal, and a property test holds them together.

use std::sync::Arc;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::bits::Bits;
use super::index::{Block, Column, Index, Instants};
use super::seen::Seen;
use super::text::BLOCK;
use crate::domain::action::license::LicenseType;
use crate::domain::date_range::DateRange;
use crate::domain::filter::{DeviceFilter, fold};
use crate::domain::org_unit;
use crate::domain::os_version;
use crate::domain::time::Date;

/// A part of a filter that stands by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Search,
    Column(Column),
    LastSync,
    AutoUpdate,
    Enrolled,
    InJob,
    List,
}

/// What each part of a filter matches, of those that ask for something.
pub type Parts = Vec<(Part, RoaringBitmap)>;

/// What a filter matches of what the asker may see.
#[derive(Debug)]
pub struct Answer {
    parts: Arc<Parts>,
    seen: Arc<Seen>,
}

/// Answers a filter, part by part.
pub fn parts_of(index: &Index, held: &RoaringBitmap, filter: &DeviceFilter, today: Date) -> Parts {
    let mut parts = Vec::new();
    let mut take = |part| parts.push(part);
    let column = |column, is_wanted: &dyn Fn(&str) -> bool| {
        let matching = index.column(column).any(|value| is_wanted(value));
        (Part::Column(column), matching)
    };
    if !filter.search.is_empty() {
        take((Part::Search, search(index, &filter.search)));
    }
    if !filter.statuses.is_empty() {
        let asked = |value: &str| filter.statuses.iter().any(|it| it.as_str() == value);
        take(column(Column::Status, &asked));
    }
    if !filter.org_units.is_empty() {
        let asked = |value: &str| {
            filter.org_units.iter().any(|path| {
                path == value || (!filter.org_units_only && org_unit::is_below(value, path))
            })
        };
        take(column(Column::OrgUnit, &asked));
    }
    if !filter.models.is_empty() {
        let asked = |value: &str| filter.models.iter().any(|it| it == value);
        take(column(Column::Model, &asked));
    }
    if !filter.os_versions.is_empty() {
        let asked = |value: &str| {
            let mut parts = filter.os_versions.iter();
            parts.any(|part| os_version::is_within(value, part))
        };
        take(column(Column::OsVersion, &asked));
    }
    if !filter.licenses.is_empty() {
        let asked = |value: &str| filter.licenses.contains(&LicenseType::from(value));
        take(column(Column::License, &asked));
    }
    if !filter.extended.is_empty() {
        let asked = |value: &str| filter.extended.iter().any(|it| it.as_str() == value);
        take(column(Column::Extended, &asked));
    }
    if filter.never_synced || !filter.last_sync.is_open() {
        take((Part::LastSync, last_sync(index, filter, today)));
    }
    if let Some((first, last)) = days(&filter.auto_update, today) {
        let mut matching = RoaringBitmap::new();
        if first <= last {
            matching = index.auto_updates().within(first..=last);
            // 0 stands for none.
            matching -= index.auto_updates().within(0..=0);
        }
        take((Part::AutoUpdate, matching));
    }
    if let Some(range) = instants(&filter.enrolled, today) {
        let is_within = |it: i64| it != 0 && range.0 <= it && it < range.1;
        let matching = by_instant(index, |block| &block.last_enrolled, is_within);
        take((Part::Enrolled, matching));
    }
    if filter.in_job {
        take((Part::InJob, held.clone()));
    }
    if !filter.list.is_empty() {
        take((Part::List, filter.listed().into_set()));
    }
    parts
}

impl Answer {
    pub fn new(parts: Arc<Parts>, seen: Arc<Seen>) -> Self {
        Self { parts, seen }
    }

    /// All that the asker may see.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The devices that the whole filter matches.
    pub fn matching(&self) -> RoaringBitmap {
        self.without(None)
    }

    /// Whether the filter asks for this.
    pub fn asks_for(&self, part: Part) -> bool {
        self.parts.iter().any(|(asked, _)| *asked == part)
    }

    /// The devices that match what the rest of the filter asks for.
    pub fn besides(&self, part: Part) -> RoaringBitmap {
        self.without(Some(part))
    }

    fn without(&self, left_out: Option<Part>) -> RoaringBitmap {
        let asked = self
            .parts
            .iter()
            .filter(|(part, _)| Some(*part) != left_out);
        let mut sets: Vec<&RoaringBitmap> = asked.map(|(_, set)| set).collect();
        sets.sort_by_key(|set| set.len());
        let mut matching = self.seen.all.clone();
        for set in sets {
            matching &= set;
        }
        matching
    }
}

/// The devices whose text, or whose model, holds this.
fn search(index: &Index, text: &str) -> RoaringBitmap {
    let wanted = fold(text);
    let finder = Finder::new(wanted.as_bytes());
    let mut found = Bits::new(index.size());
    for (first, block) in index.blocks() {
        block
            .text
            .find(&finder, |place| found.insert(first + place));
    }
    let mut found = found.into_set();
    found |= index
        .column(Column::Model)
        .any(|model| fold(model).contains(&wanted));
    found
}

/// The devices that never synced.
pub fn never_synced(index: &Index) -> RoaringBitmap {
    by_instant(index, |block| &block.last_sync, |it| it == 0)
}

fn last_sync(index: &Index, filter: &DeviceFilter, today: Date) -> RoaringBitmap {
    let range = instants(&filter.last_sync, today);
    let is_asked = |it: i64| match it {
        0 => filter.never_synced,
        it => range.is_some_and(|(first, end)| first <= it && it < end),
    };
    by_instant(index, |block| &block.last_sync, is_asked)
}

/// The devices whose instant is one of those. Where no device is, 0 stands, and more than
/// there are may be found.
fn by_instant(
    index: &Index,
    instants: impl Fn(&Block) -> &Instants,
    is_asked: impl Fn(i64) -> bool,
) -> RoaringBitmap {
    let mut found = Bits::new(index.size());
    for (first, block) in index.blocks() {
        let word_of = |word: u32| {
            let from = (word * u64::BITS) as usize;
            let some = &instants(block).0[from..from + u64::BITS as usize];
            some.iter()
                .rev()
                .fold(0, |bits, it| bits << 1 | u64::from(is_asked(*it)))
        };
        for word in 0..BLOCK / u64::BITS {
            found.set_word(first / u64::BITS + word, word_of(word));
        }
    }
    found.into_set()
}

/// The first and the last day of a range that has a bound.
fn days(range: &DateRange, today: Date) -> Option<(i64, i64)> {
    if range.is_open() {
        return None;
    }
    let day = |date: Date| i64::from(date.0);
    let first = range.from.map_or(i64::MIN, |from| day(from.resolve(today)));
    let last = range.to.map_or(i64::MAX, |to| day(to.resolve(today)));
    Some((first, last))
}

/// The first instant of a range that has a bound, and the first one after it.
fn instants(range: &DateRange, today: Date) -> Option<(i64, i64)> {
    if range.is_open() {
        return None;
    }
    let first = range
        .from
        .map_or(i64::MIN, |from| from.resolve(today).start().0);
    let end = range
        .to
        .map_or(i64::MAX, |to| to.resolve(today).plus_days(1).start().0);
    Some((first, end))
}
