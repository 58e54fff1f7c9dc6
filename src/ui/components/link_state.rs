//! Whether what is on screen is kept up to date.

use leptos::prelude::*;

use crate::ui::state::{Link, use_console};

/// Says how the connection to the server is. Colour repeats what the word says.
#[component]
pub fn LinkState() -> impl IntoView {
    let link = use_console().link;
    let word = move || match link.get() {
        Link::Connecting => "connecting",
        Link::Live => "live",
        Link::Reconnecting => "reconnecting",
    };
    let label = move || match link.get() {
        Link::Connecting => "Connecting…",
        Link::Live => "Live",
        Link::Reconnecting => "Reconnecting…",
    };

    view! {
        <span class="link-state" data-link=word>
            {label}
        </span>
    }
}
