//! What all screens share: the selection, the jobs under way, the age of the cache,
//! the notices and the snackbar.
//!
//! Provided once, above the router, so it outlives every screen. It belongs to this
//! tab; the server's part of it arrives through `live.rs`. Write to it with `try_*`
//! after an `await`: the page may be gone by then.

use leptos::prelude::*;

use super::account::OPERATOR;
use super::browser;
use super::components::snackbar::Snackbar;
use super::devices::{Listing, Shown};
use super::lazy::LazyState;
use crate::domain::directory_health::Outage;
use crate::domain::filter::DeviceFilter;
use crate::domain::job::JobSummary;
use crate::domain::live::{Notice, SessionEnd};
use crate::domain::provenance::Provenance;
use crate::domain::refresh::CacheState;
use crate::domain::selection::Selection;

/// Where the tab keeps its selection over reloads.
const SELECTION_KEY: &str = "sunset.selection";

/// Where the tab keeps whose selection it is.
const OWNER_KEY: &str = "sunset.owner";

/// Where the tab keeps how its selection came about.
const PROVENANCE_KEY: &str = "sunset.provenance";

/// Whether what is shown is kept up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Connecting,
    Live,
    Reconnecting,
}

/// What all screens share. `Copy`: hand it around freely.
#[derive(Clone, Copy)]
pub struct Console {
    /// The devices that are ticked in this tab. Change it with [`Console::select`].
    pub selection: RwSignal<Selection>,
    /// How the selection came about.
    pub provenance: StoredValue<Provenance>,
    /// What was last selected by a filter, as it matched then.
    pub matched: RwSignal<Option<(DeviceFilter, Selection)>>,
    /// The entries of the last list that name no device, one to a line.
    pub not_found: RwSignal<Option<String>>,
    /// Jobs that run, and those that ended while the page was open.
    pub jobs: RwSignal<Vec<JobSummary>>,
    /// `None` until the server has told.
    pub cache: RwSignal<Option<CacheState>>,
    /// Refresh Cache was asked for, and the server has not answered.
    pub refresh_asked: RwSignal<bool>,
    /// Notices that were not dismissed, oldest first.
    pub notices: RwSignal<Vec<Notice>>,
    pub link: RwSignal<Link>,
    /// The operator asks to connect again at once.
    pub check_link: Trigger,
    /// Whether the second half of the script is here.
    pub lazy: RwSignal<LazyState>,
    /// Why jobs wait for the database; `None` when they do not.
    pub trouble: RwSignal<Option<String>>,
    /// Why nothing can be deprovisioned; `None` while the directory can be reached.
    pub directory: RwSignal<Option<Outage>>,
    /// Why the session is about to end; `None` while it is not.
    pub session_ends: RwSignal<Option<SessionEnd>>,
    /// Rises when rows on screen may be old: a job moved on, a refresh ended.
    pub inventory_version: RwSignal<u32>,
    /// What the grid shows, and what it is to show next in place of what the server would
    /// say (`devices/hold.rs`).
    pub grid: StoredValue<(Option<Shown>, Option<Listing>)>,
    pub snackbar: Snackbar,
    /// A modal panel is open: what lies behind it is inert.
    pub modal: RwSignal<bool>,
    /// The panel shows a job and reads its progress out, so the snackbar need not.
    pub panel_speaks: RwSignal<bool>,
    /// Single keys are shortcuts.
    pub shortcuts: RwSignal<bool>,
    /// The script runs and this tab's own state was read back. Until then the page
    /// is what the server sent.
    pub hydrated: RwSignal<bool>,
    /// A screen was shown before the present one.
    arrived: StoredValue<bool>,
}

/// Makes the shared state and keeps the selection over reloads.
pub fn provide_console() -> Console {
    let console = Console {
        selection: RwSignal::default(),
        provenance: StoredValue::default(),
        matched: RwSignal::default(),
        not_found: RwSignal::default(),
        jobs: RwSignal::default(),
        cache: RwSignal::default(),
        refresh_asked: RwSignal::default(),
        notices: RwSignal::default(),
        link: RwSignal::default(),
        check_link: Trigger::new(),
        lazy: RwSignal::default(),
        trouble: RwSignal::default(),
        directory: RwSignal::default(),
        session_ends: RwSignal::default(),
        inventory_version: RwSignal::default(),
        grid: StoredValue::default(),
        snackbar: Snackbar::default(),
        modal: RwSignal::new(false),
        panel_speaks: RwSignal::new(false),
        shortcuts: RwSignal::new(false),
        hydrated: RwSignal::new(false),
        arrived: StoredValue::new(false),
    };
    provide_context(console);
    remember_selection(console);
    Effect::new(move |_| {
        browser::set_root_data("hydrated", Some(""));
        console.hydrated.set(true);
    });
    console
}

/// The shared state, in any component.
pub fn use_console() -> Console {
    expect_context()
}

impl Console {
    /// Says that rows on screen may be old.
    pub fn rows_changed(&self) {
        self.inventory_version
            .try_update(|version| *version = version.wrapping_add(1));
    }

    /// Changes the selection and notes how. Does nothing once the page is gone.
    pub fn select(&self, how: &str, change: impl FnOnce(&mut Selection)) {
        self.selection.try_update(|selection| {
            let before = selection.clone();
            change(selection);
            let (added, removed) = selection.changes_since(&before);
            self.provenance.try_update_value(|provenance| {
                if selection.is_empty() {
                    *provenance = Provenance::default();
                } else {
                    provenance.note(how, added, removed);
                }
            });
        });
    }

    /// How the selection came about, in words.
    pub fn provenance_text(&self) -> String {
        let provenance = self.provenance.try_get_value();
        provenance.map(|it| it.text()).unwrap_or_default()
    }

    /// Notes that a screen is shown, and says whether a link of ours led to it.
    pub fn arrive(&self) -> bool {
        let before = self.arrived.get_value();
        self.arrived.set_value(true);
        before
    }
}

/// Reads the selection of before the reload, unless somebody else made it, then writes down every change.
fn remember_selection(console: Console) {
    Effect::new(move |started: Option<()>| {
        if started.is_none() {
            let owner = browser::root_data(OPERATOR).unwrap_or_default();
            let is_ours = browser::session_get(OWNER_KEY).unwrap_or_default() == owner;
            browser::session_set(OWNER_KEY, &owner);
            let stored = browser::session_get(SELECTION_KEY).filter(|_| is_ours);
            let stored = stored.and_then(|text| Selection::try_from(text).ok());
            if let Some(stored) = stored.filter(|stored| !stored.is_empty()) {
                let provenance = browser::session_get(PROVENANCE_KEY).unwrap_or_default();
                console.provenance.set_value(provenance.into());
                console.selection.set(stored);
            }
        }
        let selection = console.selection.get();
        if selection.is_empty() {
            browser::session_remove(SELECTION_KEY);
            browser::session_remove(PROVENANCE_KEY);
        } else {
            browser::session_set(SELECTION_KEY, &String::from(selection));
            let provenance = console.provenance.get_value();
            browser::session_set(PROVENANCE_KEY, &String::from(provenance));
        }
    });
}
