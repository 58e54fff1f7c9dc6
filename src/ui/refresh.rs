//! Refresh Cache, whoever asks for it: the button, a key, the snackbar.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::Console;
use super::words;
use crate::api::cache::refresh_cache;

/// Starts a refresh whenever one is asked for, or joins the one that runs, and says
/// how it ended.
pub fn start(console: Console) {
    let awaited = RwSignal::new(None::<u32>);
    Effect::new(move |_| {
        let Some(number) = awaited.get() else { return };
        let cache = console.cache.read();
        let last = cache.as_ref().and_then(|cache| cache.last.as_ref());
        if let Some(last) = last.filter(|it| number <= it.number && it.finished_at.is_some()) {
            awaited.set(None);
            console.snackbar.say(last.notice());
        }
    });
    Effect::new(move |_| {
        if console.refresh_asked.get() {
            spawn_local(async move {
                awaited.try_set(refresh(console).await);
                console.refresh_asked.try_set(false);
            });
        }
    });
}

/// The number of the refresh whose end is to be told.
async fn refresh(console: Console) -> Option<u32> {
    let before = console.cache.try_with_untracked(|cache| {
        let cache = cache.as_ref();
        cache.is_some_and(|cache| cache.running().is_some())
    });
    let state = match refresh_cache().await {
        Ok(state) => state,
        Err(error) => {
            let why = words::refresh_failed(&error);
            console.snackbar.say(why);
            return None;
        }
    };
    if let Some(running) = state.running().filter(|_| before == Some(true)) {
        let text = words::refresh_joined(&running.started_by);
        console.snackbar.say(text);
    }
    let number = state.last.as_ref().map(|last| last.number);
    // The stream may have told the end of it already.
    console.cache.try_update(|known| {
        if known.as_ref().is_none_or(|known| known.now < state.now) {
            *known = Some(state);
        }
    });
    number
}
