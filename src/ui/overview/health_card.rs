//! How far the numbers can be trusted: the age of the cache, and the connection to the
//! directory.

use leptos::prelude::*;

use crate::api::overview::DirectoryLine;
use crate::domain::refresh::{CacheState, Freshness};
use crate::domain::time::Timestamp;
use crate::ui::components::Badge;
use crate::ui::components::Tone;

/// The age of the cache and its last refresh, and the connection to the directory.
#[component]
pub fn HealthCard(cache: CacheState, directory: DirectoryLine) -> impl IntoView {
    let now = cache.now;
    let (tone, word) = match (cache.failed(), cache.freshness()) {
        (Some(_), _) => (Tone::Bad, "Last refresh failed"),
        (_, Freshness::Fresh) => (Tone::Good, "Up to date"),
        (_, Freshness::Ageing) => (Tone::Plain, "Older than an hour"),
        (_, Freshness::Stale) => (Tone::Warning, "May be out of date"),
    };
    let age = match cache.complete_as_of {
        None => "Not refreshed yet".into_any(),
        Some(at) => view! { "Last refreshed " {ago(at, now)} }.into_any(),
    };
    let last = match cache.last.as_ref() {
        None => None,
        Some(last) if last.finished_at.is_none() => {
            let by = &last.started_by;
            Some(format!(
                "Refreshing… {} devices (started by {by})",
                last.progress()
            ))
        }
        Some(last) => Some(last.notice()),
    };
    let (directory_tone, directory_word) = match (&directory.problem, directory.checked_at) {
        (Some(_), _) => (Tone::Bad, "Not connected"),
        (None, None) => (Tone::Plain, "Not checked yet"),
        (None, Some(_)) => (Tone::Good, "Connected"),
    };
    let name = match &directory.subject {
        None => "Built-in directory: devices come from the files that you import.".to_owned(),
        Some(subject) if subject.is_empty() => "Google directory".to_owned(),
        Some(subject) => format!("Google directory, read as {subject}"),
    };
    let checked = directory.checked_at;

    view! {
        <section class="card" data-card="health" aria-labelledby="card-health">
            <h2 id="card-health">"Data and connection"</h2>
            <dl class="health">
                <div>
                    <dt>"Inventory cache"</dt>
                    <dd>
                        <Badge tone=Signal::stored(tone) label=Signal::stored(word.to_owned()) />
                        <p>{age}</p>
                        {last.map(|text| view! { <p class="card__note">{text}</p> })}
                    </dd>
                </div>
                <div>
                    <dt>"Directory"</dt>
                    <dd>
                        <Badge
                            tone=Signal::stored(directory_tone)
                            label=Signal::stored(directory_word.to_owned())
                        />
                        <p>{name}</p>
                        {checked.map(|at| view! { <p class="card__note">"Checked " {ago(at, now)}</p> })}
                        {directory.problem.map(|text| view! { <p>{text}</p> })}
                    </dd>
                </div>
            </dl>
        </section>
    }
}

fn ago(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! {
        <time datetime=at.to_string() title=format!("{} UTC", at.to_minute())>
            {at.ago(now)}
        </time>
    }
}
