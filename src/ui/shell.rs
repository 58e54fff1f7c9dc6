//! What surrounds every screen: header, navigation, the panel and the snackbar.

use leptos::prelude::*;
use leptos_router::components::A;

use super::components::{LocalTime, Precision, SnackbarRegion};
use super::lazy::{LazyState, LazyView, lazy};
use super::state::use_console;
use super::words;
use crate::domain::directory_health::Outage;

/// The frame around a screen. While a modal panel is open, everything but the panel
/// and the snackbar is inert.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let console = use_console();
    let inert = move || console.modal.get();

    view! {
        <a class="skip-link" href="#main" rel="external" inert=inert>
            {words::SKIP}
        </a>
        <header class="header" inert=inert>
            <A href="/overview" attr:class="header__product">
                <svg class="header__mark" viewBox="0 0 16 16" aria-hidden="true">
                    <rect width="16" height="16" rx="3" fill="#0a5bd3" />
                    <path d="M4 10a4 4 0 0 1 8 0z" fill="#fff" />
                    <path d="M2.5 11.75h11" stroke="#fff" stroke-width="1.25" />
                </svg>
                {words::PRODUCT}
            </A>
            <Show when=move || console.hydrated.get()>{lazy(LazyView::HeaderTools)}</Show>
        </header>
        <nav class="nav" aria-label=words::NAVIGATION inert=inert>
            <ul class="nav__links">
                <li>
                    <A href="/overview" attr:title=words::OVERVIEW>
                        <span class="nav__word">{words::OVERVIEW}</span>
                    </A>
                </li>
                <li>
                    <A href="/devices" attr:title=words::DEVICE_SEARCH>
                        <span class="nav__word">{words::DEVICE_SEARCH}</span>
                    </A>
                </li>
                <li>
                    <A href="/jobs" attr:title=words::JOBS>
                        <span class="nav__word">{words::JOBS}</span>
                    </A>
                </li>
            </ul>
            <Show when=move || console.hydrated.get()>{lazy(LazyView::NavToggle)}</Show>
            <p class="nav__note">{words::THIS_COMPUTER}</p>
        </nav>
        <main id="main" class="main" tabindex="-1" inert=inert>
            <Trouble />
            {children()}
        </main>
        <Show when=move || console.hydrated.get()>{lazy(LazyView::LivePanel)}</Show>
        <SnackbarRegion />
    }
}

/// What is wrong everywhere: what the database lacks, why nothing can be
/// deprovisioned, or that the second half of the script is missing.
#[component]
fn Trouble() -> impl IntoView {
    let console = use_console();
    let why = move || {
        if let Some(why) = console.trouble.get() {
            return Some(why.into_any());
        }
        if let Some(Outage { since, why }) = console.directory.get() {
            let at = view! { <LocalTime at=since precision=Precision::Minute /> };
            return Some((words::DIRECTORY_DOWN_SINCE, at, ". ", why).into_any());
        }
        let is_missing = console.lazy.get() == LazyState::Missing;
        is_missing.then(|| words::HALF_MISSING.into_any())
    };

    view! {
        <div class="trouble" role="status">
            {move || {
                why()
                    .map(|why| {
                        view! {
                            <p class="callout" data-tone="warning">
                                {why}
                            </p>
                        }
                    })
            }}
        </div>
    }
}
