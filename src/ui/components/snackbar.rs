//! What just happened, on every screen: at the bottom, or below the app bar where
//! there is little room.
//!
//! Messages of this tab go away by themselves and may offer to take something back.
//! Notices come from the server and stay until they are dismissed, over reloads. One
//! is shown at a time, a message before a notice. It is never inert and never takes
//! the focus.
//!
//! The region that is read out is there from the start, as screen readers need it;
//! `snackbar_content.rs` fills it.

use std::sync::Arc;

use leptos::prelude::*;

use super::words;
use crate::ui::browser;
use crate::ui::lazy::{LazyView, lazy};
use crate::ui::state::use_console;

/// Says what just happened. `Copy`; see [`crate::ui::state::Console`].
#[derive(Clone, Copy, Default)]
pub struct Snackbar {
    pub(super) message: RwSignal<Option<Message>>,
    /// What is read out and shown now.
    pub(super) text: RwSignal<String>,
    /// It is pointed at or focused, so it stays.
    pub(super) held: RwSignal<bool>,
}

pub(super) type Action = Arc<dyn Fn() + Send + Sync>;

/// A message of this tab.
#[derive(Clone)]
pub(super) struct Message {
    pub text: String,
    pub action: Option<(String, Action)>,
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

    pub(super) fn close(self) {
        self.message.try_set(None);
    }
}

/// The snackbar's place on the page.
#[component]
pub fn SnackbarRegion() -> impl IntoView {
    let console = use_console();
    let Snackbar { text, held, .. } = console.snackbar;

    view! {
        <section
            class="snackbar-region"
            aria-label=words::NOTIFICATIONS
            on:mouseenter=move |_| held.set(true)
            on:mouseleave=move |_| held.set(false)
            on:focusin=move |event| {
                browser::keep_focus_origin(&event);
                held.set(true);
            }
            on:focusout=move |_| held.set(false)
        >
            <div class="snackbar" data-shown=move || (!text.read().is_empty()).then_some("")>
                // A panel that shows a job reads its end out itself.
                <p
                    class="snackbar__text"
                    role="status"
                    aria-live=move || if console.panel_speaks.get() { "off" } else { "polite" }
                >
                    {text}
                </p>
                <Show when=move || console.hydrated.get()>{lazy(LazyView::SnackbarContent)}</Show>
            </div>
        </section>
    }
}
