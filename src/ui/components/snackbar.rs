//! What just happened, at the bottom of every screen.
//!
//! Messages of this tab go away by themselves and may offer to take something back.
//! Notices come from the server and stay until they are dismissed, over reloads.

use std::sync::Arc;

use leptos::prelude::*;

/// Says things at the bottom of the page. `Copy`; see [`crate::ui::state::Console`].
#[derive(Clone, Copy, Default)]
pub struct Snackbar {
    message: RwSignal<Option<Message>>,
}

/// A message of this tab.
#[derive(Clone)]
struct Message {
    text: String,
    action: Option<(String, Arc<dyn Fn() + Send + Sync>)>,
}

impl Snackbar {
    /// Says something for a few seconds.
    pub fn say(self, text: impl Into<String>) {
        self.message.try_set(Some(Message { text: text.into(), action: None }));
    }

    /// Says something and offers an action that goes with it, such as Undo.
    pub fn say_with(
        self,
        text: impl Into<String>,
        label: impl Into<String>,
        action: impl Fn() + Send + Sync + 'static,
    ) {
        let action = Some((label.into(), Arc::new(action) as Arc<dyn Fn() + Send + Sync>));
        self.message.try_set(Some(Message { text: text.into(), action }));
    }
}

/// The snackbar's place on the page.
#[component]
pub fn SnackbarRegion() -> impl IntoView {
    view! { <section aria-label="Notifications"></section> }
}
