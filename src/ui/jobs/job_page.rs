//! `/jobs/{id}`: one job, and how each of its devices ended.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_params_map};

use super::item_filter::ItemFilter;
use super::item_table::ItemTable;
use super::job_controls::JobControls;
use super::job_facts::JobFacts;
use super::known::newest;
use super::words;
use crate::api::jobs::{job_items, read_job};
use crate::api::resource::resource;
use crate::domain::error::ApiError;
use crate::domain::grid::page_count;
use crate::domain::job::ItemPage;
use crate::domain::job::{JobId, JobSummary};
use crate::domain::job_view::{JobView, ROWS};
use crate::status::set_status;
use crate::ui::action::JobProgress;
use crate::ui::components::{LoadError, PageHeading, Pages, page_link};
use crate::ui::derived::{computed, memo};
use crate::ui::state::use_console;

/// One job, and how each of its devices ended.
#[component]
pub fn JobPage() -> impl IntoView {
    let console = use_console();
    let params = use_params_map();
    let search = use_location().search;
    let id = memo(move || JobId(params.read().get("id").unwrap_or_default()));
    let view = memo(move || JobView::parse(&search.read()).map_err(|bad| bad.to_string()));
    // While the job runs, its devices change.
    let changes = memo(move || {
        let live = console.jobs.read().iter().any(|job| job.id == *id.read());
        if live {
            console.inventory_version.get()
        } else {
            0
        }
    });
    let job = resource(move || id.get(), read);
    let items = resource(
        move || (id.get(), view.get(), changes.get()),
        |(id, view, _)| list(id, view),
    );

    let summary = move |job: JobSummary| {
        let csv = format!("/jobs/{}/results.csv", job.id.as_str());
        let certificate = format!("/jobs/{}/certificate", job.id.as_str());
        let title = words::job(job.number);
        let facts = job.clone();
        let job = newest(job);
        let shown = computed(move || Some(job.get()));
        view! {
            <Title text=title />
            <p class="job-page__headline">{move || job.read().headline()}</p>
            <JobProgress job=shown />
            <JobControls job=shown />
            <Causes job />
            <JobFacts job=facts newest=job />
            <p>
                <a class="button" href=csv rel="external" download>
                    {words::DOWNLOAD_RESULTS}
                </a>
                " "
                {page_link(certificate, words::CERTIFICATE)}
            </p>
            <h2>{words::DEVICES}</h2>
            <ItemFilter job view />
        }
    };
    let rows = move |job: JobSummary, page: ItemPage| {
        let view = view.get_untracked().unwrap_or_default();
        let id = id.get_untracked();
        let count = page_count(page.total, ROWS);
        let href = Callback::new(move |page| JobView { page, ..view }.href(&id));
        let later = job.steps.iter().skip(1).map(|step| step.kind).collect();
        view! {
            <ItemTable items=page.rows kind=job.action later />
            <Pages page=view.page count href />
        }
    };

    view! {
        <Title text=words::JOB />
        <PageHeading>
            <Transition fallback=|| words::JOB>
                {move || Suspend::new(async move {
                    job.await.map_or_else(|_| words::JOB.to_owned(), |job| words::job(job.number))
                })}
            </Transition>
        </PageHeading>
        <Transition fallback=|| {
            view! { <p class="hint">{words::LOADING_JOB}</p> }
        }>
            <div class="job-page">
                {move || Suspend::new(async move {
                    match job.await {
                        Ok(job) => summary(job).into_any(),
                        Err(error) => {
                            view! {
                                <LoadError error />
                                <p>
                                    <A href="/jobs">{words::ALL_JOBS}</A>
                                </p>
                            }
                                .into_any()
                        }
                    }
                })}
                {move || Suspend::new(async move {
                    match (job.await, items.await) {
                        (Ok(job), Ok(page)) => rows(job, page).into_any(),
                        (Ok(_), Err(error)) => view! { <LoadError error /> }.into_any(),
                        (Err(_), _) => ().into_any(),
                    }
                })}
            </div>
        </Transition>
    }
}

/// Errors, by cause.
#[component]
fn Causes(job: Memo<JobSummary>) -> impl IntoView {
    let causes = memo(move || job.read().causes.clone());
    let rows = move || {
        let row = |(cause, count): (String, u64)| {
            view! { <li>{crate::domain::number::devices(count)} ": " {cause}</li> }
        };
        causes.get().into_iter().map(row).collect_view()
    };
    view! {
        <Show when=move || !causes.read().is_empty()>
            <ul class="causes" aria-label=words::ERRORS>
                {rows}
            </ul>
        </Show>
    }
}

async fn read(id: JobId) -> Result<JobSummary, ApiError> {
    read_job(id)
        .await
        .inspect_err(|error| set_status(error.status()))
}

async fn list(id: JobId, view: Result<JobView, String>) -> Result<ItemPage, ApiError> {
    let answer = match view {
        Ok(JobView { state, page }) => job_items(id, state, page, ROWS).await,
        Err(message) => Err(ApiError::Invalid { message }),
    };
    answer.inspect_err(|error| set_status(error.status()))
}
