//! What would match if one part of the filter were left out, for a list without rows.

use leptos::prelude::*;

use super::words;
use crate::api::devices::count_devices;
use crate::api::resource::resource;
use crate::domain::applied_filter::{AppliedFilter, applied};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::number;
use crate::domain::visible::shown;

/// At most so many parts are tried.
const MOST: usize = 8;

/// Names the filter, and offers each part of it to be left out, with how many devices match
/// then.
#[component]
pub fn NearMisses(#[prop(into)] view: Signal<GridView>) -> impl IntoView {
    let parts = move || {
        let parts = applied(&view.read().filter).into_iter();
        parts.take(MOST).collect::<Vec<_>>()
    };
    let counts = resource(
        move || {
            parts()
                .into_iter()
                .map(|part| part.rest)
                .collect::<Vec<_>>()
        },
        |filters: Vec<DeviceFilter>| async move {
            // Without the counts the links are as good.
            count_devices(filters).await.unwrap_or_default()
        },
    );
    let row = move |(part, count): (AppliedFilter, Option<u64>)| {
        let AppliedFilter { facet, value, rest } = part;
        let href = GridView {
            filter: rest,
            page: 1,
            ..view.get()
        }
        .href();
        view! {
            <li>
                <a href=href data-noscroll="">
                    {words::without_filter(facet, &shown(&value))}
                </a>
                {count.map(|count| format!(" – {}", number::devices(count)))}
            </li>
        }
    };
    let rows = move || {
        let counts = counts.get().unwrap_or_default();
        let mut rows: Vec<_> = parts()
            .into_iter()
            .enumerate()
            .map(|(at, part)| (part, counts.get(at).copied()))
            .collect();
        rows.retain(|(_, count)| *count != Some(0));
        // What leads to most devices comes first.
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(count.unwrap_or_default()));
        rows.into_iter().map(row).collect_view()
    };

    view! {
        <Transition>
            <ul class="empty__ways" aria-label=words::FEWER_FILTERS>
                {rows}
            </ul>
        </Transition>
    }
}
