//! The checkbox in the grid's header.

use leptos::prelude::*;

use super::words;
use crate::domain::device::DeviceId;
use crate::domain::ticking::{PageTicks, toggle_page};
use crate::ui::derived::derived;
use crate::ui::state::use_console;

/// Ticks the page in view: none of it becomes all, some becomes all, all becomes
/// none.
#[component]
pub fn PageCheckbox(#[prop(into)] ids: Signal<Vec<DeviceId>>) -> impl IntoView {
    let console = use_console();
    let ticks = derived(move || PageTicks::of(&console.selection.read(), &ids.read()));
    let label = move || words::select_page(ids.read().len() as u64);

    view! {
        <label>
            <input
                type="checkbox"
                aria-label=label
                disabled=move || !console.hydrated.get()
                prop:checked=move || ticks.get() == PageTicks::All
                prop:indeterminate=move || ticks.get() == PageTicks::Some
                on:click=move |_| {
                    console.select(words::HOW_INDIVIDUALLY, |it| toggle_page(it, &ids.read_untracked()));
                }
            />
        </label>
    }
}
