//! A column's heading, which sorts by it where the grid can.

use leptos::ev;
use leptos::prelude::*;

use super::cell::class;
use crate::domain::field::Field;
use crate::domain::grid::GridView;
use crate::ui::browser;
use crate::ui::state::use_console;

/// A column's heading: a link to the list sorted by it, and turned round if it is so
/// already.
#[component]
pub fn ColumnHeading(field: Field, #[prop(into)] view: Signal<GridView>) -> impl IntoView {
    let names = field.names();
    // The term in full, where the heading is an abbreviation.
    let title = (names.heading != names.term).then_some(names.term);
    let order = move || {
        let sort = view.read().sort;
        (sort.key.field() == field).then_some(if sort.descending {
            "descending"
        } else {
            "ascending"
        })
    };
    let is_alive = use_console().hydrated;
    let on_keydown = |event: ev::KeyboardEvent| {
        if event.key() == " " {
            event.prevent_default();
            browser::click_target(&event);
        }
    };
    let heading = match field.sort_key() {
        Some(key) => view! {
            // With the script it stays on this screen and does something to it, as a button does.
            <a
                class="grid__sort"
                role=move || is_alive.get().then_some("button")
                href=move || view.read().sorted_by(key).href()
                data-noscroll=""
                on:keydown=on_keydown
            >
                {names.heading}
            </a>
        }
        .into_any(),
        None => names.heading.into_any(),
    };
    view! {
        <th scope="col" class=class(field) title=title aria-sort=order>
            {heading}
        </th>
    }
}
