//! How far the numbers can be trusted: the age of the cache, and the connection to the
//! directory.

use leptos::prelude::*;

use super::words;
use crate::domain::overview::DirectoryLine;
use crate::domain::refresh::{CacheState, Freshness};
use crate::domain::time::Timestamp;
use crate::ui::components::Badge;
use crate::ui::components::Tone;

/// The age of the cache and its last refresh, and the connection to the directory.
#[component]
pub fn HealthCard(cache: CacheState, directory: DirectoryLine) -> impl IntoView {
    let now = cache.now;
    let (tone, word) = match (cache.failed(), cache.freshness()) {
        (Some(_), _) => (Tone::Bad, words::CACHE_FAILED),
        (_, Freshness::Fresh) => (Tone::Good, words::CACHE_FRESH),
        (_, Freshness::Ageing) => (Tone::Plain, words::CACHE_AGEING),
        (_, Freshness::Stale) => (Tone::Warning, words::CACHE_STALE),
    };
    let age = match cache.complete_as_of {
        None => words::NOT_REFRESHED.into_any(),
        Some(at) => view! { {words::LAST_REFRESHED} {ago(at, now)} }.into_any(),
    };
    let last = match cache.last.as_ref() {
        None => None,
        Some(last) if last.finished_at.is_none() => {
            Some(words::refreshing(&last.progress(), &last.started_by))
        }
        Some(last) => Some(last.notice()),
    };
    let (directory_tone, directory_word) = match (&directory.outage, directory.checked_at) {
        (Some(_), _) => (Tone::Bad, words::DIRECTORY_FAILED),
        (None, None) => (Tone::Plain, words::DIRECTORY_UNCHECKED),
        (None, Some(_)) => (Tone::Good, words::DIRECTORY_CONNECTED),
    };
    let name = match &directory.subject {
        None => words::DIRECTORY_LOCAL.to_owned(),
        Some(subject) if subject.is_empty() => words::DIRECTORY_GOOGLE.to_owned(),
        Some(subject) => words::read_as(subject),
    };
    let checked = directory.checked_at;

    view! {
        <section class="card" data-card="health" aria-labelledby="card-health">
            <h2 id="card-health">{words::HEALTH}</h2>
            <dl class="health">
                <div>
                    <dt>{words::CACHE}</dt>
                    <dd>
                        <Badge tone=Signal::stored(tone) label=Signal::stored(word.to_owned()) />
                        <p>{age}</p>
                        {last.map(|text| view! { <p class="card__note">{text}</p> })}
                    </dd>
                </div>
                <div>
                    <dt>{words::DIRECTORY}</dt>
                    <dd>
                        <Badge
                            tone=Signal::stored(directory_tone)
                            label=Signal::stored(directory_word.to_owned())
                        />
                        <p>{name}</p>
                        {checked.map(|at| view! { <p class="card__note">{words::CHECKED} {ago(at, now)}</p> })}
                        {directory.outage.map(|outage| view! { <p>{outage.why}</p> })}
                    </dd>
                </div>
            </dl>
        </section>
    }
}

fn ago(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! {
        <time datetime=at.to_string() title=words::in_utc(at)>
            {at.ago(now)}
        </time>
    }
}
