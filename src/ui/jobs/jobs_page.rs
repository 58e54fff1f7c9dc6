//! `/jobs`: all jobs, running ones first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::job_row::JobRow;
use super::words;
use crate::api::ApiError;
use crate::api::jobs::{JobPage, list_jobs};
use crate::api::status::set_status;
use crate::api::wire;
use crate::domain::grid::page_count;
use crate::domain::job_view::{ROWS, jobs_href, jobs_page};
use crate::ui::components::{LoadError, PageHeading, Pages};
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// All jobs, running ones first.
#[component]
pub fn JobsPage() -> impl IntoView {
    let console = use_console();
    let search = use_location().search;
    let page = memo(move || jobs_page(&search.read()).map_err(|bad| bad.to_string()));
    // A job that was not known before belongs into the list.
    let known = memo(move || console.jobs.read().len());
    let jobs = wire::resource(move || (page.get(), known.get()), |(page, _)| list(page));

    let rows = move |page: u32, jobs: JobPage| {
        if jobs.rows.is_empty() {
            return view! {
                <p>
                    {words::NO_JOBS_BEFORE_LINK} <a href="/devices">{words::DEVICE_SEARCH}</a>
                    {words::NO_JOBS_AFTER_LINK}
                </p>
            }
            .into_any();
        }
        let count = page_count(jobs.total, ROWS);
        view! {
            <div class="table-region" role="region" aria-label=words::JOBS tabindex="0">
                <table class="table">
                    <caption class="visually-hidden">{words::JOBS_CAPTION}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words::JOB}</th>
                            <th scope="col">{words::STATE}</th>
                            <th scope="col">{words::ACTION}</th>
                            <th scope="col">{words::REASON}</th>
                            <th scope="col" class="number">{words::DEVICES}</th>
                            <th scope="col" class="number">{words::DONE}</th>
                            <th scope="col" class="number">{words::FAILED}</th>
                            <th scope="col" class="number">{words::SKIPPED}</th>
                            <th scope="col" class="number">{words::UNCONFIRMED}</th>
                            <th scope="col">{words::STARTED}</th>
                            <th scope="col">{words::OPERATOR}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || jobs.rows.clone()
                            key=|job| (job.id.clone(), job.seq)
                            let(job)
                        >
                            <JobRow job />
                        </For>
                    </tbody>
                </table>
            </div>
            <Pages page count href=Callback::new(jobs_href) />
        }
        .into_any()
    };

    view! {
        <Title text=words::JOBS />
        <PageHeading>{words::JOBS}</PageHeading>
        <Transition fallback=|| {
            view! { <p class="hint">{words::LOADING}</p> }
        }>
            {move || Suspend::new(async move {
                match jobs.await {
                    Ok(answer) => rows(page.get_untracked().unwrap_or(1), answer),
                    Err(error) => view! { <LoadError error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

async fn list(page: Result<u32, String>) -> Result<JobPage, ApiError> {
    let answer = match page {
        Ok(page) => list_jobs(page, ROWS).await,
        Err(message) => Err(ApiError::Invalid { message }),
    };
    answer.inspect_err(|error| set_status(error.status()))
}
