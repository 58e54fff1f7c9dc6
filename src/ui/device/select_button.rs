//! Ticks the device without going back to the grid.

use leptos::prelude::*;

use super::words;
use crate::domain::device::DeviceId;
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// Adds the device to the tab's selection, or takes it out. Needs the script, so it
/// is not there before.
#[component]
pub fn SelectButton(id: DeviceId, name: String) -> impl IntoView {
    let console = use_console();
    let selected = memo(move || console.selection.read().contains(id));
    let toggle = move |_| {
        let select = !selected.get_untracked();
        console.select(words::HOW_INDIVIDUALLY, |selection| {
            selection.set(id, select);
        });
        let count = console.selection.read_untracked().len();
        console
            .snackbar
            .say(words::selection_changed(&name, select, count));
    };
    let toggle = StoredValue::new(toggle);

    view! {
        <Show when=move || console.hydrated.get()>
            <button
                type="button"
                class="button"
                on:click=move |event| toggle.with_value(|toggle| toggle(event))
            >
                {move || if selected.get() { words::CLEAR } else { words::SELECT }}
            </button>
        </Show>
    }
}
