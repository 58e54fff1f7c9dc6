//! What the grid shows: a filter, an order and a page, all of it in the URL.

use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::field::Field;
use super::filter::DeviceFilter;
use super::filter_query::{MANY, TOO_MANY_VALUES};
use super::query::{self, BadParameter};

/// The page sizes on offer; the second is the default.
pub const PAGE_SIZES: [u32; 4] = [25, 50, 100, 200];

/// The most rows of a page.
pub const LARGEST_PAGE: u32 = PAGE_SIZES[PAGE_SIZES.len() - 1];

/// The most parameters of an address that are read: more than any form of ours sends.
const MAX_PARAMETERS: usize = 200;

/// The last page that is ever asked for: beyond any fleet, within any integer.
const MAX_PAGE: u32 = 10_000_000;

/// A column that the grid can be sorted by. Ties are broken by the inventory id,
/// so that a page is the same page each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortKey {
    #[default]
    Serial,
    AssetId,
    Status,
    OrgUnit,
    Model,
    User,
    LastSync,
    AutoUpdate,
}

impl SortKey {
    pub const ALL: [Self; 8] = [
        Self::Serial,
        Self::AssetId,
        Self::Status,
        Self::OrgUnit,
        Self::Model,
        Self::User,
        Self::LastSync,
        Self::AutoUpdate,
    ];

    /// The field that it sorts by.
    pub fn field(self) -> Field {
        match self {
            Self::Serial => Field::Serial,
            Self::AssetId => Field::AssetId,
            Self::Status => Field::Status,
            Self::OrgUnit => Field::OrgUnit,
            Self::Model => Field::Model,
            Self::User => Field::User,
            Self::LastSync => Field::LastSync,
            Self::AutoUpdate => Field::AutoUpdate,
        }
    }

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        self.field().names().word
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    pub key: SortKey,
    pub descending: bool,
}

/// One view of the grid. As JSON it is the query of its URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct GridView {
    pub filter: DeviceFilter,
    pub sort: Sort,
    /// Counted from 1.
    pub page: u32,
    /// One of [`PAGE_SIZES`].
    pub size: u32,
    /// Show Selected Only: every selected device, the filter paused.
    pub selected_only: bool,
    pub columns: Columns,
}

impl From<GridView> for String {
    fn from(view: GridView) -> Self {
        view.to_query()
    }
}

impl TryFrom<String> for GridView {
    type Error = BadParameter;

    fn try_from(query: String) -> Result<Self, BadParameter> {
        let parsed = Self::parse(&query);
        let wrong = parsed.bad.into_iter().chain(parsed.unknown).next();
        wrong.map_or(Ok(parsed.view), Err)
    }
}

impl Default for GridView {
    fn default() -> Self {
        Self {
            filter: DeviceFilter::default(),
            sort: Sort::default(),
            page: 1,
            size: PAGE_SIZES[1],
            selected_only: false,
            columns: Columns::default(),
        }
    }
}

/// A view as the URL had it, with what of it could not be used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedView {
    pub view: GridView,
    /// Parameters of ours whose values do not parse. Nothing may be listed or
    /// selected until they are fixed.
    pub bad: Vec<BadParameter>,
    /// Names that mean nothing here. They are said and left aside.
    pub unknown: Vec<BadParameter>,
}

impl ParsedView {
    /// An address of which nothing can be used.
    fn refused(why: BadParameter) -> Self {
        Self {
            bad: vec![why],
            ..Self::default()
        }
    }
}

impl GridView {
    pub fn parse(query: &str) -> ParsedView {
        let mut parsed = ParsedView::default();
        let mut once: Vec<String> = Vec::new();
        let mut columns = None::<Columns>;
        for (count, (name, value)) in query::pairs(query).enumerate() {
            if count == MAX_PARAMETERS {
                let why = format!("an address has at most {MAX_PARAMETERS} parameters");
                return ParsedView::refused(BadParameter::new(&name, &value, why));
            }
            if once.contains(&name) {
                parsed
                    .bad
                    .push(BadParameter::new(&name, &value, "used more than once"));
                continue;
            }
            if name != "cols" && !MANY.contains(&&*name) {
                once.push(name.clone());
            }
            let taken = match name.as_str() {
                // A form sends it for each column: the first one begins with none.
                "cols" => columns
                    .get_or_insert_with(Columns::none)
                    .take(&value)
                    .map(|()| true),
                _ => parsed.view.take(&name, &value),
            };
            match taken {
                Ok(true) => {}
                Ok(false) => {
                    parsed
                        .unknown
                        .push(BadParameter::new(&name, &value, "unknown parameter"));
                }
                // Of the rest of such an address nothing is worth a word.
                Err(bad) if bad.why == TOO_MANY_VALUES => return ParsedView::refused(bad),
                Err(bad) => parsed.bad.push(bad),
            }
        }
        if let Some(columns) = columns {
            parsed.view.columns = columns;
        }
        parsed
    }

    fn take(&mut self, name: &str, value: &str) -> Result<bool, BadParameter> {
        let bad = |why: &str| BadParameter::new(name, value, why);
        match name {
            "sort" => {
                let (key, descending) = match value.strip_prefix('-') {
                    Some(key) => (key, true),
                    None => (value, false),
                };
                let key = SortKey::ALL.into_iter().find(|known| known.as_str() == key);
                let key = key.ok_or_else(|| bad("unknown column"))?;
                self.sort = Sort { key, descending };
            }
            "page" => {
                let page = value
                    .parse()
                    .ok()
                    .filter(|page| (1..=MAX_PAGE).contains(page));
                self.page = page.ok_or_else(|| bad("a page is a whole number from 1"))?;
            }
            "size" => {
                let size = value.parse().ok().filter(|size| PAGE_SIZES.contains(size));
                self.size = size.ok_or_else(|| bad("a page has 25, 50, 100 or 200 rows"))?;
            }
            "view" => match value {
                "selected" => self.selected_only = true,
                _ => return Err(bad("must be selected")),
            },
            // What stands beside the list: the panel (domain::panel) and the drawer.
            "panel" | "plan" | "step" | "job" | "device" => {}
            _ => return self.filter.take(name, value),
        }
        Ok(true)
    }

    /// The query string of this view, without `?`, defaults left out.
    pub fn to_query(&self) -> String {
        let mut pairs = self.filter.to_pairs();
        if self.sort != Sort::default() {
            let sign = if self.sort.descending { "-" } else { "" };
            pairs.push(("sort", format!("{sign}{}", self.sort.key.as_str())));
        }
        if self.size != PAGE_SIZES[1] {
            pairs.push(("size", self.size.to_string()));
        }
        if self.selected_only {
            pairs.push(("view", "selected".to_owned()));
        }
        if let Some(columns) = self.columns.to_value() {
            pairs.push(("cols", columns));
        }
        if self.page != 1 {
            pairs.push(("page", self.page.to_string()));
        }
        query::encode(pairs)
    }

    /// The address of this view.
    pub fn href(&self) -> String {
        match self.to_query() {
            query if query.is_empty() => "/devices".to_owned(),
            query => format!("/devices?{query}"),
        }
    }

    pub fn at_page(&self, page: u32) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// Sorted by this column: ascending, or turned round if it is so already.
    pub fn sorted_by(&self, key: SortKey) -> Self {
        let descending = self.sort.key == key && !self.sort.descending;
        Self {
            sort: Sort { key, descending },
            page: 1,
            ..self.clone()
        }
    }

    /// Show Selected Only: every selected device, so no search narrows it at first.
    pub fn only_selected(&self) -> Self {
        let filter = DeviceFilter {
            search: String::new(),
            ..self.filter.clone()
        };
        Self {
            filter,
            page: 1,
            selected_only: true,
            ..self.clone()
        }
    }

    /// Show All, where it is not known what was shown before.
    pub fn with_all(&self) -> Self {
        Self {
            page: 1,
            selected_only: false,
            ..self.clone()
        }
    }

    /// How many rows stand before this page.
    pub fn offset(&self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.size)
    }
}

/// How many pages so many rows fill; at least one.
pub fn page_count(total: u64, size: u32) -> u32 {
    total.div_ceil(u64::from(size)).max(1) as u32
}

#[cfg(test)]
mod tests;
