//! What is fetched after the first screen works: everything but Device Search. The
//! build cuts the browser's module in two at [`build`], so that a first visit waits
//! for much less.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::account::NavToggle;
use super::browser;
use super::components::SnackbarContent;
use super::device::{DeviceDrawer, DevicePage};
use super::devices::{
    ActionItems, CacheAge, ColumnChooser, ColumnWidths, DeviceTools, Empty, ExportMenu,
    FilterBoxes, Kind, Listing, OldRows, ReloadRows, SelectAllBanner, SelectAllState, Shown, Views,
};
use super::frame_tools::{HeaderTools, LivePanel};
use super::imports::ImportPage;
use super::jobs::{JobPage, JobsPage};
use super::overview::OverviewPage;
use super::state::{Console, use_console};
use super::words;
use crate::api::wire::Resource;
use crate::domain::error::ApiError;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, ParsedView};

/// Milliseconds between attempts to fetch the second half.
const AGAIN_MS: u32 = 3000;

/// A view that lies in the second half.
#[derive(Clone)]
pub enum LazyView {
    HeaderTools,
    NavToggle,
    LivePanel,
    SnackbarContent,
    DeviceTools,
    Views,
    CacheAge,
    FilterBoxes(Signal<GridView>, Callback<DeviceFilter>),
    ColumnChooser(Signal<GridView>, Callback<GridView>),
    ColumnWidths(Signal<GridView>),
    ExportMenu(Signal<ParsedView>),
    Empty(Kind, Shown, Resource<Listing>),
    ActionItems(RwSignal<bool>, Callback<()>),
    SelectAllBanner(
        Shown,
        RwSignal<Option<(DeviceFilter, SelectAllState)>>,
        Option<SelectAllState>,
    ),
    ReloadRows,
    OldRows(ApiError),
    DeviceDrawer,
    DevicePage,
    JobsPage,
    JobPage,
    OverviewPage,
    ImportPage,
}

/// The only way into the second half; `fetch` fetches it.
#[wasm_split(later, fallible, preload(fetch))]
pub fn build(wanted: LazyView) -> Result<AnyView, SplitLoaderError> {
    Ok(match wanted {
        LazyView::HeaderTools => view! { <HeaderTools /> }.into_any(),
        LazyView::NavToggle => view! { <NavToggle /> }.into_any(),
        LazyView::SnackbarContent => view! { <SnackbarContent /> }.into_any(),
        LazyView::LivePanel => view! { <LivePanel /> }.into_any(),
        LazyView::DeviceTools => view! { <DeviceTools /> }.into_any(),
        LazyView::Views => view! { <Views /> }.into_any(),
        LazyView::CacheAge => view! { <CacheAge /> }.into_any(),
        LazyView::FilterBoxes(view, on_filter) => {
            view! { <FilterBoxes view on_filter /> }.into_any()
        }
        LazyView::ColumnChooser(view, on_view) => {
            view! { <ColumnChooser view on_view /> }.into_any()
        }
        LazyView::ColumnWidths(view) => view! { <ColumnWidths view /> }.into_any(),
        LazyView::Empty(kind, shown, listing) => view! { <Empty kind shown listing /> }.into_any(),
        LazyView::ExportMenu(parsed) => view! { <ExportMenu parsed /> }.into_any(),
        LazyView::ActionItems(open, on_done) => view! { <ActionItems open on_done /> }.into_any(),
        LazyView::SelectAllBanner(shown, asked, now) => {
            view! { <SelectAllBanner shown asked now /> }.into_any()
        }
        LazyView::ReloadRows => view! { <ReloadRows /> }.into_any(),
        LazyView::OldRows(error) => view! { <OldRows error /> }.into_any(),
        LazyView::DeviceDrawer => view! { <DeviceDrawer /> }.into_any(),
        LazyView::DevicePage => view! { <DevicePage /> }.into_any(),
        LazyView::JobsPage => view! { <JobsPage /> }.into_any(),
        LazyView::JobPage => view! { <JobPage /> }.into_any(),
        LazyView::OverviewPage => view! { <OverviewPage /> }.into_any(),
        LazyView::ImportPage => view! { <ImportPage /> }.into_any(),
    })
}

/// The state of the second half, as the page sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LazyState {
    #[default]
    Loading,
    /// It could not be fetched; that is tried again.
    Missing,
    Loaded,
}

/// Shows a view: at once where the second half is here, as on the server, and else
/// as soon as it is. What it came from must not change meanwhile.
pub fn lazy(wanted: LazyView) -> AnyView {
    if let Some(Ok(view)) = poll_once(build(wanted.clone())) {
        return view;
    }
    let state = use_console().lazy;
    let is_screen = matches!(
        wanted,
        LazyView::DevicePage
            | LazyView::JobsPage
            | LazyView::JobPage
            | LazyView::OverviewPage
            | LazyView::ImportPage
    );
    let wait = move || match state.get() {
        LazyState::Loaded => poll_once(build(wanted.clone()))?.ok(),
        _ => is_screen.then(|| view! { <p class="hint">{words::LOADING}</p> }.into_any()),
    };
    wait.into_any()
}

/// A part of a screen that works without any script and comes alive with the second half:
/// the server writes it whole, and until then the page keeps what the server wrote.
///
/// Its code is in the second half only. A box that is open, or a field that has the focus,
/// is not taken away from the operator: the part waits until it is left.
pub fn lazy_served(wanted: LazyView) -> AnyView {
    let console = use_console();
    let whole = {
        let wanted = wanted.clone();
        move || {
            let parts = poll_once(build(wanted.clone())).and_then(Result::ok);
            view! { <div class="contents">{parts}</div> }.into_any()
        }
    };
    if !cfg!(target_arch = "wasm32") {
        return whole();
    }
    let served = NodeRef::<html::Div>::new();
    let is_free = RwSignal::new(false);
    Effect::new(move |_| {
        if console.lazy.get() == LazyState::Loaded {
            let served = move || served.try_get_untracked().flatten();
            browser::when_left(served, move || {
                is_free.try_set(true);
            });
        }
    });
    let shown = move || match is_free.get() {
        true => whole(),
        false => view! { <div class="contents" node_ref=served></div> }.into_any(),
    };
    shown.into_any()
}

/// Waits for the second half if the page's address needs it to come alive.
pub async fn needed() {
    if browser::path() != "/devices" {
        while fetch().await.is_err() {
            browser::sleep(AGAIN_MS).await;
        }
    }
}

/// Fetches the second half once the first is alive, again and again until it is here.
pub fn start(console: Console) {
    Effect::new(move |_| {
        spawn_local(async move {
            while fetch().await.is_err() {
                console.lazy.try_set(LazyState::Missing);
                browser::sleep(AGAIN_MS).await;
            }
            console.lazy.try_set(LazyState::Loaded);
            browser::set_root_data("hydrated", Some("whole"));
        });
    });
}

/// What a future says without being waited for.
fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
