//! A button that copies.

use leptos::prelude::*;

use crate::ui::browser;

/// Copies lines, and says in its own words whether that worked.
#[component]
pub fn CopyButton(
    /// What it says before.
    label: String,
    /// What it copies, in words: for those who hear the button by itself.
    what: String,
    lines: Callback<(), String>,
) -> impl IntoView {
    let said = RwSignal::new(None::<bool>);
    let copy = move |_| {
        browser::copy(&lines.run(()), move |done| {
            said.try_set(Some(done));
        });
    };
    view! {
        <button type="button" class="link-button" aria-label=format!("{label}: {what}") on:click=copy>
            {label.clone()}
        </button>
        <span class="hint" role="status">
            {move || match said.get() {
                None => "",
                Some(true) => "Copied.",
                Some(false) => "The browser does not allow it.",
            }}
        </span>
    }
}
