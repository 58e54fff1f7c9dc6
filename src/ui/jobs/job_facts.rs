//! Who started a job, when, why, and what ties it to what was reviewed.

use leptos::prelude::*;
use leptos_router::components::A;

use super::words;
use crate::domain::job::JobSummary;
use crate::domain::visible::shown;
use crate::ui::components::{LocalTime, Precision};

/// Who, when, why, and the hash of the plan.
#[component]
pub fn JobFacts(
    /// As it was rendered: all but the end stays as it is.
    job: JobSummary,
    newest: Memo<JobSummary>,
) -> impl IntoView {
    let choices = job.choices;
    let started = job.started_at;
    let devices = words::selected_and_eligible(job.counts.total, job.eligible);
    let finished = move || match newest.read().finished_at {
        Some(at) => view! { <LocalTime at precision=Precision::Minute /> }.into_any(),
        None => words::NOT_FINISHED.into_any(),
    };
    let fact = |term: String, text: String| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{text}</dd>
            </div>
        }
    };

    view! {
        <dl class="facts">
            {fact(words::ACTION.to_owned(), job.action.label().to_owned())} {fact(words::DEVICES.to_owned(), devices)}
            {choices
                .into_iter()
                .map(|choice| fact(choice.term, shown(&choice.text)))
                .collect_view()}
            {(!job.note.is_empty()).then(|| fact(words::NOTE.to_owned(), shown(&job.note)))}
            {(!job.provenance.is_empty()).then(|| fact(words::PROVENANCE.to_owned(), job.provenance))}
            {job
                .retry_of
                .map(|parent| {
                    let href = format!("/jobs/{}", parent.as_str());
                    view! {
                        <div>
                            <dt>{words::RETRY_OF}</dt>
                            <dd>
                                <A href=href>{words::job(job.retry_of_number)}</A>
                            </dd>
                        </div>
                    }
                })} {fact(words::OPERATOR.to_owned(), job.operator)}
            {(!job.approved_by.is_empty()).then(|| fact(words::APPROVED_BY.to_owned(), job.approved_by))}
            <div>
                <dt>{words::STARTED}</dt>
                <dd>{started.map(|at| view! { <LocalTime at precision=Precision::Minute /> })}</dd>
            </div> <div>
                <dt>{words::FINISHED}</dt>
                <dd>{finished}</dd>
            </div>
        </dl>
        <details>
            <summary>{words::DETAILS}</summary>
            <dl class="facts">
                <div>
                    <dt>{words::PLAN_HASH}</dt>
                    <dd class="mono wrap-anywhere">{job.plan_hash}</dd>
                </div>
            </dl>
        </details>
    }
}
