//! The jobs that ever held a device.

use leptos::prelude::*;

use super::words;
use crate::domain::job::{JobItem, JobSummary};
use crate::ui::components::{Badge, LocalTime, Precision, Tone};

/// The jobs that ever held the device, newest first, with how it ended in each.
#[component]
pub fn DeviceJobs(jobs: Vec<(JobSummary, JobItem)>) -> impl IntoView {
    if jobs.is_empty() {
        return view! { <p>{words::NO_JOBS}</p> }.into_any();
    }
    let row = |(job, item): (JobSummary, JobItem)| {
        let when = job
            .started_at
            .map(|at| view! { ", " <LocalTime at precision=Precision::Minute /> });
        let detail = item.detail();
        view! {
            <li>
                <a href=format!("/jobs/{}", job.id.as_str())>{words::job(job.number)}</a>
                " "
                <Badge
                    tone=Signal::stored(Tone::from(item.state))
                    label=Signal::stored(job.action.label_of(item.state).to_owned())
                />
                " "
                {job.operator}
                {when}
                ". "
                {detail}
            </li>
        }
    };

    view! { <ul class="causes">{jobs.into_iter().map(row).collect_view()}</ul> }.into_any()
}
