//! Choosing a file, or dropping it.

use leptos::ev;
use leptos::prelude::*;

use super::follow::Import;
use super::words;
use crate::domain::import::result_href;
use crate::ui::browser;
use crate::ui::state::use_console;

const FIELD_ID: &str = "import-file";
const HINT_ID: &str = "import-hint";
const PROBLEM_ID: &str = "import-problem";
const PROBLEM_AND_HINT: &str = "import-problem import-hint";

/// A field for a file. Without a script it is a form with a button.
#[component]
pub fn Choose(import: Import) -> impl IntoView {
    let console = use_console();
    let over = RwSignal::new(false);
    let problem = move || import.problem.get();
    let drop = move |event: ev::DragEvent| {
        over.set(false);
        if let Some(file) = browser::dropped_file(&event) {
            import.send(&file);
        }
    };
    let choose = move |event: ev::Event| {
        if let Some(file) =
            browser::chosen_file(&event).filter(|_| console.hydrated.get_untracked())
        {
            import.send(&file);
        }
    };
    // Its button has gone then.
    Effect::new(move |_| {
        if console.hydrated.get()
            && let Some(file) = browser::waiting_file(FIELD_ID)
        {
            import.send(&file);
        }
    });
    view! {
        <form
            class="import__drop"
            method="post"
            action="/import/upload"
            enctype="multipart/form-data"
            data-over=move || over.get().then_some("")
            on:dragover=move |event: ev::DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <label class="import__label" for=FIELD_ID>
                {words::CHOOSE}
            </label>
            <input
                type="file"
                id=FIELD_ID
                name="file"
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                aria-describedby=move || {
                    if problem().is_some() { PROBLEM_AND_HINT } else { HINT_ID }
                }
                on:change=choose
            />
            <Show when=move || !console.hydrated.get()>
                <button type="submit" class="button button--primary">
                    {words::UPLOAD}
                </button>
            </Show>
            <p class="hint" id=HINT_ID>
                {words::file_hint()}
            </p>
        </form>
        <p class="field-error" id=PROBLEM_ID role="alert">
            {problem}
        </p>
    }
}

/// The import before, and the way to its result.
#[component]
pub fn LastImport(import: Import) -> impl IntoView {
    import.last.get_value().map(|last| {
        view! {
            <p class="hint wrap-anywhere">
                {words::last_import(&last)} " " <a href=result_href(&last.token)>{words::SHOW_RESULT}</a>
            </p>
        }
    })
}
