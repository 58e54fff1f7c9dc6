//! What is fetched after the first screen works: everything but Device Search. The
//! build cuts the browser's module in two at [`build`], so that a first visit waits
//! for much less.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::alive::{HeaderTools, LivePanel};
use super::browser;
use super::components::SnackbarContent;
use super::device::DevicePage;
use super::devices::{ActionItems, Asked, Density, DeviceTools, Offer, ReloadRows, Shown};
use super::imports::ImportPage;
use super::jobs::{JobPage, JobsPage};
use super::overview::OverviewPage;
use super::state::{Console, use_console};
use crate::domain::filter::DeviceFilter;

/// Milliseconds between attempts to fetch the second half.
const AGAIN_MS: u32 = 3000;

/// A piece of the page that lies in the second half.
#[derive(Clone)]
pub enum Piece {
    HeaderTools,
    LivePanel,
    SnackbarContent,
    DeviceTools,
    Density,
    ActionItems(RwSignal<bool>, Callback<()>),
    Offer(
        Shown,
        RwSignal<Option<(DeviceFilter, Asked)>>,
        Option<Asked>,
    ),
    ReloadRows,
    DevicePage,
    JobsPage,
    JobPage,
    OverviewPage,
    ImportPage,
}

/// The only way into the second half; `fetch` fetches it.
#[wasm_split(later, fallible, preload(fetch))]
pub fn build(piece: Piece) -> Result<AnyView, SplitLoaderError> {
    Ok(match piece {
        Piece::HeaderTools => view! { <HeaderTools /> }.into_any(),
        Piece::SnackbarContent => view! { <SnackbarContent /> }.into_any(),
        Piece::LivePanel => view! { <LivePanel /> }.into_any(),
        Piece::Density => view! { <Density /> }.into_any(),
        Piece::DeviceTools => view! { <DeviceTools /> }.into_any(),
        Piece::ActionItems(open, on_done) => view! { <ActionItems open on_done /> }.into_any(),
        Piece::Offer(shown, asked, now) => view! { <Offer shown asked now /> }.into_any(),
        Piece::ReloadRows => view! { <ReloadRows /> }.into_any(),
        Piece::DevicePage => view! { <DevicePage /> }.into_any(),
        Piece::JobsPage => view! { <JobsPage /> }.into_any(),
        Piece::JobPage => view! { <JobPage /> }.into_any(),
        Piece::OverviewPage => view! { <OverviewPage /> }.into_any(),
        Piece::ImportPage => view! { <ImportPage /> }.into_any(),
    })
}

/// The state of the second half, as the page sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Later {
    #[default]
    Awaited,
    /// It could not be fetched; that is tried again.
    Missing,
    Here,
}

/// Shows a piece: at once where the second half is here, as on the server, and else
/// as soon as it is. What it came from must not change meanwhile.
pub fn later(piece: Piece) -> AnyView {
    if let Some(Ok(view)) = now(build(piece.clone())) {
        return view;
    }
    let state = use_console().later;
    let is_screen = matches!(
        piece,
        Piece::DevicePage
            | Piece::JobsPage
            | Piece::JobPage
            | Piece::OverviewPage
            | Piece::ImportPage
    );
    let wait = move || match state.get() {
        Later::Here => now(build(piece.clone()))?.ok(),
        _ => is_screen.then(|| view! { <p class="hint">"Loading…"</p> }.into_any()),
    };
    wait.into_any()
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
                console.later.try_set(Later::Missing);
                browser::sleep(AGAIN_MS).await;
            }
            console.later.try_set(Later::Here);
            browser::set_root_data("hydrated", Some("whole"));
        });
    });
}

/// What a future says without being waited for.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
