//! Ticks the device without going back to the grid.

use leptos::prelude::*;

use crate::domain::device::DeviceId;
use crate::domain::number;
use crate::ui::state::use_console;

/// Adds the device to the tab's selection, or takes it out. Needs the script, so it
/// is not there before.
#[component]
pub fn SelectButton(id: DeviceId, name: String) -> impl IntoView {
    let console = use_console();
    let selected = Memo::new(move |_| console.selection.read().contains(id));
    let toggle = move |_| {
        let select = !selected.get_untracked();
        console.select("individually", |selection| selection.set(id, select));
        let count = number::devices(console.selection.read_untracked().len());
        let done = if select { "added" } else { "removed" };
        console
            .snackbar
            .say(format!("{name} {done}. {count} selected."));
    };
    let toggle = StoredValue::new(toggle);

    view! {
        <Show when=move || console.hydrated.get()>
            <button
                type="button"
                class="button"
                on:click=move |event| toggle.with_value(|toggle| toggle(event))
            >
                {move || if selected.get() { "Remove from selection" } else { "Add to selection" }}
            </button>
        </Show>
    }
}
