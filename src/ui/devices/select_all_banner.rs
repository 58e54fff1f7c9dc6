//! The offer to select all that match, once the page is ticked.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::footer::clear_selection;
use super::grid_status::STATUS_ID;
use super::listing::Shown;
use super::words;
use crate::api::devices::select_matching;
use crate::domain::applied_filter::in_words;
use crate::domain::error::ApiError;
use crate::domain::filter::DeviceFilter;
use crate::domain::number::devices;
use crate::ui::browser;
use crate::ui::state::use_console;

/// How far "select all that match" has come. It is about one filter; under another
/// one it is as if nobody had asked.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectAllState {
    Waiting,
    /// The server counts otherwise than the page said. Nothing was added.
    Changed(u64),
    /// All were added, and the selection was this large then.
    Added {
        selected: u64,
    },
}

/// Offers to select all that match, and says what came of it.
#[component]
pub fn SelectAllBanner(
    shown: Shown,
    asked: RwSignal<Option<(DeviceFilter, SelectAllState)>>,
    /// How far it has come for the present filter.
    now: Option<SelectAllState>,
) -> impl IntoView {
    let console = use_console();
    let ask = Callback::new(move |expected: u64| {
        let filter = shown.view.read_untracked().filter.clone();
        asked.set(Some((filter.clone(), SelectAllState::Waiting)));
        browser::focus(STATUS_ID);
        spawn_local(async move {
            let answer = match select_matching(filter.clone(), expected).await {
                Ok(matching) => {
                    let how = words::how_matched(&in_words(&filter), &browser::clock());
                    console.select(&how, |selection| selection.add_all(&matching));
                    console.matched.try_set(Some((filter.clone(), matching)));
                    let selected = console.selection.try_with_untracked(|it| it.len());
                    Some(SelectAllState::Added {
                        selected: selected.unwrap_or_default(),
                    })
                }
                Err(ApiError::CountChanged { count }) => Some(SelectAllState::Changed(count)),
                Err(error) => {
                    console.snackbar.say(words::select_failed(&error));
                    None
                }
            };
            asked.try_set(answer.map(|answer| (filter, answer)));
        });
    });

    match now {
        Some(SelectAllState::Waiting) => view! { <p>{words::SELECTING}</p> }.into_any(),
        Some(SelectAllState::Changed(count)) => view! {
            <p>{words::count_changed(count)}</p>
            <SelectAll count on_ask=ask />
        }
        .into_any(),
        Some(SelectAllState::Added { selected }) => view! {
            <p>{devices(selected)} {words::ALL_SELECTED}</p>
            <button
                type="button"
                class="link-button"
                on:click=move |_| {
                    browser::focus(STATUS_ID);
                    clear_selection(console);
                }
            >
                {words::CLEAR_SELECTION}
            </button>
        }
        .into_any(),
        None => (move || {
            let on_page = shown.ids.read().len() as u64;
            let total = shown.total.get().unwrap_or_default();
            view! {
                <p>{words::page_selected(on_page)}</p>
                <SelectAll count=total on_ask=ask />
            }
        })
        .into_any(),
    }
}

/// Asks for exactly the number it shows.
#[component]
fn SelectAll(count: u64, on_ask: Callback<u64>) -> impl IntoView {
    view! {
        <button type="button" class="link-button" on:click=move |_| on_ask.run(count)>
            {words::SELECT_ALL_BEFORE}
            {devices(count)}
            {words::SELECT_ALL_AFTER}
        </button>
    }
}
