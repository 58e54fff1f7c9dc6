//! The jobs that run, and the last ones.

use leptos::prelude::*;

use super::words;
use crate::domain::overview::JobLine;
use crate::ui::components::{Badge, LocalTime, Precision, Tone};

/// Running jobs with their progress, and the last ones.
#[component]
pub fn JobsCard(jobs: Vec<JobLine>) -> impl IntoView {
    let is_empty = jobs.is_empty();
    let item = |job: JobLine| {
        let precision = Precision::Minute;
        let at = job
            .started_at
            .map(|at| view! { <LocalTime at precision /> });
        let progress = job.percent.map(|percent| {
            view! {
                <progress
                    class="progress__bar"
                    aria-label=words::job(job.number)
                    max="100"
                    value=percent.to_string()
                />
                <span>{format!("{percent} %")}</span>
            }
        });
        view! {
            <li>
                <a href=format!("/jobs/{}", job.id.as_str())>{words::job(job.number)}</a>
                <Badge
                    tone=Signal::stored(Tone::from(job.state))
                    label=Signal::stored(job.state.label().to_owned())
                />
                <span class="lines__text">{job.text}</span>
                {progress}
                {at}
            </li>
        }
    };
    let items = jobs.into_iter().map(item).collect_view();

    view! {
        <section class="card" data-card="jobs" aria-labelledby="card-jobs">
            <h2 id="card-jobs">{words::JOBS}</h2>
            {is_empty
                .then(|| {
                    view! {
                        <p class="card__note">
                            {words::NO_JOBS_BEFORE_LINK} <a href="/devices">{words::DEVICE_SEARCH}</a>
                            {words::NO_JOBS_AFTER_LINK}
                        </p>
                    }
                })}
            <ul class="lines">{items}</ul>
            <p class="card__foot">
                <a href="/jobs">{words::ALL_JOBS}</a>
            </p>
        </section>
    }
}
