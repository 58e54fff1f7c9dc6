//! Whether what is on screen is kept up to date.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::ui::browser;
use crate::ui::state::{Link, use_console};

/// How often it is said anew for how long nothing was heard.
const TICK_MS: u32 = 1000;

/// Says how the connection to the server is, and tries it again when asked to. Color
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
    // Seconds for which nobody has told how things stand.
    let untold = RwSignal::new(0u64);
    let since = StoredValue::new(0.0);
    Effect::new(move |_| {
        untold.set(0);
        if link.get() != Link::Reconnecting {
            return;
        }
        since.set_value(browser::now_ms());
        spawn_local(async move {
            while link.try_get_untracked() == Some(Link::Reconnecting) {
                browser::sleep(TICK_MS).await;
                let Some(since) = since.try_get_value() else {
                    return;
                };
                untold.try_set(((browser::now_ms() - since) / 1000.0) as u64);
            }
        });
    });
    let label = move || match (link.get(), untold.get()) {
        (Link::Connecting, _) => words::CONNECTING.to_owned(),
        (Link::Live, _) => String::new(),
        (Link::Reconnecting, 0) => words::RECONNECTING.to_owned(),
        (Link::Reconnecting, seconds @ ..120) => words::seconds_untold(seconds),
        (Link::Reconnecting, seconds) => words::minutes_untold(seconds / 60),
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
                                {words::CHECK_NOW}
                            </button>
                        }
                    })
            }}
        </span>
    }
}
