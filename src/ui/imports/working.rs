//! What is being done with a file, and how far it is.

use leptos::prelude::*;

use super::follow::Import;
use super::words;
use crate::domain::import::Phase;
use crate::domain::pace::Pace;
use crate::ui::browser;
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// What is measured by itself: each part has its own pace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Upload,
    Check,
    Import,
}

/// A bar, what it stands for, and a way out.
#[component]
pub fn Working(import: Import) -> impl IntoView {
    let console = use_console();
    // Text, and the part that is done; none where nobody knows.
    let state = memo(move || {
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
    let seen = StoredValue::new((None, Pace::default()));
    let outlook = memo(move || {
        let (part, done, total) = match (&*import.sending.read(), import.phase()) {
            (Some((_, sent, size)), _) => (Part::Upload, *sent, *size),
            (None, Some(Phase::Checking { percent })) => (Part::Check, percent.into(), 100),
            (None, Some(Phase::Importing { percent })) => (Part::Import, percent.into(), 100),
            _ => return None,
        };
        let outlook = seen.try_update_value(|(of, pace)| {
            if of.replace(part) != Some(part) {
                *pace = Pace::default();
            }
            pace.see(done, browser::now_ms());
            pace.outlook(total)
        });
        outlook.flatten().map(|outlook| match part {
            Part::Upload => words::upload_outlook(&outlook),
            _ => words::outlook(&outlook),
        })
    });
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
            <p class="hint">{move || outlook.get()}</p>
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
