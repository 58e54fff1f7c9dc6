//! Light, dark, or as the system has it.

use leptos::prelude::*;

use super::words;
use crate::ui::browser;

/// Where the browser keeps the choice; `public/theme.js` reads it before the first
/// paint.
const KEY: &str = "sunset.theme";

/// Chooses between light and dark.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let theme = RwSignal::new(browser::local_get(KEY).unwrap_or_else(|| "system".to_owned()));
    let choose = move |choice: String| {
        browser::local_set(KEY, &choice);
        browser::set_root_data(
            "theme",
            Some(&choice).filter(|c| *c != "system").map(|c| &**c),
        );
        theme.set(choice);
    };

    view! {
        <label class="labeled">
            {words::THEME}
            <select
                class="field"
                prop:value=theme
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="system">{words::THEME_SYSTEM}</option>
                <option value="light">{words::THEME_LIGHT}</option>
                <option value="dark">{words::THEME_DARK}</option>
            </select>
        </label>
    }
}
