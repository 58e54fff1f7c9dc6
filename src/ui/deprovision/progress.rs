//! How far a job is.

use leptos::prelude::*;

use crate::domain::job::JobSummary;
use crate::domain::number;

/// A bar, and the numbers behind it.
#[component]
pub fn JobProgress(#[prop(into)] job: Signal<Option<JobSummary>>) -> impl IntoView {
    let eligible = Memo::new(move |_| job.read().as_ref().map_or(0, |job| job.eligible));
    let done = Memo::new(move |_| job.read().as_ref().map_or(0, JobSummary::done));
    let text = move || {
        format!(
            "{} of {}",
            number::grouped(done.get()),
            number::grouped(eligible.get())
        )
    };
    let paused = move || {
        job.read()
            .as_ref()
            .map(|job| job.pause_reason.clone())
            .filter(|reason| !reason.is_empty())
    };

    view! {
        <div class="progress">
            <progress
                class="progress__bar"
                aria-label="Devices done"
                aria-valuetext=text
                max=move || eligible.get().max(1).to_string()
                prop:value=move || done.get() as f64
                value=move || done.get().to_string()
            ></progress>
            <p class="progress__text">{text}</p>
            {move || paused().map(|reason| view! { <p class="field-error">{reason}</p> })}
        </div>
    }
}
