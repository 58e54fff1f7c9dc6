//! How old the inventory is, and Refresh Cache.

use leptos::prelude::*;

use super::words;
use crate::api::cache::read_cache_state;
use crate::api::resource::resource;
use crate::domain::permission::Permission;
use crate::domain::refresh::{CacheState, Freshness};
use crate::domain::time::Timestamp;
use crate::ui::browser;
use crate::ui::components::{LocalTime, Precision};
use crate::ui::derived::computed;
use crate::ui::may::why_not;
use crate::ui::state::use_console;

/// How often the age is told anew.
const TICK_MS: i32 = 30_000;

/// The age of the inventory, in words and color, with the button that renews it.
#[component]
pub fn CacheAge() -> impl IntoView {
    let console = use_console();
    let first = resource(|| (), |()| read_cache_state());
    let state = computed(move || {
        console
            .cache
            .get()
            .or_else(|| first.get().and_then(Result::ok))
    });
    // Only the server's clock is trusted; the browser's tells how much later it is.
    let later = RwSignal::new(0_i64);
    Effect::new(move |_| {
        console.cache.track();
        let since = browser::now_ms();
        later.set(0);
        let timer = browser::every(TICK_MS, move || {
            later.try_set((browser::now_ms() - since) as i64);
        });
        on_cleanup(move || timer.into_iter().for_each(browser::Ticker::stop));
    });
    let state = computed(move || {
        state.get().map(|state| CacheState {
            now: Timestamp(state.now.0 + later.get()),
            ..state
        })
    });

    view! {
        <div class="cache">
            <Transition>
                <div class="cache__said">
                    {move || state.get().map(|state| view! { <Age state=state.clone() /> <Progress state /> })}
                </div>
            </Transition>
            <RefreshButton />
        </div>
    }
}

/// Asks for a refresh; `ui/refresh.rs` does it.
#[component]
fn RefreshButton() -> impl IntoView {
    let console = use_console();
    let asked = console.refresh_asked;
    let why_not = why_not(Permission::Refresh);
    view! {
        <button
            type="button"
            class="button"
            id="refresh-cache"
            title=why_not
            disabled=move || !console.hydrated.get()
            aria-disabled=move || (asked.get() || why_not.is_some()).then_some("true")
            on:click=move |_| asked.set(why_not.is_none())
        >
            {words::REFRESH_CACHE}
        </button>
    }
}

/// `Last refreshed 3 hours ago`.
#[component]
fn Age(state: CacheState) -> impl IntoView {
    let (word, note) = match state.freshness() {
        Freshness::Fresh => ("fresh", ""),
        Freshness::Ageing => ("ageing", ""),
        Freshness::Stale => ("stale", words::MAY_BE_OLD),
    };
    match state.complete_as_of {
        None => view! { <p class="cache__age" data-freshness="stale">{words::NOT_REFRESHED}</p> }
            .into_any(),
        Some(at) => view! {
            <p class="cache__age" data-freshness=word>
                {words::LAST_REFRESHED}
                <time datetime=at.to_string() title=words::in_utc(at)>
                    {at.ago(state.now)}
                </time>
                {note}
            </p>
        }
        .into_any(),
    }
}

/// A refresh that runs, or that failed.
#[component]
fn Progress(state: CacheState) -> impl IntoView {
    if let Some(running) = state.running() {
        let text = words::refreshing(&running.progress(), &running.started_by);
        return view! {
            <p class="cache__progress">
                {running
                    .expected
                    .map(|expected| view! {
                        <progress
                            aria-label=words::REFRESH_BAR
                            max=expected.to_string()
                            value=running.read.min(expected).to_string()
                        />
                    })}
                {text}
            </p>
        }
        .into_any();
    }
    match state.failed() {
        None => ().into_any(),
        Some(failed) => {
            let at = failed.finished_at.unwrap_or(failed.started_at);
            view! {
                <p class="cache__failed">
                    {words::LAST_REFRESH_FAILED} <LocalTime at precision=Precision::Minute />
                    {format!(" · {}", failed.failure)}
                </p>
            }
            .into_any()
        }
    }
}
