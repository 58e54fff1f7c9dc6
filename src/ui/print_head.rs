//! What stands at the top of a page on paper: what was asked for, and when.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::browser;
use super::components::{LocalTime, Precision};
use super::state::use_console;
use super::words;
use crate::domain::applied_filter::in_words;
use crate::domain::grid::GridView;
use crate::domain::time::Timestamp;

/// How often the time is told anew.
const TICK_MS: i32 = 10_000;

/// The filter of Device Search in words, and the time by the server's clock. It shows on
/// paper only.
#[component]
pub fn PrintHead() -> impl IntoView {
    let console = use_console();
    let location = use_location();
    let now = RwSignal::new(None::<Timestamp>);
    // Only the server's clock is trusted; the browser's tells how much later it is.
    Effect::new(move |_| {
        let Some(served_at) = console.cache.read().as_ref().map(|cache| cache.now) else {
            return;
        };
        let since = browser::now_ms();
        now.set(Some(served_at));
        let timer = browser::every(TICK_MS, move || {
            let later = (browser::now_ms() - since) as i64;
            now.try_set(Some(Timestamp(served_at.0 + later)));
        });
        on_cleanup(move || timer.into_iter().for_each(browser::Ticker::stop));
    });
    let filter = move || {
        (*location.pathname.read() == *"/devices").then(|| {
            let view = GridView::parse(&location.search.read()).view;
            match view.selected_only {
                true => words::PRINTED_SELECTED.to_owned(),
                false => words::printed_filter(&in_words(&view.filter)),
            }
        })
    };
    let time = move || {
        let precision = Precision::Minute;
        now.get()
            .map(|at| view! { {words::PRINTED} <LocalTime at precision /> })
    };

    view! {
        <div class="print-head">
            <p>{filter}</p>
            <p>{time}</p>
        </div>
    }
}
