//! The navigation with words, or with pictures only.

use leptos::prelude::*;

use super::words;
use crate::ui::browser;

/// Where the browser keeps the choice; `public/theme.js` reads it before the first paint.
const KEY: &str = "sunset.nav";

/// Narrows the navigation down to pictures, and widens it again.
#[component]
pub fn NavToggle() -> impl IntoView {
    let is_open = RwSignal::new(browser::root_data("nav").as_deref() != Some("collapsed"));
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        let word = if is_open.get_untracked() {
            "open"
        } else {
            "collapsed"
        };
        browser::local_set(KEY, word);
        browser::set_root_data("nav", Some(word));
    };

    view! {
        <button
            type="button"
            class="nav__toggle"
            aria-expanded=move || is_open.get().to_string()
            aria-label=words::NAVIGATION
            title=move || {
                if is_open.get() { words::NAVIGATION_COLLAPSE } else { words::NAVIGATION_EXPAND }
            }
            on:click=toggle
        ></button>
    }
}
