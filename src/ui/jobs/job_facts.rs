//! Who started a job, when, why, and what ties it to what was reviewed.

use leptos::prelude::*;
use leptos_router::components::A;

use super::words;
use crate::domain::action::command::POWERWASH_ORDER;
use crate::domain::action::effect::Effect;
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
    let kind = job.action.kind();
    let reason = job.action.reason();
    let choices = job.action.choices();
    let powerwash = job.action.effects().contains(&Effect::Powerwash);
    let started = job.started_at;
    let devices = words::selected_and_eligible(job.counts.total, job.eligible);
    let finished = move || match newest.read().finished_at {
        Some(at) => view! { <LocalTime at precision=Precision::Minute /> }.into_any(),
        None => words::NOT_FINISHED.into_any(),
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
            {fact(words::ACTION, kind.label().to_owned())} {fact(words::DEVICES, devices)}
            {reason.map(|reason| fact(words::REASON, reason.label().to_owned()))}
            {(!job.note.is_empty()).then(|| fact(words::NOTE, shown(&job.note)))}
            {choices.into_iter().map(|(term, text)| fact(term, shown(&text))).collect_view()}
            {powerwash.then(|| fact(words::POWERWASH, POWERWASH_ORDER.to_owned()))}
            {(!job.provenance.is_empty()).then(|| fact(words::PROVENANCE, job.provenance))}
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
                })} {fact(words::OPERATOR, job.operator)} <div>
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
