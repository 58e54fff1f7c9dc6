//! What the grid lists: asked for by the URL, answered by the server.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::REGION_ID;
use crate::api::devices::{search_devices, selected_devices};
use crate::api::wire::Resource;
use crate::domain::device::{Device, DeviceId};
use crate::domain::error::ApiError;
use crate::domain::grid::{GridView, ParsedView};
use crate::domain::grid_page::GridPage;
use crate::domain::pager;
use crate::domain::selection::Selection;
use crate::status::set_status;
use crate::ui::browser;
use crate::ui::derived::{derived, memo};
use crate::ui::state::use_console;

/// A page of the grid with the view it answers, which may be older than the one in
/// the URL while the next page is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub view: GridView,
    pub answer: Answer,
    /// The rows stay where they were, in their present state: others would be listed now.
    #[serde(skip)]
    pub held: bool,
    /// The rows stay because the next ones could not be had.
    #[serde(skip)]
    pub failure: Option<ApiError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    Page(GridPage),
    Failed(ApiError),
    /// A parameter of the URL does not parse: nothing may be listed or selected.
    Refused,
    /// A selection lives in its tab: the server cannot list it in a page.
    InBrowser,
}

/// What to ask the server.
#[derive(Clone, PartialEq)]
enum Question {
    Refused(GridView),
    Matching(GridView),
    Selected(GridView, Option<Selection>),
}

/// Lists what the URL asks for, and again whenever rows may have changed.
pub fn use_listing(parsed: Memo<ParsedView>) -> Resource<Listing> {
    let console = use_console();
    let view = memo(move || parsed.read().view.clone());
    // Taken anew with each view, not with each tick: a row unticked under Show
    // Selected Only stays in place until the operator goes on.
    let frozen = memo(move || {
        let selected_only = view.read().selected_only;
        (selected_only && console.hydrated.get()).then(|| console.selection.get_untracked())
    });
    Resource::new_with_options(
        move || {
            let view = view.get();
            let question = if !parsed.read().bad.is_empty() {
                Question::Refused(view)
            } else if view.selected_only {
                Question::Selected(view, frozen.get())
            } else {
                Question::Matching(view)
            };
            (question, console.inventory_version.get())
        },
        move |(question, _)| async move {
            let prepared = console.grid.try_update_value(|it| it.1.take()).flatten();
            match (question, prepared) {
                (Question::Matching(view), Some(prepared)) if prepared.view == view => prepared,
                (question, _) => {
                    let next = ask(question).await;
                    let shown = console.grid.try_with_value(|it| it.0).flatten();
                    next.or_rows_of(shown.and_then(|shown| shown.now()))
                }
            }
        },
        false,
    )
}

async fn ask(question: Question) -> Listing {
    let (view, answer) = match question {
        Question::Refused(view) => {
            set_status(400);
            return Listing::new(view, Answer::Refused);
        }
        Question::Selected(view, None) => {
            return Listing::new(view, Answer::InBrowser);
        }
        Question::Matching(view) => (view.clone(), search_devices(view).await),
        Question::Selected(view, Some(selection)) => {
            (view.clone(), selected_devices(view, selection).await)
        }
    };
    match answer {
        Ok(page) => {
            if pager::is_out_of_range(&view, page.total) {
                set_status(404);
            }
            Listing::new(view, Answer::Page(page))
        }
        Err(error) => {
            set_status(error.status());
            Listing::new(view, Answer::Failed(error))
        }
    }
}

impl Listing {
    pub fn new(view: GridView, answer: Answer) -> Self {
        Self {
            view,
            answer,
            held: false,
            failure: None,
        }
    }

    /// The rows of the listing before, where there are any and these could not be had.
    fn or_rows_of(self, before: Option<Listing>) -> Self {
        match (&self.answer, before) {
            (Answer::Failed(error), Some(before)) if before.page().is_some() => Self {
                failure: Some(error.clone()),
                ..before
            },
            _ => self,
        }
    }

    pub fn page(&self) -> Option<&GridPage> {
        match &self.answer {
            Answer::Page(page) => Some(page),
            _ => None,
        }
    }
}

/// What of the listing the parts of the screen read. All of it is what is on screen
/// now, so that a number and the rows it stands for never disagree.
#[derive(Clone, Copy)]
pub struct Shown {
    listing: Resource<Listing>,
    /// The same for those who read it outside of the screen.
    kept: StoredValue<Option<Listing>>,
    pub view: Signal<GridView>,
    /// The rows of the page, in its order.
    pub ids: Signal<Vec<DeviceId>>,
    /// Rows on all pages; `None` while nothing is listed.
    pub total: Signal<Option<u64>>,
}

impl Shown {
    /// Make it within the `Transition` that waits for the listing.
    pub fn new(listing: Resource<Listing>) -> Self {
        let kept = StoredValue::new(None);
        Effect::new(move |_| kept.set_value(listing.get()));
        Self {
            listing,
            kept,
            view: derived(move || {
                listing
                    .with(|it| it.as_ref().map(|it| it.view.clone()))
                    .unwrap_or_default()
            }),
            ids: derived(move || {
                listing.with(|it| {
                    let page = it.as_ref().and_then(Listing::page);
                    page.map(|page| page.rows.iter().map(|row| row.id).collect())
                        .unwrap_or_default()
                })
            }),
            total: derived(move || {
                listing.with(|it| it.as_ref().and_then(Listing::page).map(|page| page.total))
            }),
        }
    }

    /// The listing on screen.
    fn now(&self) -> Option<Listing> {
        self.kept.try_get_value().flatten()
    }

    /// Why the rows on screen are not those that were asked for last.
    pub fn failure(&self) -> Option<ApiError> {
        self.listing
            .with(|it| it.as_ref().and_then(|it| it.failure.clone()))
    }

    /// Keeps in mind how far the rows are scrolled, for the way back to them.
    pub fn keep_place(&self) {
        // On the way back the browser scrolls before the rows are there, as far as it can.
        if self.kept.try_with_value(Option::is_none) != Some(false) {
            return;
        }
        // Rows of the last address are still there while the next are on their way.
        let is_shown = |view: &GridView| {
            browser::path() == "/devices" && GridView::parse(&browser::query()).view == *view
        };
        if let Some(view) = self.view.try_get_untracked().filter(is_shown) {
            browser::keep_place(view.href(), REGION_ID);
        }
    }

    /// Other rows would be listed now.
    pub fn is_held(&self) -> bool {
        self.listing
            .with(|it| it.as_ref().is_some_and(|it| it.held))
    }

    /// Something of the devices of the page, in its order.
    pub fn rows<T>(&self, of: impl FnOnce(&[Device]) -> T) -> T {
        self.listing.with(|it| {
            let page = it.as_ref().and_then(Listing::page);
            of(page.map_or(&[], |page| page.rows.as_slice()))
        })
    }

    /// What takes the place of rows, or the rows.
    pub fn kind(&self) -> Kind {
        self.listing
            .with(|it| it.as_ref().map_or(Kind::Loading, Kind::of))
    }
}

/// What the screen shows below its controls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Loading,
    Rows,
    Refused,
    InBrowser,
    Failed(ApiError),
    /// Nothing was ever imported.
    NoInventory,
    NoMatch,
    NothingSelected,
    /// The page lies behind the last one.
    PageOutOfRange,
}

impl Kind {
    fn of(listing: &Listing) -> Self {
        let page = match &listing.answer {
            Answer::Refused => return Self::Refused,
            Answer::InBrowser => return Self::InBrowser,
            Answer::Failed(error) => return Self::Failed(error.clone()),
            Answer::Page(page) => page,
        };
        let searching = !listing.view.filter.search.is_empty();
        if pager::is_out_of_range(&listing.view, page.total) {
            Self::PageOutOfRange
        } else if page.total != 0 {
            Self::Rows
        } else if page.inventory == 0 {
            Self::NoInventory
        } else if listing.view.selected_only && !searching {
            Self::NothingSelected
        } else {
            Self::NoMatch
        }
    }
}
