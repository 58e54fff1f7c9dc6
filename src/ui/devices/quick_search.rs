//! The quick search: typed, and asked for after a pause.

use leptos::prelude::*;

use crate::domain::grid::GridView;
use crate::ui::browser::{self, Timer};
use crate::ui::derived::memo;

/// How long typing must rest before it is searched for, in milliseconds.
const PAUSE_MS: i32 = 300;

/// What is typed into the quick search, and when it is asked for.
#[derive(Clone, Copy)]
pub struct Search {
    pub typed: RwSignal<String>,
    asked: StoredValue<String>,
    timer: StoredValue<Option<Timer>>,
    on_search: Callback<String>,
}

impl Search {
    pub fn later(self, text: String) {
        self.typed.set(text);
        self.stop();
        self.timer
            .set_value(browser::after(PAUSE_MS, move || self.now()));
    }

    pub fn now(self) {
        self.stop();
        let Some(text) = self.typed.try_get_untracked() else {
            return;
        };
        let text = text.trim().to_owned();
        if self.asked.get_value() != text {
            self.asked.set_value(text.clone());
            self.on_search.run(text);
        }
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.cancel();
        }
    }
}

/// Follows the URL (Back, Clear all) without taking letters away while they are
/// typed: what the URL says last is what was asked for.
pub fn use_search(view: Signal<GridView>, on_search: Callback<String>) -> Search {
    let current = memo(move || view.read().filter.search.clone());
    let search = Search {
        typed: RwSignal::new(current.get_untracked()),
        asked: StoredValue::new(current.get_untracked()),
        timer: StoredValue::new(None),
        on_search,
    };
    Effect::new(move |_| {
        let current = current.get();
        if search.asked.get_value() != current {
            search.stop();
            search.asked.set_value(current.clone());
            search.typed.set(current);
        }
    });
    on_cleanup(move || search.stop());
    search
}
