//! The filters on a phone: one button, and a sheet over the whole screen. On wider screens
//! and before the script they stand in a row.

use leptos::ev;
use leptos::prelude::*;

use super::words;
use crate::domain::applied_filter::applied;
use crate::domain::filter::DeviceFilter;
use crate::ui::browser;

const SHEET_ID: &str = "filter-sheet";
const OPEN_ID: &str = "filter-sheet-open";
const CLOSE_ID: &str = "filter-sheet-close";

/// The boxes of the filters, with what a phone needs around them.
#[component]
pub fn FilterSheet(filter: Memo<DeviceFilter>, children: Children) -> impl IntoView {
    let open = RwSignal::new(false);
    let label = move || {
        let filter = DeviceFilter {
            search: String::new(),
            ..filter.get()
        };
        match applied(&filter).len() {
            0 => words::FILTERS.to_owned(),
            count => words::filters(count),
        }
    };
    let show = move |_| {
        open.set(true);
        browser::focus_soon(CLOSE_ID);
    };
    let close = move || {
        open.set(false);
        browser::focus_soon(OPEN_ID);
    };
    let on_keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        _ if !open.get_untracked() => {}
        "Escape" => {
            event.stop_propagation();
            close();
        }
        "Tab" if browser::wrap_tab(SHEET_ID, event.shift_key()) => event.prevent_default(),
        _ => {}
    };

    view! {
        <button
            type="button"
            class="button filters__open"
            id=OPEN_ID
            aria-haspopup="dialog"
            aria-expanded=move || open.get().to_string()
            on:click=show
        >
            {label}
        </button>
        <div
            class="filters__boxes"
            id=SHEET_ID
            role=move || if open.get() { "dialog" } else { "group" }
            aria-modal=move || open.get().then_some("true")
            aria-label=words::FILTERS
            data-open=move || open.get().then_some("")
            on:keydown=on_keydown
        >
            <div class="filters__sheet-head">
                <strong>{label}</strong>
                <button
                    type="button"
                    class="button button--primary"
                    id=CLOSE_ID
                    on:click=move |_| close()
                >
                    {words::SHOW_DEVICES}
                </button>
            </div>
            {children()}
        </div>
    }
}
