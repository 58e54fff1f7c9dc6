//! What an operator can do to a job: stop what remains, pause, resume, try failed
//! devices again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::retry_failed::RetryFailed;
use super::words;
use crate::api::jobs::{pause_job, resume_job, retry_job, stop_job};
use crate::domain::error::ApiError;
use crate::domain::job::{JobId, JobState, JobSummary};
use crate::domain::permission::Permission;
use crate::ui::browser;
use crate::ui::components::page_link;
use crate::ui::derived::memo;
use crate::ui::live::learn_job;
use crate::ui::may::why_not;
use crate::ui::state::use_console;

/// The buttons that steer a job, and what they ask before they do.
#[component]
pub fn JobControls(#[prop(into)] job: Signal<Option<JobSummary>>) -> impl IntoView {
    let console = use_console();
    let navigate = StoredValue::new(use_navigate());
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let state = memo(move || job.read().as_ref().map(|job| job.state));
    let id = move || job.with_untracked(|job| job.as_ref().map(|job| job.id.clone()));
    let number = move |of: fn(&JobSummary) -> u64| job.read().as_ref().map_or(0, of);

    let steer = move |what: Steering| {
        let Some(id) = id() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        asking.set(false);
        spawn_local(async move {
            match ask(what, id).await {
                Ok(job) => {
                    let child = job.retry_of.is_some().then(|| job.id.clone());
                    learn_job(console, job);
                    failure.try_set(None);
                    if let (Steering::Retry(_), Some(child)) = (what, child) {
                        let path = format!("/jobs/{}", child.as_str());
                        navigate.with_value(|navigate| navigate(&path, Default::default()));
                    }
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
            busy.try_set(false);
        });
    };
    let button = move |label: String, what: Steering| {
        let why_not = why_not(what.permission());
        view! {
            <button
                type="button"
                class="button"
                title=why_not
                aria-disabled=move || (busy.get() || why_not.is_some()).to_string()
                on:click=move |_| if why_not.is_none() { steer(what) }
            >
                {label}
            </button>
        }
        .into_any()
    };
    let stop = move || {
        let asked = asking.get();
        let question = asked.then(|| {
            let text = job.read().as_ref().map(JobSummary::stop_question);
            view! { <p id="stop-question" tabindex="-1">{text}</p> }
        });
        let buttons = if asked {
            view! {
                {button(words::STOP.to_owned(), Steering::Stop)}
                <button type="button" class="button" on:click=move |_| asking.set(false)>
                    {words::STOP_NOT}
                </button>
            }
            .into_any()
        } else {
            let why_not = why_not(Permission::Stop);
            let ask = move |_| {
                if why_not.is_none() {
                    asking.set(true);
                    browser::focus_soon("stop-question");
                }
            };
            view! {
                <button
                    type="button"
                    class="button"
                    title=why_not
                    aria-disabled=why_not.map(|_| "true")
                    on:click=ask
                >
                    {words::STOP_JOB}
                </button>
            }
            .into_any()
        };
        view! { <div class="controls">{question} {buttons}</div> }.into_any()
    };
    let controls = move || match state.get() {
        Some(JobState::Queued | JobState::Running) => {
            view! { {stop()} {button(words::PAUSE.to_owned(), Steering::Pause)} }.into_any()
        }
        Some(JobState::AwaitingApproval) => {
            let href = id().map(|id| format!("/approvals/{}", id.as_str()));
            let request = page_link(href.unwrap_or_default(), words::VIEW_REQUEST);
            view! { {request} {stop()} }.into_any()
        }
        Some(JobState::Cancelling) => {
            let asks = job.with(|job| job.as_ref().is_some_and(|it| !it.pause_reason.is_empty()));
            let label = || words::check_unconfirmed(number(unconfirmed));
            asks.then(|| button(label(), Steering::Resume)).into_any()
        }
        Some(JobState::Paused) => {
            let unconfirmed = number(unconfirmed);
            let label = if unconfirmed != 0 && number(|job| job.counts.pending) == 0 {
                words::check_unconfirmed(unconfirmed)
            } else {
                words::RESUME.to_owned()
            };
            view! { {button(label, Steering::Resume)} {stop()} }.into_any()
        }
        Some(state) if state.is_over() => {
            let child = job.with(|job| job.as_ref().and_then(|job| job.retried_by.clone()));
            match child {
                Some(child) => {
                    let href = format!("/jobs/{}", child.as_str());
                    view! { <A href=href>{words::VIEW_RETRY}</A> }.into_any()
                }
                None => match number(|job| job.retryable) {
                    0 => ().into_any(),
                    failed => {
                        let retry = Callback::new(move |typed| steer(Steering::Retry(typed)));
                        view! { <RetryFailed devices=failed busy on_retry=retry /> }.into_any()
                    }
                },
            }
        }
        _ => ().into_any(),
    };

    view! {
        <div class="controls">{controls}</div>
        {move || failure.get().map(|error| view! { <p role="alert">{error.to_string()}</p> })}
    }
}

fn unconfirmed(job: &JobSummary) -> u64 {
    job.counts.unconfirmed
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Steering {
    Stop,
    Pause,
    Resume,
    /// With the number that was typed.
    Retry(u64),
}

impl Steering {
    fn permission(self) -> Permission {
        match self {
            Self::Stop | Self::Pause => Permission::Stop,
            Self::Resume | Self::Retry(_) => Permission::Run,
        }
    }
}

async fn ask(what: Steering, id: JobId) -> Result<JobSummary, ApiError> {
    match what {
        Steering::Stop => stop_job(id).await,
        Steering::Pause => pause_job(id).await,
        Steering::Resume => resume_job(id).await,
        Steering::Retry(typed) => retry_job(id, Some(typed)).await,
    }
}
