//! A column's heading, which sorts by it.

use leptos::prelude::*;

use crate::domain::grid::{GridView, SortKey};

/// A column's heading: a link to the list sorted by it, and turned round if it is so
/// already.
#[component]
pub fn SortHeading(key: SortKey, #[prop(into)] view: Signal<GridView>) -> impl IntoView {
    let order = move || {
        let sort = view.read().sort;
        (sort.key == key).then_some(if sort.descending {
            "descending"
        } else {
            "ascending"
        })
    };
    view! {
        <th
            scope="col"
            class=format!("grid__cell grid__cell--{}", key.as_str())
            aria-sort=order
        >
            <a
                class="grid__sort"
                href=move || view.read().sorted_by(key).href()
                data-noscroll=""
            >
                {key.label()}
            </a>
        </th>
    }
}
