//! The controls that narrow the list down.
//!
//! A real form: without script it is sent as it stands. With script each change is
//! an address of its own at once, and typing in the search waits for a pause.

use leptos::prelude::*;

use super::quick_search::use_search;
use super::words;
use crate::domain::filter::DeviceFilter;
use crate::domain::filter_query::MAX_VALUE;
use crate::domain::grid::GridView;
use crate::domain::query;
use crate::ui::lazy::{LazyView, lazy, lazy_served};
use crate::ui::state::use_console;

/// The quick search, the filters, and the views that are kept of them.
#[component]
pub fn FilterForm(
    #[prop(into)] view: Signal<GridView>,
    /// A filter to show instead.
    on_filter: Callback<DeviceFilter>,
    /// A quick search to show instead, while it is typed.
    on_search: Callback<String>,
) -> impl IntoView {
    let console = use_console();
    let search = use_search(view, on_search);

    view! {
        <div class="filter-row">
            <form
                method="get"
                action="/devices"
                class="filters"
                role="search"
                aria-label=words::DEVICES
                on:submit=move |event| {
                    event.prevent_default();
                    search.now();
                }
            >
                <KeptParameters view />
                <div class="filters__search">
                    <input
                        type="search"
                        name="q"
                        id="quick-search"
                        class="field filters__field"
                        aria-label=words::SEARCH_FIELD
                        placeholder=words::SEARCH_HINT
                        maxlength=MAX_VALUE.to_string()
                        autocomplete="off"
                        spellcheck="false"
                        value=search.typed.get_untracked()
                        prop:value=search.typed
                        on:input:target=move |event| search.later(event.target().value())
                    />
                    <button type="submit" class="button filters__submit">
                        {words::SEARCH}
                    </button>
                </div>
                <Transition>
                    {lazy_served(LazyView::FilterBoxes(view, on_filter))}
                </Transition>
                <button type="submit" class="button filters__apply">
                    {words::APPLY_FILTERS}
                </button>
            </form>
            <Show when=move || console.hydrated.get()>{lazy(LazyView::Views)}</Show>
        </div>
    }
}

/// What the form keeps without a control: a pasted list, order, page size, Show Selected
/// Only.
#[component]
fn KeptParameters(view: Signal<GridView>) -> impl IntoView {
    let kept = move || {
        let view = GridView {
            filter: DeviceFilter {
                list: view.read().filter.list.clone(),
                ..DeviceFilter::default()
            },
            page: 1,
            ..view.get()
        };
        query::pairs(&view.to_query()).collect::<Vec<_>>()
    };
    view! {
        <For each=kept key=|pair| pair.clone() let((name, value))>
            <input type="hidden" name=name value=value />
        </For>
    }
}
