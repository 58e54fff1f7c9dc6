//! Paste list: finds the devices of a list and, once it was seen what it means, adds
//! them to the selection.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::paste_result::PasteResult;
use crate::api::devices::find_pasted;
use crate::domain::number::{devices, grouped};
use crate::domain::paste::{MAX_ENTRIES, MAX_TEXT, Pasted};
use crate::ui::browser;
use crate::ui::components::Dialog;
use crate::ui::state::use_console;

const DIALOG_ID: &str = "paste-list";
const TEXT_ID: &str = "paste-text";
const HINT_ID: &str = "paste-hint";
const PROBLEM_ID: &str = "paste-problem";

/// What was told of the text that is in the field.
#[derive(Clone, Debug, Default, PartialEq)]
enum Told {
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
            "Paste list…"
        </button>
        <Dialog id=DIALOG_ID title="Paste a list of devices" open>
            <Asked />
        </Dialog>
    }
}

/// The field for the list, and what it means.
#[component]
fn Asked() -> impl IntoView {
    let console = use_console();
    let text = RwSignal::new(String::new());
    let told = RwSignal::new(Told::default());
    let write = move |new: String| {
        text.set(new);
        told.set(Told::Nothing);
    };
    let take_file = move |file: Option<String>| match file {
        Some(file) if text.try_get_untracked().is_some() => write(file),
        _ => {
            told.try_set(Told::Problem(
                "The file is too large or cannot be read.".to_owned(),
            ));
        }
    };
    let check = move |_| {
        let list = text.get_untracked();
        if told.read_untracked() == Told::Asking {
            return;
        }
        if MAX_TEXT < list.len() {
            return told.set(Told::Problem("The list is too long to be sent.".to_owned()));
        }
        told.set(Told::Asking);
        spawn_local(async move {
            let answer = match find_pasted(list.clone()).await {
                Ok(pasted) => Told::Found(pasted),
                Err(error) => Told::Problem(error.to_string()),
            };
            // An answer to what is no longer in the field is none.
            if text.try_with_untracked(|now| *now == list) == Some(true) {
                told.try_set(answer);
                if told.with_untracked(|told| matches!(told, Told::Problem(_))) {
                    browser::focus(TEXT_ID);
                }
            }
        });
    };
    let found = Memo::new(move |_| match &*told.read() {
        Told::Found(pasted) => Some(pasted.clone()),
        _ => None,
    });
    let problem = move || match &*told.read() {
        Told::Problem(problem) => Some(problem.clone()),
        _ => None,
    };
    let matched = move || found.read().as_ref().map_or(0, |it| it.matched.len());
    let add = move |_| {
        let Some(pasted) = found.get_untracked() else {
            return;
        };
        let before = console.selection.read_untracked().len();
        let how = format!("pasted at {}", browser::clock());
        console.select(&how, |selection| selection.add_all(&pasted.matched));
        let added = console.selection.read_untracked().len() - before;
        console.snackbar.say(match added {
            0 => "All of them were selected before.".to_owned(),
            added => format!("{} added to the selection.", devices(added)),
        });
        browser::show_dialog(DIALOG_ID, false);
    };

    view! {
        <label for=TEXT_ID>"Serial numbers, asset IDs or device IDs"</label>
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
            "One to a line, or parted by blanks, commas or semicolons; at most "
            {grouped(MAX_ENTRIES as u64)} ". Of a table with a heading, the column that names \
             devices counts."
        </p>
        <p class="field-error" id=PROBLEM_ID role="alert">
            {problem}
        </p>
        <label class="paste__file">
            "Or take a file: "
            <input
                type="file"
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                on:change=move |event| browser::read_chosen(&event, MAX_TEXT, take_file)
            />
        </label>
        <PasteResult found />
        <div class="dialog__buttons">
            <button
                type="button"
                class="button"
                class:button--primary=move || matched() == 0
                aria-disabled=move || (*told.read() == Told::Asking).then_some("true")
                on:click=check
            >
                {move || if *told.read() == Told::Asking { "Checking…" } else { "Check the list" }}
            </button>
            <Show when=move || matched() != 0>
                <button type="button" class="button button--primary" on:click=add>
                    {move || format!("Add {} to selection", devices(matched()))}
                </button>
            </Show>
        </div>
    }
}
