//! What a filter asks of the index. `DeviceFilter::matches` is the rule that the answer
//! must equal, and a property test holds them together.

use std::sync::Arc;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::bits::Bits;
use super::index::{Block, Column, Index, Instants};
use super::text::BLOCK;
use super::visible_devices::VisibleDevices;
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
pub type Parts = Vec<(Part, Arc<RoaringBitmap>)>;

/// What a filter matches of what the asker may see.
#[derive(Debug)]
pub struct Answer {
    parts: Parts,
    seen: Arc<VisibleDevices>,
}

impl Part {
    const ALL: [Self; 12] = [
        Self::Search,
        Self::Column(Column::Status),
        Self::Column(Column::OrgUnit),
        Self::Column(Column::Model),
        Self::Column(Column::OsVersion),
        Self::Column(Column::License),
        Self::Column(Column::Extended),
        Self::LastSync,
        Self::AutoUpdate,
        Self::Enrolled,
        Self::InJob,
        Self::List,
    ];

    /// The filter with this part of it alone.
    fn of(self, filter: &DeviceFilter) -> DeviceFilter {
        let all = DeviceFilter::default;
        match self {
            Self::Search => DeviceFilter {
                search: filter.search.clone(),
                ..all()
            },
            Self::Column(Column::Status) => DeviceFilter {
                statuses: filter.statuses.clone(),
                ..all()
            },
            Self::Column(Column::OrgUnit) => DeviceFilter {
                org_units_only: filter.org_units_only && !filter.org_units.is_empty(),
                org_units: filter.org_units.clone(),
                ..all()
            },
            Self::Column(Column::Model) => DeviceFilter {
                models: filter.models.clone(),
                ..all()
            },
            Self::Column(Column::OsVersion) => DeviceFilter {
                os_versions: filter.os_versions.clone(),
                ..all()
            },
            Self::Column(Column::License) => DeviceFilter {
                licenses: filter.licenses.clone(),
                ..all()
            },
            Self::Column(Column::Extended) => DeviceFilter {
                extended: filter.extended.clone(),
                ..all()
            },
            Self::LastSync => DeviceFilter {
                never_synced: filter.never_synced,
                last_sync: filter.last_sync,
                ..all()
            },
            Self::AutoUpdate => DeviceFilter {
                auto_update: filter.auto_update,
                ..all()
            },
            Self::Enrolled => DeviceFilter {
                enrolled: filter.enrolled,
                ..all()
            },
            Self::InJob => DeviceFilter {
                in_job: filter.in_job,
                ..all()
            },
            Self::List => DeviceFilter {
                list: filter.list.clone(),
                ..all()
            },
        }
    }

    /// The devices that match this part of the filter.
    fn matching(
        self,
        index: &Index,
        held: &RoaringBitmap,
        filter: &DeviceFilter,
        today: Date,
    ) -> RoaringBitmap {
        match self {
            Self::Search => search(index, &filter.search),
            Self::Column(column) => index
                .column(column)
                .any(|value| column_has(column, filter, value)),
            Self::LastSync => last_sync(index, filter, today),
            Self::AutoUpdate => auto_update(index, filter, today),
            Self::Enrolled => enrolled(index, filter, today),
            Self::InJob => held.clone(),
            Self::List => filter.listed().into_set(),
        }
    }

    /// What was found is found again as long as the index stays as it is. Jobs move on
    /// meanwhile, and a list is quickly read.
    fn is_kept(self) -> bool {
        !matches!(self, Self::InJob | Self::List)
    }
}

/// Answers a filter, part by part. With `keep`, each part is kept with the index: who looks for
/// devices adds to a filter and takes away from it, and most of its parts stay.
pub fn parts_of(
    index: &Index,
    held: &RoaringBitmap,
    filter: &DeviceFilter,
    today: Date,
    keep: bool,
) -> Parts {
    let parts = Part::ALL.into_iter().filter_map(|part| {
        let alone = part.of(filter);
        if alone == DeviceFilter::default() {
            return None;
        }
        let find = || part.matching(index, held, &alone, today);
        let found = match keep && part.is_kept() {
            true => index.found().get_or(&(alone.clone(), today), find),
            false => Arc::new(find()),
        };
        Some((part, found))
    });
    parts.collect()
}

/// Whether the filter asks for this value of a column.
fn column_has(column: Column, filter: &DeviceFilter, value: &str) -> bool {
    match column {
        Column::Status => filter.statuses.iter().any(|it| it.as_str() == value),
        Column::OrgUnit => filter.org_units.iter().any(|path| {
            path == value || (!filter.org_units_only && org_unit::is_below(value, path))
        }),
        Column::Model => filter.models.iter().any(|it| it == value),
        Column::OsVersion => {
            let mut parts = filter.os_versions.iter();
            parts.any(|part| os_version::is_within(value, part))
        }
        Column::License => filter.licenses.contains(&LicenseType::from(value)),
        Column::Extended => filter.extended.iter().any(|it| it.as_str() == value),
    }
}

impl Answer {
    pub fn new(parts: Parts, seen: Arc<VisibleDevices>) -> Self {
        Self { parts, seen }
    }

    /// All that the asker may see.
    pub fn seen(&self) -> &VisibleDevices {
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
        let mut sets: Vec<&RoaringBitmap> = asked.map(|(_, set)| &**set).collect();
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

fn auto_update(index: &Index, filter: &DeviceFilter, today: Date) -> RoaringBitmap {
    let mut matching = RoaringBitmap::new();
    let days = days(&filter.auto_update, today);
    if let Some((first, last)) = days.filter(|(first, last)| first <= last) {
        matching = index.auto_updates().within(first..=last);
        // 0 stands for none.
        matching -= index.auto_updates().within(0..=0);
    }
    matching
}

fn enrolled(index: &Index, filter: &DeviceFilter, today: Date) -> RoaringBitmap {
    let range = instants(&filter.enrolled, today);
    let is_within = |it: i64| it != 0 && range.is_some_and(|(first, end)| first <= it && it < end);
    by_instant(index, |block| &block.last_enrolled, is_within)
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
