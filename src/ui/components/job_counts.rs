//! How many devices of a job ended how.

use leptos::prelude::*;

use super::words;
use crate::domain::job::{ItemState, JobSummary};
use crate::domain::number;
use crate::ui::derived::memo;

/// The outcomes, in their order.
const OUTCOMES: [ItemState; 5] = [
    ItemState::Succeeded,
    ItemState::Failed,
    ItemState::Skipped,
    ItemState::Unconfirmed,
    ItemState::NotAttempted,
];

/// A job's devices by outcome; each number leads to exactly those devices.
#[component]
pub fn JobCounts(#[prop(into)] job: Signal<Option<JobSummary>>) -> impl IntoView {
    let id = memo(move || {
        job.read()
            .as_ref()
            .map(|job| job.id.0.clone())
            .unwrap_or_default()
    });
    let entry = move |state: ItemState| {
        let count = memo(move || job.read().as_ref().map_or(0, |job| job.counts.of(state)));
        let already = move |state: ItemState| {
            let job = job.read();
            let job = job.as_ref().filter(|job| job.already() != 0)?;
            (state == ItemState::Succeeded).then(|| words::already(job.already()))
        };
        let label = move || match &*job.read() {
            Some(job) => job.action.label_of(state),
            None => state.label(),
        };
        let hidden = move || state == ItemState::NotAttempted && count.get() == 0;
        let href = move || format!("/jobs/{}?state={}", id.get(), state.as_str());
        view! {
            <div class="counts__entry" data-state=state.as_str() hidden=hidden>
                <dt>{label}</dt>
                <dd>
                    <Show when=move || count.get() != 0 fallback=|| "0">
                        <a href=href>{move || number::grouped(count.get())}</a>
                    </Show>
                    {move || already(state)}
                </dd>
            </div>
        }
    };

    view! { <dl class="counts">{OUTCOMES.map(entry).collect_view()}</dl> }
}
