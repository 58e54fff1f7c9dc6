//! What surrounds every screen: header, navigation, the panel and the snackbar.

use leptos::prelude::*;
use leptos_router::components::A;

use super::components::snackbar::SnackbarRegion;
use super::deprovision::DeprovisionPanel;
use super::state::use_console;

/// The frame around a screen. While a modal panel is open, everything but the panel
/// and the snackbar is inert.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let console = use_console();
    let inert = move || console.modal.get();

    view! {
        <a class="skip-link" href="#main" inert=inert>
            "Skip to content"
        </a>
        <header class="header" inert=inert>
            <A href="/devices" attr:class="header__product">
                "Sunset"
            </A>
        </header>
        <nav class="nav" aria-label="Main" inert=inert>
            <A href="/devices">"Device Search"</A>
            <A href="/jobs">"Jobs"</A>
        </nav>
        <main id="main" class="main" tabindex="-1" inert=inert>
            {children()}
        </main>
        <DeprovisionPanel />
        <SnackbarRegion />
    }
}
