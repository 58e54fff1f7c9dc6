//! The jobs that ever held a device.

use leptos::prelude::*;

use crate::domain::job::{JobItem, JobSummary};
use crate::ui::components::{Badge, Tone};

/// The jobs that ever held the device, newest first, with how it ended in each.
#[component]
pub fn DeviceJobs(jobs: Vec<(JobSummary, JobItem)>) -> impl IntoView {
    if jobs.is_empty() {
        return view! { <p>"No jobs for this device"</p> }.into_any();
    }
    let row = |(job, item): (JobSummary, JobItem)| {
        let when = job
            .started_at
            .map(|at| format!("{} UTC", at.to_minute()))
            .unwrap_or_default();
        let detail = item.detail();
        view! {
            <li>
                <a href=format!("/jobs/{}", job.id.as_str())>{format!("Job #{}", job.number)}</a>
                " "
                <Badge
                    tone=Signal::stored(Tone::from(item.state))
                    label=Signal::stored(item.state.label().to_owned())
                />
                " "
                {[job.operator, when].join(", ")}
                ". "
                {detail}
            </li>
        }
    };

    view! { <ul class="causes">{jobs.into_iter().map(row).collect_view()}</ul> }.into_any()
}
