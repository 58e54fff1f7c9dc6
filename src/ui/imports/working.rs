//! What is being done with a file, and how far it is.

use leptos::prelude::*;

use super::follow::Import;
use super::words;
use crate::domain::import::Phase;
use crate::ui::state::use_console;

/// A bar, what it stands for, and a way out.
#[component]
pub fn Working(import: Import) -> impl IntoView {
    let console = use_console();
    // Text, and the part that is done; none where nobody knows.
    let state = Memo::new(move |_| {
        if let Some((_, sent, size)) = &*import.sending.read() {
            let percent = (sent * 100).checked_div(*size).unwrap_or(100);
            return (words::uploading(*sent, *size), Some(percent.min(100) as u8));
        }
        import
            .phase()
            .map(|phase| words::working(&phase))
            .unwrap_or_default()
    });
    let text = move || state.read().0.clone();
    let percent = move || state.read().1.map(|percent| percent.to_string());
    let can_cancel = move || !matches!(import.phase(), Some(Phase::Refreshing));
    view! {
        <section class="progress" aria-labelledby="import-file-name">
            <h2 id="import-file-name" class="wrap-anywhere">
                {import.name()}
            </h2>
            <progress
                class="progress__bar"
                aria-label=words::PROGRESS
                aria-valuetext=text
                max="100"
                value=percent
            ></progress>
            <p class="progress__text">{text}</p>
            <Show when=move || !console.hydrated.get()>
                <p class="hint">{words::RELOAD}</p>
            </Show>
            <Show when=can_cancel>
                <Discard import label=words::CANCEL />
            </Show>
        </section>
    }
}

/// A button that drops the file; without a script a form of its own.
#[component]
pub fn Discard(import: Import, label: &'static str) -> impl IntoView {
    view! {
        <form
            method="post"
            action="/import/discard"
            on:submit=move |event| {
                event.prevent_default();
                import.discard();
            }
        >
            <input type="hidden" name="token" value=import.token() />
            <button type="submit" class="button">
                {label}
            </button>
        </form>
    }
}
