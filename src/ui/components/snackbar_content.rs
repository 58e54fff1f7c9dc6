//! What the snackbar shows, for how long, and what can be done about it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

use super::snackbar::{Action, Message};
use super::words;
use crate::api::notices::dismiss_notice;
use crate::domain::job::JobId;
use crate::domain::live::Notice;
use crate::domain::time::Timestamp;
use crate::ui::browser::{self, Timer};
use crate::ui::derived::{computed, memo};
use crate::ui::state::use_console;

/// What opens the list of notices.
const BELL: &str = ".bell summary";

/// How long a message stays unless it is pointed at or focused.
const LIFE_MS: i32 = 8000;

/// Where the tab keeps the number of the last success that was shown long enough.
const PASSED_KEY: &str = "sunset.passed";

/// What is shown.
#[derive(Clone, Default)]
struct Shown {
    text: String,
    action: Option<(String, Action)>,
    /// The notice's number, if it is one.
    notice: Option<u32>,
    /// When a job ended, if it tells of one.
    ended: Option<Timestamp>,
    job: Option<JobId>,
    /// It goes away by itself.
    passing: bool,
    /// How many wait behind it.
    more: usize,
}

/// Goes away, once somebody can have seen it.
fn pass(by: impl Fn() + 'static) {
    if browser::is_hidden() {
        browser::after(LIFE_MS, move || pass(by));
    } else {
        by();
    }
}

/// Decides what is shown and for how long, and offers what can be done about it.
#[component]
pub fn SnackbarContent() -> impl IntoView {
    let console = use_console();
    let snackbar = console.snackbar;

    let stored = browser::session_get(PASSED_KEY).and_then(|text| text.parse().ok());
    let passed = RwSignal::new(stored.unwrap_or(0_u32));

    let shown = computed(move || {
        let passed = passed.get();
        let notices = console.notices.read();
        let waits = |notice: &&Notice| !notice.good || passed < notice.number;
        let waiting = notices.iter().filter(waits).count();
        if let Some(Message { text, action }) = snackbar.message.get() {
            return Shown {
                text,
                action,
                passing: true,
                more: waiting,
                ..Shown::default()
            };
        }
        // The newest is what is waited for; the others are in the bell.
        let newest = notices.iter().rfind(waits).cloned();
        newest.map_or_else(Shown::default, |notice| Shown {
            text: notice.text,
            action: None,
            notice: Some(notice.number),
            ended: notice.job.is_some().then_some(notice.at),
            // A failure stays until somebody has read it.
            passing: notice.good,
            job: notice.job,
            more: waiting - 1,
        })
    });
    Effect::new(move |_| {
        let text = shown.with(|shown| shown.text.clone());
        if *snackbar.text.read_untracked() != text {
            snackbar.text.set(text);
        }
    });
    // What it lies over has to know how far it reaches.
    Effect::new(|_| browser::publish_height(".snackbar", "--height-message"));
    let is_shown = memo(move || shown.with(|shown| !shown.text.is_empty()));
    let job = memo(move || shown.with(|shown| shown.job.clone()));
    let more = memo(move || shown.with(|shown| shown.more));
    let path = use_location().pathname;
    // The list on screen was read from the directory before the job ended.
    let is_older = memo(move || {
        let cache = console.cache.read();
        let read = cache.as_ref().and_then(|cache| cache.complete_as_of);
        *path.read() == *"/devices"
            && shown.with(|shown| shown.ended.zip(read).is_some_and(|(end, read)| read < end))
    });
    let label =
        memo(move || shown.with(|shown| shown.action.as_ref().map(|(label, _)| label.clone())));

    let dismiss = move || {
        let notice = shown.with_untracked(|shown| shown.notice);
        match notice {
            None => snackbar.close(),
            Some(number) => {
                console
                    .notices
                    .update(|notices| notices.retain(|n| n.number != number));
                spawn_local(async move {
                    // It comes back with the next reload if this did not get through.
                    let _ = dismiss_notice(number).await;
                });
            }
        }
    };
    // What has passed was not dismissed: it is still new in the bell.
    let pass_by = move || match shown.with_untracked(|shown| shown.notice) {
        None => snackbar.close(),
        Some(number) => {
            browser::session_set(PASSED_KEY, &number.to_string());
            passed.try_set(number);
        }
    };
    let dismiss_by_hand = move || {
        dismiss();
        if !is_shown.get_untracked() {
            browser::return_focus();
        }
    };

    let timer = StoredValue::new(None::<Timer>);
    Effect::new(move |_| {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.cancel();
        }
        if shown.with(|shown| shown.passing) && !snackbar.held.get() {
            timer.set_value(browser::after(LIFE_MS, move || pass(pass_by)));
        }
    });

    view! {
                <Show when=move || more.get() != 0>
                    <button
                        type="button"
                        class="snackbar__action snackbar__more"
                        on:click=|_| browser::click(BELL)
                    >
                        {move || words::more_messages(more.get())}
                    </button>
                </Show>
                {move || {
                    label
                        .get()
                        .map(|label| {
                            let act = move |_| {
                                let action = shown.with_untracked(|shown| shown.action.clone());
                                snackbar.close();
                                if let Some((_, action)) = action {
                                    action();
                                }
                            };
                            view! {
                                <button type="button" class="snackbar__action" on:click=act>
                                    {label}
                                </button>
                            }
                        })
                }}
                {move || {
                    job.get()
                        .map(|job| {
                            view! {
                                <A
                                    href=format!("/jobs/{}", job.as_str())
                                    attr:class="snackbar__action"
                                >
                                    {words::VIEW_RESULTS}
                                </A>
                            }
                        })
                }}
                <Show when=move || is_older.get()>
                    <button
                        type="button"
                        class="snackbar__action"
                        on:click=move |_| console.refresh_asked.set(true)
                    >
                        {words::REFRESH_CACHE}
                    </button>
                </Show>
                <Show when=move || is_shown.get()>
                    <button
                        type="button"
                        class="snackbar__action"
                        on:click=move |_| dismiss_by_hand()
                    >
                        {words::DISMISS}
                    </button>
                </Show>
    }
}
