//! Says that the session is about to end, while there is time to go on without signing in.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::api::cache::read_cache_state;
use crate::api::session;
use crate::domain::live::SessionEnd;
use crate::ui::components::Dialog;
use crate::ui::state::use_console;

/// The dialog. Whoever closes it is there, so a session that was not used goes on.
#[component]
pub fn SessionEnding() -> impl IntoView {
    let ends = use_console().session_ends;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let is_ending = ends.read().is_some();
        let is_asked = session::has_ended();
        open.set(is_ending && !is_asked);
        if is_ending && is_asked {
            // Whoever is asked to sign in needs no warning, also afterward.
            ends.set(None);
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open && ends.get_untracked() == Some(SessionEnd::Unused) {
            spawn_local(async move {
                // Any request prolongs the session.
                let answer = read_cache_state().await;
                ends.try_set(answer.err().map(|_| SessionEnd::Unused));
            });
        }
        is_open
    });
    let on_click = move |_| {
        if ends.get_untracked() == Some(SessionEnd::Longest) {
            session::ask();
        }
        open.set(false);
    };
    view! {
        <Dialog id="session-ending" title=words::ENDING open>
            // It has the focus, so that a key which was meant for the page presses no button.
            <p tabindex="-1" autofocus>
                {move || match ends.get() {
                    Some(SessionEnd::Longest) => words::ENDING_LONGEST,
                    _ => words::ENDING_UNUSED,
                }}
            </p>
            <button type="button" class="button button--primary" on:click=on_click>
                {move || match ends.get() {
                    Some(SessionEnd::Longest) => words::SIGN_IN,
                    _ => words::STAY,
                }}
            </button>
        </Dialog>
    }
}
