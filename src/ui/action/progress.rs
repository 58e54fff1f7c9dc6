//! How far a job is.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::domain::job::{ItemState, JobState, JobSummary};
use crate::domain::pace::Pace;
use crate::ui::browser;
use crate::ui::derived::memo;
use crate::ui::state::{Link, use_console};

/// A bar, and the numbers behind it.
#[component]
pub fn JobProgress(#[prop(into)] job: Signal<Option<JobSummary>>) -> impl IntoView {
    let eligible = memo(move || job.read().as_ref().map_or(0, |job| job.eligible));
    let done = memo(move || job.read().as_ref().map_or(0, JobSummary::done));
    let failed = memo(move || {
        let failed = |job: &JobSummary| job.counts.of(ItemState::Failed);
        job.read().as_ref().map_or(0, failed).min(done.get())
    });
    let over = memo(move || job.read().as_ref().is_some_and(|job| job.state.is_over()));
    let max = move || eligible.get().max(1).to_string();
    let text = move || words::done_of(done.get(), eligible.get());
    let paused = move || {
        job.read()
            .as_ref()
            .map(|job| job.pause_reason.clone())
            .filter(|reason| !reason.is_empty())
    };

    let later = memo(move || {
        job.read()
            .as_ref()
            .map_or_else(Vec::new, JobSummary::later_steps)
    });

    // Counted down here: the server says it once.
    let left = RwSignal::new(0u32);
    let graced = memo(move || {
        job.read()
            .as_ref()
            .map_or((0, 0), |job| (job.starts_in, job.waits))
    });
    Effect::new(move |_| {
        let (starts_in, waits) = graced.get();
        let counting = left.get_untracked() != 0;
        left.set(starts_in.max(waits));
        if !counting && left.get_untracked() != 0 {
            spawn_local(async move {
                while left.try_get_untracked().is_some_and(|left| left != 0) {
                    browser::sleep(1000).await;
                    left.try_update(|left| *left = left.saturating_sub(1));
                }
            });
        }
    });
    let waiting = move || match (left.get(), graced.get()) {
        (0, _) => None,
        (left, (0, _)) => Some(words::retries_in(left)),
        (left, _) => Some(words::starts_in(left)),
    };

    // Out of the numbers that arrive; while none do, nothing is foretold.
    let console = use_console();
    let seen = StoredValue::new(Pace::default());
    let pace = memo(move || {
        let (done, total) = (done.get(), eligible.get());
        // What is waited for before the first device is no work.
        let graced = graced.get().0 != 0;
        let text = seen.try_update_value(|seen| {
            if graced {
                *seen = Pace::default();
            }
            seen.see(done, browser::now_ms());
            seen.text(total)
        });
        text.flatten()
    });
    let running = move || {
        let job = job.read();
        job.as_ref()
            .is_some_and(|job| job.state == JobState::Running)
            && console.link.get() != Link::Reconnecting
    };

    let read_back = memo(move || job.read().as_ref().is_some_and(JobSummary::is_read_back));

    view! {
        <div class="progress">
            // The result takes the place of the bar.
            <Show when=move || !over.get()>
                <div class="progress__bars">
                    <progress
                        class="progress__bar"
                        aria-label=words::DONE_BAR
                        aria-valuetext=text
                        max=max
                        prop:value=move || done.get() as f64
                        value=move || done.get().to_string()
                    ></progress>
                    // The part that failed is what the upper bar leaves uncovered.
                    <progress
                        class="progress__bar progress__good"
                        aria-hidden="true"
                        max=max
                        prop:value=move || (done.get() - failed.get()) as f64
                        value=move || (done.get() - failed.get()).to_string()
                    ></progress>
                </div>
            </Show>
            <p class="progress__text">{text}</p>
            {move || {
                later.get().into_iter().map(|text| view! { <p class="hint">{text}</p> }).collect_view()
            }}
            {move || pace.get().filter(|_| running()).map(|text| view! { <p class="hint">{text}</p> })}
            <p class="hint" hidden=move || !read_back.get()>
                {words::READING_BACK}
            </p>
            {move || waiting().map(|text| view! { <p class="hint">{text}</p> })}
            {move || {
                paused()
                    .map(|reason| {
                        let is_wrong = job.read().as_ref().is_some_and(|job| job.state == JobState::Paused);
                        let class = if is_wrong { "field-error" } else { "hint" };
                        view! { <p class=class>{reason}</p> }
                    })
            }}
        </div>
    }
}
