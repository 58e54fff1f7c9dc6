//! The line above the grid: how many there are, and, once the page is ticked, the
//! offer to select all that match.
//!
//! It has its place even when it has little to say, so that ticking a page never
//! moves the rows under the pointer.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::footer::clear_selection;
use super::listing::Shown;
use crate::api::ApiError;
use crate::api::devices::select_matching;
use crate::domain::filter::DeviceFilter;
use crate::domain::number::{devices, grouped};
use crate::domain::ticking::PageTicks;
use crate::ui::browser;
use crate::ui::derived::derived;
use crate::ui::state::use_console;

const STATUS_ID: &str = "grid-status";

/// How far "select all that match" has come. It is about one filter; under another
/// one it is as if nobody had asked.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    Waiting,
    /// The server counts otherwise than the page said. Nothing was added.
    Changed(u64),
    /// All were added, and the selection was this large then.
    Added {
        selected: u64,
    },
}

/// Says how many devices there are and offers to select all of them.
#[component]
pub fn GridStatus(shown: Shown) -> impl IntoView {
    let console = use_console();
    let asked = RwSignal::new(None::<(DeviceFilter, Asked)>);
    let now = derived(move || {
        let asked = asked.get();
        asked
            .filter(|(filter, _)| *filter == shown.view.read().filter)
            .map(|(_, asked)| asked)
    });
    let total = move || shown.total.get().unwrap_or_default();
    let page_is_ticked = derived(move || {
        PageTicks::of(&console.selection.read(), &shown.ids.read()) == PageTicks::All
    });
    let offered = derived(move || {
        let more = (shown.ids.read().len() as u64) < total();
        page_is_ticked.get() && more && !shown.view.read().selected_only
    });
    let ask = Callback::new(move |expected: u64| {
        let filter = shown.view.read_untracked().filter.clone();
        asked.set(Some((filter.clone(), Asked::Waiting)));
        browser::focus(STATUS_ID);
        spawn_local(async move {
            let answer = match select_matching(filter.clone(), expected).await {
                Ok(matching) => {
                    console
                        .selection
                        .try_update(|selection| selection.add_all(&matching));
                    console.matched.try_set(Some((filter.clone(), matching)));
                    let selected = console.selection.try_with_untracked(|it| it.len());
                    Some(Asked::Added {
                        selected: selected.unwrap_or_default(),
                    })
                }
                Err(ApiError::CountChanged { count }) => Some(Asked::Changed(count)),
                Err(error) => {
                    console.snackbar.say(format!("Nothing was added. {error}"));
                    None
                }
            };
            asked.try_set(answer.map(|answer| (filter, answer)));
        });
    });

    view! {
        <div class="grid-status" id=STATUS_ID tabindex="-1">
            {move || match now.get() {
                Some(Asked::Waiting) => view! { <p>"Selecting…"</p> }.into_any(),
                Some(Asked::Changed(count)) => {
                    view! {
                        <p>
                            "The list changed: "{devices(count)}
                            " match now. Nothing was added."
                        </p>
                        <SelectAll count on_ask=ask />
                    }
                        .into_any()
                }
                Some(Asked::Added { selected }) if console.selection.read().len() == selected => {
                    view! {
                        <p>{grouped(selected)} " selected, among them all that match."</p>
                        <button
                            type="button"
                            class="link-button"
                            on:click=move |_| {
                                browser::focus(STATUS_ID);
                                clear_selection(console);
                            }
                        >
                            "Clear selection"
                        </button>
                    }
                        .into_any()
                }
                _ if offered.get() => {
                    let on_page = shown.ids.read().len() as u64;
                    view! {
                        <p>"All "{grouped(on_page)}" on this page are selected."</p>
                        <SelectAll count=total() on_ask=ask />
                    }
                        .into_any()
                }
                _ if shown.view.read().selected_only => {
                    view! { <p>{devices(total())} " selected"</p> }.into_any()
                }
                _ => view! { <p>{devices(total())}</p> }.into_any(),
            }}
        </div>
    }
}

/// Asks for exactly the number it shows.
#[component]
fn SelectAll(count: u64, on_ask: Callback<u64>) -> impl IntoView {
    view! {
        <button type="button" class="link-button" on:click=move |_| on_ask.run(count)>
            "Select all "
            {grouped(count)}
            " that match this filter"
        </button>
    }
}
