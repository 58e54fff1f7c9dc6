//! `/jobs`: all jobs, running ones first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::job_row::JobRow;
use super::words;
use crate::api::jobs::list_jobs;
use crate::api::resource::resource;
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::grid::page_count;
use crate::domain::job::JobPage;
use crate::domain::job_view::{JobsView, ROWS};
use crate::status::set_status;
use crate::ui::components::{LoadError, PageHeading, Pages};
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// All jobs, running ones first.
#[component]
pub fn JobsPage() -> impl IntoView {
    let console = use_console();
    let search = use_location().search;
    let view = memo(move || JobsView::parse(&search.read()).map_err(|bad| bad.to_string()));
    // A job that was not known before belongs into the list.
    let known = memo(move || console.jobs.read().len());
    let jobs = resource(move || (view.get(), known.get()), |(view, _)| list(view));

    let rows = move |listed: JobsView, jobs: JobPage| {
        if jobs.rows.is_empty() && listed.action.is_some() {
            return view! { <p>{words::NO_JOBS_OF_ACTION}</p> }.into_any();
        }
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
                            <th scope="col">{words::DETAILS}</th>
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
            <Pages
                page=listed.page
                count
                href=Callback::new(move |page| JobsView { page, ..listed }.href())
            />
        }
        .into_any()
    };

    view! {
        <Title text=words::JOBS />
        <PageHeading>{words::JOBS}</PageHeading>
        <ActionTabs view />
        <Transition fallback=|| {
            view! { <p class="hint">{words::LOADING}</p> }
        }>
            {move || Suspend::new(async move {
                match jobs.await {
                    Ok(answer) => match view.get_untracked() {
                        Ok(listed) => rows(listed, answer),
                        Err(_) => ().into_any(),
                    },
                    Err(error) => view! { <LoadError error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Links to the jobs of each action.
#[component]
fn ActionTabs(view: Memo<Result<JobsView, String>>) -> impl IntoView {
    let link = move |action: Option<ActionKind>| {
        let current = move || {
            let chosen = view.read().as_ref().ok().map(|view| view.action);
            (chosen == Some(action)).then_some("true")
        };
        let href = JobsView { action, page: 1 }.href();
        view! {
            <li>
                <a class="tab" href=href aria-current=current>
                    {action.map_or(words::ACTIONS_ALL, ActionKind::label)}
                </a>
            </li>
        }
    };
    let actions = ActionKind::ALL.iter().map(|action| link(Some(*action)));
    view! {
        <ul class="tabs" aria-label=words::JOBS_BY_ACTION>
            {link(None)}
            {actions.collect_view()}
        </ul>
    }
}

async fn list(view: Result<JobsView, String>) -> Result<JobPage, ApiError> {
    let answer = match view {
        Ok(JobsView { action, page }) => list_jobs(action, page, ROWS).await,
        Err(message) => Err(ApiError::Invalid { message }),
    };
    answer.inspect_err(|error| set_status(error.status()))
}
