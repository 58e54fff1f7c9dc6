//! A column's heading, which sorts by it where the grid can.

use leptos::prelude::*;

use super::cell::class;
use crate::domain::field::Field;
use crate::domain::grid::GridView;

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
    let heading = match field.sort_key() {
        Some(key) => view! {
            <a class="grid__sort" href=move || view.read().sorted_by(key).href() data-noscroll="">
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
