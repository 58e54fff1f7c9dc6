//! What surrounds every screen: header, navigation, the panel and the snackbar.

use leptos::prelude::*;
use leptos_router::components::A;

use super::components::SnackbarRegion;
use super::later::{Later, Piece, later};
use super::state::use_console;

/// The frame around a screen. While a modal panel is open, everything but the panel
/// and the snackbar is inert.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let console = use_console();
    let inert = move || console.modal.get();

    view! {
        <a class="skip-link" href="#main" rel="external" inert=inert>
            "Skip to content"
        </a>
        <header class="header" inert=inert>
            <A href="/overview" attr:class="header__product">
                <svg class="header__mark" viewBox="0 0 16 16" aria-hidden="true">
                    <rect width="16" height="16" rx="3" fill="#0a5bd3" />
                    <path d="M4 10a4 4 0 0 1 8 0z" fill="#fff" />
                    <path d="M2.5 11.75h11" stroke="#fff" stroke-width="1.25" />
                </svg>
                "Sunset"
            </A>
            <Show when=move || console.hydrated.get()>{later(Piece::HeaderTools)}</Show>
        </header>
        <nav class="nav" aria-label="Main" inert=inert>
            <ul class="nav__links">
                <li>
                    <A href="/overview" attr:title="Overview">
                        <span class="nav__word">"Overview"</span>
                    </A>
                </li>
                <li>
                    <A href="/devices" attr:title="Device Search">
                        <span class="nav__word">"Device Search"</span>
                    </A>
                </li>
                <li>
                    <A href="/jobs" attr:title="Jobs">
                        <span class="nav__word">"Jobs"</span>
                    </A>
                </li>
            </ul>
            <Show when=move || console.hydrated.get()>{later(Piece::NavToggle)}</Show>
            <p class="nav__note">"Available on this computer only (no sign-in yet)."</p>
        </nav>
        <main id="main" class="main" tabindex="-1" inert=inert>
            <Trouble />
            {children()}
        </main>
        <Show when=move || console.hydrated.get()>{later(Piece::LivePanel)}</Show>
        <SnackbarRegion />
    }
}

/// What is wrong everywhere: what the database lacks, why nothing can be
/// deprovisioned, or that the second half of the script is missing.
#[component]
fn Trouble() -> impl IntoView {
    const MISSING: &str = "Part of this page didn't load. Retrying… If Sunset was just updated, \
                           reload the page.";

    let console = use_console();
    let why = move || {
        let why = console.trouble.get().or_else(|| console.directory.get());
        why.or_else(|| (console.later.get() == Later::Missing).then(|| MISSING.to_owned()))
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
