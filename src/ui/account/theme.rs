//! Light, dark, or as the system has it.

use leptos::prelude::*;

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
            "Theme"
            <select
                class="field"
                prop:value=theme
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="system">"System"</option>
                <option value="light">"Light"</option>
                <option value="dark">"Dark"</option>
            </select>
        </label>
    }
}
