//! The server is out of reach: said before Execute is pressed, not after.
//!
//! A stream that does not get through is no proof, as a proxy may hold it up; so it
//! only makes the panel ask, again and again until the stream is back.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::api::cache::read_cache_state;
use crate::domain::error::ApiError;
use crate::ui::browser;
use crate::ui::state::{Link, use_console};

/// The id of the banner, for the buttons that it explains.
pub const OFFLINE_ID: &str = "panel-offline";

const ASK_EVERY_MS: u32 = 2000;

/// Since when the server has been out of reach, by the browser's clock.
pub fn use_offline() -> Signal<Option<String>> {
    let console = use_console();
    let since = RwSignal::new(None::<String>);
    let asking = StoredValue::new(false);
    Effect::new(move |_| {
        if console.link.get() == Link::Live {
            return since.set(None);
        }
        if asking.get_value() {
            return;
        }
        asking.set_value(true);
        spawn_local(async move {
            // Until the stream is back or the panel is closed.
            while console.link.try_get_untracked() != Some(Link::Live) {
                let away = matches!(read_cache_state().await, Err(ApiError::Unreachable));
                let noted = since.try_update(|since| match (away, &since) {
                    (false, _) => *since = None,
                    (true, None) => *since = Some(browser::clock()),
                    (true, Some(_)) => {}
                });
                if noted.is_none() {
                    return;
                }
                browser::sleep(ASK_EVERY_MS).await;
            }
            asking.try_set_value(false);
        });
    });
    since.into()
}

/// Says so. Always there, so that it is read out when it comes.
#[component]
pub fn OfflineBanner(since: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="panel__offline" id=OFFLINE_ID role="status">
            {move || since.read().as_deref().map(words::offline)}
        </p>
    }
}
