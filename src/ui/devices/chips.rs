//! What the list is narrowed down to, value by value, each with a link that takes
//! it away.

use leptos::prelude::*;

use super::words;
use crate::domain::applied_filter::{AppliedFilter, applied, facets};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::visible::shown;
use crate::ui::derived::memo;

/// The applied filters; in Show Selected Only, those that wait.
#[component]
pub fn Chips(#[prop(into)] view: Signal<GridView>) -> impl IntoView {
    let parts = move || applied(&view.read().filter);
    let paused = move || {
        let view = view.read();
        let filter = DeviceFilter {
            search: String::new(),
            ..view.filter.clone()
        };
        view.selected_only
            .then(|| facets(&filter))
            .filter(|facets| !facets.is_empty())
    };
    let has_chips = memo(move || !view.read().selected_only && !view.read().filter.is_empty());
    let with = Callback::new(move |filter| {
        GridView {
            filter,
            page: 1,
            ..view.get()
        }
        .href()
    });

    view! {
        <Show when=move || has_chips.get()>
            <ul class="chips" aria-label=words::APPLIED>
                <For each=parts key=|part| (part.facet, part.value.clone()) let(part)>
                    <li>
                        <Chip part with view />
                    </li>
                </For>
                <li>
                    <a class="chips__clear" href=move || with.run(DeviceFilter::default()) data-noscroll="">
                        {words::CLEAR_ALL}
                    </a>
                </li>
            </ul>
        </Show>
        {move || {
            paused().map(|facets| view! {
                <p class="hint">{words::PAUSED} {facets.join(", ")}</p>
            })
        }}
    }
}

/// One value, with a link to the list without it.
#[component]
fn Chip(
    part: AppliedFilter,
    view: Signal<GridView>,
    /// The address of the list with this filter.
    with: Callback<DeviceFilter, String>,
) -> impl IntoView {
    let AppliedFilter { facet, value, .. } = part;
    let text = shown(&value);
    let label = words::remove_filter(facet, &text);
    let href = move || with.run(rest(&view.read().filter, facet, &value));
    view! {
        <a class="chip" href=href data-noscroll="" aria-label=label>
            <span class="chip__facet">{facet}</span>
            {text}
            <span class="chip__remove" aria-hidden="true">
                "×"
            </span>
        </a>
    }
}

/// The filter without one of its values: a chip stays while others come and go, so
/// its link is made of the filter as it is then.
fn rest(filter: &DeviceFilter, facet: &str, value: &str) -> DeviceFilter {
    let part = applied(filter)
        .into_iter()
        .find(|it| it.facet == facet && it.value == value);
    part.map_or_else(|| filter.clone(), |part| part.rest)
}
