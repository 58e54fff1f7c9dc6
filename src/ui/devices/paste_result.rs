//! What a pasted list means, before anything is selected.

use leptos::prelude::*;

use crate::domain::number::grouped;
use crate::domain::paste::Pasted;
use crate::ui::components::{CopyButton, Lines};

/// How many entries are shown; all of them can be copied.
const SHOWN: usize = 200;

/// The numbers, and the entries that name no device, to be copied.
#[component]
pub fn PasteResult(found: Memo<Option<Pasted>>) -> impl IntoView {
    let summary = move || {
        let found = found.read();
        let it = found.as_ref()?;
        let mut parts = vec![format!("{} matched", grouped(it.matched.len()))];
        for (count, what) in [
            (it.not_found.len(), "not found"),
            (it.duplicates.len(), "duplicate"),
            (it.ambiguous.len(), "ambiguous"),
        ] {
            if count != 0 {
                parts.push(format!("{} {what}", grouped(count as u64)));
            }
        }
        Some(parts.join(" · "))
    };
    view! {
        <p class="paste__summary" role="status" aria-label="Result">
            {summary}
        </p>
        {move || {
            found
                .get()
                .map(|it| {
                    view! {
                        <Near near=it.near />
                        <Entries title="Not found" entries=it.not_found />
                        <Entries title="Ambiguous: several devices have it" entries=it.ambiguous />
                        <Entries title="Duplicates" entries=it.duplicates />
                    }
                })
        }}
    }
}

/// What entries that were not found could have been misread from.
#[component]
fn Near(near: Vec<(String, String)>) -> impl IntoView {
    (!near.is_empty()).then(|| {
        let hints = near.into_iter().map(|(entry, name)| {
            view! {
                <li>
                    <span class="mono">{entry}</span>
                    " – did you mean "
                    <span class="mono">{name}</span>
                    "?"
                </li>
            }
        });
        view! {
            <ul class="serials" aria-label="Near misses">
                {hints.collect_view()}
            </ul>
        }
    })
}

/// Entries of one kind; nothing if there are none.
#[component]
fn Entries(title: &'static str, entries: Vec<String>) -> impl IntoView {
    let count = entries.len();
    let rest = count.saturating_sub(SHOWN);
    let all = entries.clone();
    (count != 0).then(|| {
        let shown = entries.into_iter().take(SHOWN);
        view! {
            <details class="paste__entries">
                <summary>{title} ": " {grouped(count as u64)}</summary>
                <CopyButton label="Copy all" what=title.to_owned() lines=Lines::These(all) />
                <ul class="serials">
                    {shown.map(|entry| view! { <li class="mono">{entry}</li> }).collect_view()}
                    {(rest != 0)
                        .then(|| view! { <li>{format!("and {} more", grouped(rest as u64))}</li> })}
                </ul>
            </details>
        }
    })
}
