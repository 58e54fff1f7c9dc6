//! The fields that several of these forms have.

use leptos::prelude::*;

use super::words;

/// A password that the browser's own manager may fill in or make up.
#[component]
pub fn PasswordField(
    name: &'static str,
    label: &'static str,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(default = "")] hint: &'static str,
) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    let described_by = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <label class="labeled">
            {label}
            <input
                class="field"
                type="password"
                name=name
                autocomplete=autocomplete
                required
                aria-describedby=described_by
            />
        </label>
        <Hint id=hint_id text=hint />
    }
}

/// The authenticator's code, or a recovery code.
#[component]
pub fn CodeField(label: &'static str, #[prop(default = "")] hint: &'static str) -> impl IntoView {
    let hint_id = "code-hint".to_owned();
    let described_by = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <label class="labeled">
            {label}
            <input
                class="field mono"
                type="text"
                name="code"
                autocomplete="one-time-code"
                autocapitalize="none"
                spellcheck="false"
                required
                aria-describedby=described_by
            />
        </label>
        <Hint id=hint_id text=hint />
    }
}

/// What to know of a field before it is filled in.
#[component]
fn Hint(id: String, text: &'static str) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <p class="hint" id=id>{text}</p> })
}

/// The two fields of a password that is chosen.
#[component]
pub fn NewPassword() -> impl IntoView {
    view! {
        <PasswordField
            name="new"
            label=words::NEW_PASSWORD
            autocomplete="new-password"
            hint=words::NEW_PASSWORD_HINT
        />
        <PasswordField name="repeated" label=words::REPEAT_PASSWORD autocomplete="new-password" />
    }
}
