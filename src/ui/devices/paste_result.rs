//! What a pasted list means, before anything is selected.

use leptos::prelude::*;

use super::words;
use crate::domain::number::grouped;
use crate::domain::paste::{Column, Pasted};
use crate::domain::visible::shown;
use crate::ui::browser;
use crate::ui::components::{CopyButton, Lines};

/// How many entries are shown; all of them can be copied.
const SHOWN: usize = 200;
pub const COLUMN_ID: &str = "paste-column";

/// Saves the entries that name no device, one to a line.
pub fn save_not_found(entries: &[String]) {
    browser::save("not-found.txt", &format!("{}\n", entries.join("\n")));
}

/// The numbers, and the entries that name no device, to be copied.
#[component]
pub fn PasteResult(
    found: Memo<Option<Pasted>>,
    /// Called with the column of a table to match by.
    #[prop(into)]
    on_column: Callback<usize>,
) -> impl IntoView {
    let summary = move || {
        let found = found.read();
        let it = found.as_ref()?;
        if it.column.is_none() && !it.columns.is_empty() {
            return Some(words::COLUMN_WANTED.to_owned());
        }
        Some(words::summary(it))
    };
    view! {
        <p class="paste__summary" role="status" aria-label=words::RESULT>
            {summary}
        </p>
        {move || {
            found
                .get()
                .map(|it| {
                    let listed = it.listed.into_iter();
                    let listed = listed.map(|(entry, by)| words::matched_by(&entry, by));
                    let matched = it.matched.len();
                    view! {
                        <Columns columns=it.columns chosen=it.column on_column />
                        <Entries title=words::MATCHED count=matched entries=listed.collect() />
                        <Near near=it.near />
                        <Entries title=words::NOT_FOUND entries=it.not_found.clone() />
                        <NotFound entries=it.not_found />
                        <Entries title=words::AMBIGUOUS entries=it.ambiguous />
                        <Entries title=words::DUPLICATES entries=it.duplicates />
                    }
                })
        }}
    }
}

/// Saves the entries that name no device as a file; nothing if there are none.
#[component]
pub fn NotFound(entries: Vec<String>) -> impl IntoView {
    (!entries.is_empty()).then(|| {
        view! {
            <button
                type="button"
                class="link-button"
                on:click=move |_| save_not_found(&entries)
            >
                {words::DOWNLOAD_NOT_FOUND}
            </button>
        }
    })
}

/// The choice of the column that a table is matched by.
#[component]
fn Columns(
    columns: Vec<Column>,
    chosen: Option<usize>,
    on_column: Callback<usize>,
) -> impl IntoView {
    (!columns.is_empty()).then(|| {
        let options = columns.into_iter().enumerate().map(|(at, it)| {
            let text = words::column(at, &it);
            view! {
                <option value=at selected=chosen == Some(at)>
                    {text}
                </option>
            }
        });
        view! {
            <label for=COLUMN_ID>{words::COLUMN}</label>
            <select
                id=COLUMN_ID
                class="field paste__column"
                on:change=move |event| {
                    if let Ok(column) = event_target_value(&event).parse() {
                        on_column.run(column);
                    }
                }
            >
                {chosen.is_none().then(|| view! { <option selected>{words::COLUMN_NONE}</option> })}
                {options.collect_view()}
            </select>
        }
    })
}

/// What entries that were not found could have been misread from.
#[component]
fn Near(near: Vec<(String, String)>) -> impl IntoView {
    (!near.is_empty()).then(|| {
        let hints = near.into_iter().map(|(entry, name)| {
            view! {
                <li>
                    <span class="mono">{shown(&entry)}</span>
                    {words::DID_YOU_MEAN}
                    <span class="mono">{name}</span>
                    "?"
                </li>
            }
        });
        view! {
            <ul class="serials" aria-label=words::POSSIBLE_MATCHES>
                {hints.collect_view()}
            </ul>
        }
    })
}

/// Entries of one kind; nothing if there are none.
#[component]
fn Entries(
    title: &'static str,
    entries: Vec<String>,
    /// If there are more than those given.
    #[prop(optional)]
    count: u64,
) -> impl IntoView {
    let count = count.max(entries.len() as u64);
    let rest = count.saturating_sub(SHOWN as u64);
    let all = entries.clone();
    (count != 0).then(|| {
        let first = entries.into_iter().take(SHOWN);
        view! {
            <details class="paste__entries">
                <summary>{title} ": " {grouped(count)}</summary>
                {(all.len() as u64 == count).then(|| view! { <CopyButton label=words::COPY_ALL what=title.to_owned() lines=Lines::These(all) /> })}
                <ul class="serials">
                    {first.map(|entry| view! { <li class="mono">{shown(&entry)}</li> }).collect_view()}
                    {(rest != 0)
                        .then(|| view! { <li>{words::and_more(rest)}</li> })}
                </ul>
            </details>
        }
    })
}
