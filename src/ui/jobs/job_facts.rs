//! Who started a job, when, why, and what ties it to what was reviewed.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::domain::job::JobSummary;
use crate::domain::number;
use crate::domain::powerwash::POWERWASH_ORDER;
use crate::domain::visible::shown;
use crate::ui::components::{LocalTime, Precision};

/// Who, when, why, and the hash of the plan.
#[component]
pub fn JobFacts(
    /// As it was rendered: all but the end stays as it is.
    job: JobSummary,
    newest: Memo<JobSummary>,
) -> impl IntoView {
    let reason = job.reason.map_or("", |reason| reason.label()).to_owned();
    let started = job.started_at;
    let devices = format!(
        "{} selected, {} eligible",
        number::grouped(job.counts.total),
        number::grouped(job.eligible)
    );
    let finished = move || match newest.read().finished_at {
        Some(at) => view! { <LocalTime at precision=Precision::Minute /> }.into_any(),
        None => "Not yet".into_any(),
    };
    let fact = |term: &'static str, text: String| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{text}</dd>
            </div>
        }
    };

    view! {
        <dl class="facts">
            {fact("Devices", devices)} {fact("Reason", reason)}
            {(!job.note.is_empty()).then(|| fact("Note", shown(&job.note)))}
            {job.powerwash.is_some().then(|| fact("Powerwash", POWERWASH_ORDER.to_owned()))}
            {(!job.provenance.is_empty()).then(|| fact("Selected", job.provenance))}
            {job
                .retry_of
                .map(|parent| {
                    let href = format!("/jobs/{}", parent.as_str());
                    view! {
                        <div>
                            <dt>"Retry of"</dt>
                            <dd>
                                <A href=href>{format!("Job #{}", job.retry_of_number)}</A>
                            </dd>
                        </div>
                    }
                })} {fact("Operator", job.operator)} <div>
                <dt>"Started"</dt>
                <dd>{started.map(|at| view! { <LocalTime at precision=Precision::Minute /> })}</dd>
            </div> <div>
                <dt>"Finished"</dt>
                <dd>{finished}</dd>
            </div>
        </dl>
        <details>
            <summary>"Details"</summary>
            <dl class="facts">
                <div>
                    <dt>"Review ID (hash)"</dt>
                    <dd class="mono wrap-anywhere">{job.plan_hash}</dd>
                </div>
            </dl>
        </details>
    }
}
