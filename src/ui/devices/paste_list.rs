//! Paste list: finds the devices of a list and, once it was seen what it means, adds
//! them to the selection.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::paste_result::{COLUMN_ID, NotFound, PasteResult, save_not_found};
use super::words;
use crate::api::devices::find_pasted;
use crate::domain::filter::DeviceFilter;
use crate::domain::filter_query::MAX_LIST;
use crate::domain::grid::GridView;
use crate::domain::number::grouped;
use crate::domain::paste::{MAX_ENTRIES, MAX_TEXT, Pasted};
use crate::ui::browser;
use crate::ui::components::Dialog;
use crate::ui::derived::memo;
use crate::ui::state::{Console, use_console};

const DIALOG_ID: &str = "paste-list";
const TEXT_ID: &str = "paste-text";
const HINT_ID: &str = "paste-hint";
const PROBLEM_ID: &str = "paste-problem";

/// What was told of the text that is in the field.
#[derive(Clone, Debug, Default, PartialEq)]
enum Lookup {
    #[default]
    Nothing,
    Asking,
    Problem(String),
    Found(Pasted),
}

/// The button, and the dialog it opens.
#[component]
pub fn PasteList() -> impl IntoView {
    let console = use_console();
    let open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button"
            aria-haspopup="dialog"
            disabled=move || !console.hydrated.get()
            on:click=move |_| open.set(true)
        >
            {words::PASTE}
        </button>
        <Dialog id=DIALOG_ID title=words::PASTE_TITLE open>
            <ListForm />
        </Dialog>
    }
}

/// Says what was done with a list, and keeps what was not found for a download.
fn tell(console: Console, mut text: String, missing: Vec<String>) {
    match missing.len() {
        0 => console.snackbar.say(text),
        count => {
            text.push_str(&words::and_not_found(count));
            let saved = missing.clone();
            let save = move || save_not_found(&saved);
            console
                .snackbar
                .say_with(text, words::DOWNLOAD_NOT_FOUND, save);
        }
    }
    console
        .not_found
        .set((!missing.is_empty()).then(|| missing.join("\n")));
}

/// The field for the list, and what it means.
#[component]
fn ListForm() -> impl IntoView {
    let console = use_console();
    let text = RwSignal::new(String::new());
    let lookup = RwSignal::new(Lookup::default());
    let write = move |new: String| {
        text.set(new);
        lookup.set(Lookup::Nothing);
    };
    let take_file = move |file: Option<String>| match file {
        Some(file) if text.try_get_untracked().is_some() => write(file),
        _ => {
            lookup.try_set(Lookup::Problem(words::FILE_UNREADABLE.to_owned()));
        }
    };
    let find = move |column: Option<usize>| {
        let list = text.get_untracked();
        if lookup.read_untracked() == Lookup::Asking {
            return;
        }
        if MAX_TEXT < list.len() {
            return lookup.set(Lookup::Problem(words::LIST_TOO_LONG.to_owned()));
        }
        lookup.set(Lookup::Asking);
        spawn_local(async move {
            let answer = match find_pasted(list.clone(), column).await {
                Ok(pasted) => Lookup::Found(pasted),
                Err(error) => Lookup::Problem(error.to_string()),
            };
            // An answer to what is no longer in the field is none.
            if text.try_with_untracked(|now| *now == list) == Some(true) {
                lookup.try_set(answer);
                if lookup.with_untracked(|lookup| matches!(lookup, Lookup::Problem(_))) {
                    browser::focus(TEXT_ID);
                } else if column.is_some() {
                    // The choice was rendered anew with the answer.
                    browser::focus_soon(COLUMN_ID);
                }
            }
        });
    };
    let found = memo(move || match &*lookup.read() {
        Lookup::Found(pasted) => Some(pasted.clone()),
        _ => None,
    });
    let problem = move || match &*lookup.read() {
        Lookup::Problem(problem) => Some(problem.clone()),
        _ => None,
    };
    let matched = move || found.read().as_ref().map_or(0, |it| it.matched.len());
    let add = move || {
        let Some(pasted) = found.get_untracked() else {
            return;
        };
        let before = console.selection.read_untracked().len();
        let how = words::how_pasted(&browser::clock());
        console.select(&how, |selection| selection.add_all(&pasted.matched));
        let added = console.selection.read_untracked().len() - before;
        let text = match added {
            0 => words::ALREADY_SELECTED.to_owned(),
            added => words::added(added),
        };
        tell(console, text, pasted.not_found);
        browser::show_dialog(DIALOG_ID, false);
    };
    let navigate = use_navigate();
    // An address holds so many devices and no more.
    let address = memo(move || {
        let list = found.read().as_ref()?.matched.to_address();
        (list.len() <= MAX_LIST).then_some(list)
    });
    let show = Callback::new(move |()| {
        let Some(pasted) = found.get_untracked() else {
            return;
        };
        let all = GridView::default();
        let Some(list) = address.get_untracked() else {
            add();
            return navigate(&all.only_selected().href(), NavigateOptions::default());
        };
        let filter = DeviceFilter {
            list,
            ..DeviceFilter::default()
        };
        let view = GridView { filter, ..all };
        navigate(&view.href(), NavigateOptions::default());
        let text = words::showing(pasted.matched.len());
        tell(console, text, pasted.not_found);
        browser::show_dialog(DIALOG_ID, false);
    });

    // Kept after the dialog was closed.
    let before = move || {
        let missing = console.not_found.get().filter(|_| found.read().is_none());
        missing.map(|missing| {
            let missing: Vec<String> = missing.lines().map(str::to_owned).collect();
            view! {
                <p class="hint">
                    {words::last_not_found(missing.len())}
                    <NotFound entries=missing />
                </p>
            }
        })
    };

    view! {
        {before}
        <label for=TEXT_ID>{words::PASTE_FIELD}</label>
        <textarea
            id=TEXT_ID
            class="field mono"
            rows="7"
            autocomplete="off"
            spellcheck="false"
            aria-describedby=move || if problem().is_some() { PROBLEM_ID } else { HINT_ID }
            aria-invalid=move || problem().map(|_| "true")
            prop:value=text
            on:input=move |event| write(event_target_value(&event))
            on:dragover=|event: ev::DragEvent| event.prevent_default()
            on:drop=move |event: ev::DragEvent| browser::read_dropped(&event, MAX_TEXT, take_file)
        ></textarea>
        <p class="hint" id=HINT_ID>
            {words::PASTE_HINT_BEFORE} {grouped(MAX_ENTRIES as u64)} {words::PASTE_HINT_AFTER}
        </p>
        <p class="field-error" id=PROBLEM_ID role="alert">
            {problem}
        </p>
        <label class="paste__file">
            {words::PASTE_FILE}
            <input
                type="file"
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                on:change=move |event| browser::read_chosen(&event, MAX_TEXT, take_file)
            />
        </label>
        <PasteResult found on_column=move |column| find(Some(column)) />
        <Show when=move || matched() != 0 && address.read().is_none()>
            <p class="hint">{words::ADDRESS_TOO_LONG}</p>
        </Show>
        <div class="dialog__buttons">
            <button
                type="button"
                class="button"
                class:button--primary=move || matched() == 0
                aria-disabled=move || (*lookup.read() == Lookup::Asking).then_some("true")
                on:click=move |_| find(None)
            >
                {move || if *lookup.read() == Lookup::Asking { words::CHECKING } else { words::FIND }}
            </button>
            <Show when=move || matched() != 0>
                <button type="button" class="button" on:click=move |_| show.run(())>
                    {move || match address.read().is_some() {
                        true => words::show_these(matched()),
                        false => words::ADD_AND_SHOW.to_owned(),
                    }}
                </button>
                <button type="button" class="button button--primary" on:click=move |_| add()>
                    {move || words::add_to_selection(matched())}
                </button>
            </Show>
        </div>
    }
}
