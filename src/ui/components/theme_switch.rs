//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::ui::browser;

/// Where the browser keeps the choice; `public/theme.js` reads it before the first
/// paint.
const KEY: &str = "sunset.theme";

/// Chooses between light and dark. Needs the script, so it is not there before.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new("system".to_owned());
    Effect::new(move |_| {
        if let Some(stored) = browser::local_get(KEY) {
            theme.set(stored);
        }
    });
    let choose = move |choice: String| {
        browser::local_set(KEY, &choice);
        browser::set_root_data(
            "theme",
            Some(&choice).filter(|c| *c != "system").map(|c| &**c),
        );
        theme.set(choice);
    };

    view! {
        <select
            class="field"
            aria-label="Theme"
            prop:value=theme
            on:change=move |event| choose(event_target_value(&event))
        >
            <option value="system">"System"</option>
            <option value="light">"Light"</option>
            <option value="dark">"Dark"</option>
        </select>
    }
}
