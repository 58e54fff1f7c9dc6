//! What just happened, at the bottom of every screen.
//!
//! Messages of this tab go away by themselves and may offer to take something back.
//! Notices come from the server and stay until they are dismissed, over reloads. One
//! is shown at a time, a message before a notice. It is never inert and never takes
//! the focus.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use crate::api::notices::dismiss_notice;
use crate::domain::job::JobId;
use crate::ui::browser::{self, Timer};
use crate::ui::state::use_console;

/// How long a message stays unless it is pointed at or focused.
const LIFE_MS: i32 = 8000;

/// Says things at the bottom of the page. `Copy`; see [`crate::ui::state::Console`].
#[derive(Clone, Copy, Default)]
pub struct Snackbar {
    message: RwSignal<Option<Message>>,
}

type Action = Arc<dyn Fn() + Send + Sync>;

/// A message of this tab.
#[derive(Clone)]
struct Message {
    text: String,
    action: Option<(String, Action)>,
}

impl Snackbar {
    /// Says something for a few seconds.
    pub fn say(self, text: impl Into<String>) {
        self.message.try_set(Some(Message {
            text: text.into(),
            action: None,
        }));
    }

    /// Says something and offers an action that goes with it, such as Undo.
    pub fn say_with(
        self,
        text: impl Into<String>,
        label: impl Into<String>,
        action: impl Fn() + Send + Sync + 'static,
    ) {
        let action = Some((label.into(), Arc::new(action) as Action));
        self.message.try_set(Some(Message {
            text: text.into(),
            action,
        }));
    }

    fn close(self) {
        self.message.try_set(None);
    }
}

/// What is shown.
#[derive(Clone, Default)]
struct Shown {
    text: String,
    action: Option<(String, Action)>,
    /// The notice's number, if it is one.
    notice: Option<u32>,
    job: Option<JobId>,
    /// It goes away by itself.
    passing: bool,
    /// How many wait behind it.
    more: usize,
}

/// The snackbar's place on the page.
#[component]
pub fn SnackbarRegion() -> impl IntoView {
    let console = use_console();
    let snackbar = console.snackbar;

    let shown = Signal::derive(move || {
        let waiting = console.notices.read().len();
        if let Some(Message { text, action }) = snackbar.message.get() {
            return Shown {
                text,
                action,
                passing: true,
                more: waiting,
                ..Shown::default()
            };
        }
        let first = console.notices.read().first().cloned();
        first.map_or_else(Shown::default, |notice| Shown {
            text: notice.text,
            action: None,
            notice: Some(notice.number),
            passing: notice.good && notice.job.is_none(),
            job: notice.job,
            more: waiting - 1,
        })
    });
    let text = Memo::new(move |_| shown.with(|shown| shown.text.clone()));
    let is_shown = Memo::new(move |_| !text.read().is_empty());
    let job = Memo::new(move |_| shown.with(|shown| shown.job.clone()));
    let more = Memo::new(move |_| shown.with(|shown| shown.more));
    let label = Memo::new(move |_| {
        shown.with(|shown| shown.action.as_ref().map(|(label, _)| label.clone()))
    });

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
    let dismiss_by_hand = move || {
        dismiss();
        if !is_shown.get_untracked() {
            browser::return_focus();
        }
    };

    let timer = StoredValue::new(None::<Timer>);
    let hold = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.cancel();
        }
    };
    let run = move || {
        hold();
        if shown.with_untracked(|shown| shown.passing) {
            timer.set_value(browser::after(LIFE_MS, dismiss));
        }
    };
    Effect::new(move |_| {
        shown.track();
        run();
    });

    view! {
        <section
            class="snackbar-region"
            aria-label="Notifications"
            on:mouseenter=move |_| hold()
            on:mouseleave=move |_| run()
            on:focusin=move |event| {
                browser::keep_focus_origin(&event);
                hold();
            }
            on:focusout=move |_| run()
        >
            <div class="snackbar" data-shown=move || is_shown.get().then_some("")>
                // A panel that shows a job reads its end out itself.
                <p
                    class="snackbar__text"
                    role="status"
                    aria-live=move || if console.panel_speaks.get() { "off" } else { "polite" }
                >
                    {text}
                </p>
                <Show when=move || more.get() != 0>
                    <span class="snackbar__more">{move || format!("+{} more", more.get())}</span>
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
                                    "View results"
                                </A>
                            }
                        })
                }}
                <Show when=move || is_shown.get()>
                    <button
                        type="button"
                        class="snackbar__action"
                        on:click=move |_| dismiss_by_hand()
                    >
                        "Dismiss"
                    </button>
                </Show>
            </div>
        </section>
    }
}
