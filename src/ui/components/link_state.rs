//! Whether what is on screen is kept up to date.

use leptos::prelude::*;

use crate::ui::state::{Link, use_console};

/// Says how the connection to the server is, and tries it again when asked to. Colour
/// repeats what the word says.
#[component]
pub fn LinkState() -> impl IntoView {
    let console = use_console();
    let link = console.link;
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
            {move || {
                (link.get() == Link::Reconnecting)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="link-button"
                                on:click=move |_| console.check_link.notify()
                            >
                                "Check now"
                            </button>
                        }
                    })
            }}
        </span>
    }
}
