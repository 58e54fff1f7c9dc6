//! What came of the last scan, large enough to be read from a bench, and of those before it.

use leptos::prelude::*;

use super::session::Session;
use super::words;
use crate::domain::scan::{Scan, ScanResult};
use crate::domain::visible::shown;
use crate::ui::derived::memo;

/// How many scans are listed.
const LISTED: usize = 50;

/// The icon of an outcome: a shape for each, so that color only repeats it.
fn icon(outcome: ScanResult) -> impl IntoView {
    let path = match outcome {
        ScanResult::Waiting => "M4 8h.01M8 8h.01M12 8h.01",
        ScanResult::Selected => "M2.5 8.5l3.5 3.5 7.5-8",
        ScanResult::Repeated => "M3 6h10M3 10h10",
        ScanResult::Deprovisioned => "M8 2a6 6 0 100 12A6 6 0 008 2zM4 12l8-8",
        ScanResult::Ambiguous | ScanResult::Unknown => "M5 6a3 3 0 116 0c0 2-3 2-3 4M8 13h.01",
        ScanResult::Failed => "M3.5 3.5l9 9m0-9l-9 9",
    };
    view! {
        <svg class="scan__icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path
                d=path
                fill="none"
                stroke="currentColor"
                stroke-width="1.75"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
        </svg>
    }
}

fn tone(outcome: ScanResult) -> &'static str {
    match outcome {
        ScanResult::Waiting => "plain",
        ScanResult::Selected => "good",
        ScanResult::Repeated | ScanResult::Deprovisioned => "warning",
        ScanResult::Ambiguous | ScanResult::Unknown | ScanResult::Failed => "bad",
    }
}

/// The newest answer.
#[component]
pub fn Answer(session: Session) -> impl IntoView {
    let newest = memo(move || session.log.read().newest_answered().cloned());
    view! {
        <p class="visually-hidden" role="status" aria-label=words::ANSWER>
            {move || session.said.get()}
        </p>
        {move || {
            newest
                .get()
                .map(|scan| {
                    view! {
                        <div class="scan__answer" data-tone=tone(scan.outcome)>
                            {icon(scan.outcome)}
                            <p class="scan__word">{scan.outcome.label()}</p>
                            <p class="scan__code wrap-anywhere">{words_of(&scan)}</p>
                        </div>
                    }
                })
        }}
    }
}

/// The device's name and model, or the code where no device is known.
fn words_of(scan: &Scan) -> String {
    match scan.name.as_str() {
        "" => shown(&scan.code),
        name => shown(name),
    }
}

/// The last scans, newest first.
#[component]
pub fn Last(session: Session) -> impl IntoView {
    let scans = move || session.log.read().newest(LISTED);
    let row = |scan: Scan| {
        view! {
            <li class="scan__row" data-tone=tone(scan.outcome)>
                {icon(scan.outcome)}
                <span class="mono wrap-anywhere">{shown(&scan.code)}</span>
                <span class="scan__outcome">{scan.outcome.label()}</span>
            </li>
        }
    };
    view! {
        <Show when=move || !session.log.read().is_empty()>
            <ol class="scan__last" reversed aria-label=words::LAST tabindex="0">
                <For
                    each=scans
                    key=|scan| (scan.number, scan.outcome.label())
                    children=row
                />
            </ol>
        </Show>
    }
}
