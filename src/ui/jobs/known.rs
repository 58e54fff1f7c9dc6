//! The newest that is known of a job.

use leptos::prelude::*;

use crate::domain::job::JobSummary;
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// What the server rendered, until something newer arrives.
pub fn newest(rendered: JobSummary) -> Memo<JobSummary> {
    let console = use_console();
    memo(move || {
        let jobs = console.jobs.read();
        let newer = jobs
            .iter()
            .find(|job| job.id == rendered.id && rendered.seq < job.seq);
        newer.unwrap_or(&rendered).clone()
    })
}
