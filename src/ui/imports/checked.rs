//! What a file would change, before and after it was imported.

use leptos::prelude::*;

use super::follow::Import;
use super::rows::Details;
use super::words;
use super::working::Discard;
use crate::domain::import::Summary;
use crate::domain::number::grouped;
use crate::ui::browser;

const HEADING_ID: &str = "import-result";

/// What a file would change, and the button that does it.
#[component]
pub fn Checked(import: Import, summary: Summary) -> impl IntoView {
    let can = summary.to_import() != 0;
    let button = words::import_button(&summary);
    let nothing = words::nothing(&summary);
    view! {
        <Heading text=import.name() />
        <Counts summary=summary.clone() />
        {(!can)
            .then(|| {
                view! {
                    <p class="callout" data-tone="warning">
                        {nothing}
                    </p>
                }
            })}
        <p class="field-error" role="alert">
            {move || import.problem.get()}
        </p>
        <div class="controls">
            {can
                .then(|| {
                    view! {
                        <form
                            method="post"
                            action="/import/apply"
                            on:submit=move |event| {
                                event.prevent_default();
                                import.apply();
                            }
                        >
                            <input type="hidden" name="token" value=import.token() />
                            <button type="submit" class="button button--primary">
                                {button}
                            </button>
                        </form>
                    }
                })}
            <Discard import label=if can { words::CANCEL } else { words::OTHER_FILE } />
        </div>
        <Details summary token=import.token() />
    }
}

/// What a file has changed.
#[component]
pub fn Imported(import: Import, summary: Summary, refreshed: String) -> impl IntoView {
    view! {
        <div data-end="good">
            <Heading text=words::imported(&summary) />
        </div>
        <p>{refreshed}</p>
        <Counts summary=summary.clone() />
        <div class="controls">
            <a class="button button--primary" href="/devices">
                {words::VIEW}
            </a>
            <Discard import label=words::ANOTHER />
        </div>
        <Details summary token=import.token() />
    }
}

/// It takes the focus, which was on something that is not shown any more.
#[component]
fn Heading(text: String) -> impl IntoView {
    Effect::new(move |_| {
        if browser::has_no_focus() {
            browser::focus_soon(HEADING_ID);
        }
    });
    view! {
        <h2 id=HEADING_ID class="panel__heading wrap-anywhere" tabindex="-1">
            {text}
        </h2>
    }
}

#[component]
fn Counts(summary: Summary) -> impl IntoView {
    let counts = [
        (words::COUNT_NEW, summary.added, ""),
        (words::COUNT_CHANGED, summary.changed, ""),
        (words::COUNT_SAME, summary.unchanged, ""),
        (
            words::COUNT_REFUSED,
            summary.refused,
            if summary.refused == 0 { "" } else { "bad" },
        ),
    ];
    let entry = |(name, count, tone)| {
        view! {
            <div class="counts__entry" data-tone=tone>
                <dt>{name}</dt>
                <dd>{grouped(count)}</dd>
            </div>
        }
    };
    view! { <dl class="counts" aria-label=words::COUNTS>{counts.map(entry).collect_view()}</dl> }
}
