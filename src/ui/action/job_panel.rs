//! The panel once the job runs: progress, then what came of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::frame::{PanelFrame, may_take_focus};
use super::job_result::JobResult;
use super::panel::Moves;
use super::progress::JobProgress;
use super::step_heading::{STEP_HEADING_ID, StepHeading};
use super::words;
use crate::api::jobs::read_job;
use crate::domain::action::ActionKind;
use crate::domain::announce::Announcer;
use crate::domain::error::ApiError;
use crate::domain::job::{JobId, JobState};
use crate::domain::panel::Panel;
use crate::ui::bell::dismiss_of_job;
use crate::ui::browser;
use crate::ui::components::{JobCounts, LinkState, Tone};
use crate::ui::derived::{computed, memo};
use crate::ui::jobs::JobControls;
use crate::ui::live::learn_job;
use crate::ui::state::{Link, use_console};

/// Milliseconds between questions while the event stream does not get through.
const ASK_EVERY_MS: u32 = 2000;

/// A job, in the panel's place. Not modal: the set it works on is fixed, so the page
/// may be used meanwhile, and closing it stops nothing.
#[component]
pub fn JobPanel(action: ActionKind, job: JobId, moves: Moves) -> impl IntoView {
    let console = use_console();
    let id = StoredValue::new(job);
    let failure = RwSignal::new(None::<ApiError>);
    let job = memo(move || {
        let jobs = console.jobs.read();
        id.with_value(|id| jobs.iter().find(|job| job.id == *id).cloned())
    });
    let tone = move || {
        let job = job.read();
        let job = job.as_ref().filter(|job| job.state.is_over())?;
        Some(match job.is_success() {
            true => Tone::Good,
            false => Tone::from(job.state),
        })
    };
    let over = memo(move || job.read().as_ref().is_some_and(|job| job.state.is_over()));
    // Not while somebody has to do something first.
    let goes_on = memo(move || {
        let job = job.read();
        let state = job.as_ref().map(|job| job.state);
        !matches!(state, Some(JobState::AwaitingApproval | JobState::Paused))
    });

    // Asked once, as it may have ended long ago, then while nobody else tells.
    Effect::new(move |_| {
        spawn_local(async move {
            let mut asked = false;
            while let (Some(id), Some(false)) = (id.try_get_value(), over.try_get_untracked()) {
                if !asked || console.link.try_get_untracked() != Some(Link::Live) {
                    asked = true;
                    match read_job(id).await {
                        Ok(job) => learn_job(console, job),
                        Err(error) if error.is_final() => {
                            failure.try_set(Some(error));
                            break;
                        }
                        Err(_) => {}
                    }
                }
                browser::sleep(ASK_EVERY_MS).await;
            }
        });
    });

    let said = RwSignal::new(String::new());
    let announcer = StoredValue::new(Announcer::default());
    Effect::new(move |_| {
        if let Some(job) = &*job.read() {
            let now = browser::now_ms();
            let words = announcer.try_update_value(|announcer| announcer.announce(job, now));
            if let Some(words) = words.flatten() {
                said.set(words);
            }
        }
    });
    // What had the focus gives way to the result: the heading says what that is.
    Effect::new(move |before: Option<bool>| {
        let over = over.get();
        if over && before == Some(false) && may_take_focus() {
            browser::focus_soon(STEP_HEADING_ID);
        }
        over
    });

    let close = Callback::new(move |()| {
        // Who has read the result here need not be told of it again.
        if over.get_untracked() {
            id.with_value(|id| dismiss_of_job(console, id));
        }
        moves.replace(Panel::Closed);
    });
    let title = move || match &*job.read() {
        Some(job) => words::title(job.action, job.eligible),
        None => action.label().to_owned(),
    };
    let heading = move || match (&*job.read(), &*failure.read()) {
        (Some(job), _) if over.get() => job.headline(),
        (Some(job), _) => words::job_state(job.number, job.state.label()),
        (None, Some(_)) => words::JOB_UNREADABLE.to_owned(),
        (None, None) => words::LOADING_JOB.to_owned(),
    };
    let heading = memo(heading);

    view! {
        <Title text=move || words::job_title(action, &heading.read()) />
        <PanelFrame title=computed(title) modal=false on_close=close>
            <div class="panel__body" data-end=move || tone().map(Tone::as_str)>
                <StepHeading text=heading />
                <p class="visually-hidden" role="status">
                    {said}
                </p>
                {move || failure.get().map(|error| view! { <p role="alert">{error.to_string()}</p> })}
                <Show when=move || job.read().is_some()>
                    <JobProgress job=computed(move || job.get()) />
                    <JobCounts job=computed(move || job.get()) />
                    <JobControls job=computed(move || job.get()) />
                    <Show
                        when=move || over.get()
                        fallback=move || {
                            view! {
                                <p class="hint" hidden=move || !goes_on.get()>
                                    {words::JOB_KEEPS_RUNNING}
                                </p>
                                <LinkState />
                            }
                        }
                    >
                        <JobResult job=computed(move || job.get()) />
                    </Show>
                </Show>
            </div>
            <div class="panel__footer">
                {move || {
                    over.get()
                        .then(|| {
                            let id = id.get_value();
                            view! {
                                <a
                                    class="button"
                                    href=format!("/jobs/{}/results.csv", id.as_str())
                                    rel="external"
                                    download
                                >
                                    {words::DOWNLOAD_RESULTS}
                                </a>
                            }
                        })
                }}
                <button
                    type="button"
                    class="button button--primary panel__forward"
                    on:click=move |_| close.run(())
                >
                    {move || match (over.get(), goes_on.get()) {
                        (true, _) => words::OK,
                        (_, true) => words::RUN_IN_BACKGROUND,
                        _ => words::CLOSE,
                    }}
                </button>
            </div>
        </PanelFrame>
    }
}
