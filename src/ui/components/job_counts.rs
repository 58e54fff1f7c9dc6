//! How many devices of a job ended how.

use leptos::prelude::*;

use crate::domain::job::{ItemState, JobSummary};
use crate::domain::number;

/// A job's devices by outcome; each number leads to exactly those devices.
#[component]
pub fn JobCounts(
    #[prop(into)] job: Signal<Option<JobSummary>>,
    /// Which outcomes, in this order.
    states: &'static [ItemState],
) -> impl IntoView {
    let id = Memo::new(move |_| job.read().as_ref().map(|job| job.id.0.clone()).unwrap_or_default());
    let entry = move |state: ItemState| {
        let count = Memo::new(move |_| job.read().as_ref().map_or(0, |job| job.counts.of(state)));
        let href = move || format!("/jobs/{}?state={}", id.get(), state.as_str());
        view! {
            <div class="counts__entry" data-state=state.as_str()>
                <dt>{state.label()}</dt>
                <dd>
                    <Show when=move || count.get() != 0 fallback=|| "0">
                        <a href=href>{move || number::grouped(count.get())}</a>
                    </Show>
                </dd>
            </div>
        }
    };

    view! { <dl class="counts">{states.iter().copied().map(entry).collect_view()}</dl> }
}
