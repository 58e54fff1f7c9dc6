//! The page to sign in.

use leptos::prelude::*;

use super::fields::{CodeField, PasswordField};
use super::{Entrance, words};

/// Login, password and code in one form: what was wrong with which is not told.
#[component]
pub fn SignIn(
    /// Where to go then.
    return_path: String,
    /// What was typed before.
    login: String,
    error: String,
) -> impl IntoView {
    view! {
        <Entrance title=words::SIGN_IN_TITLE error>
            <form class="entrance__form" method="post" action="/sign-in">
                <input type="hidden" name="return" value=return_path />
                <label class="labeled">
                    {words::LOGIN}
                    <input
                        class="field"
                        type="text"
                        name="login"
                        value=login
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        autofocus
                    />
                </label>
                <PasswordField
                    name="password"
                    label=words::PASSWORD
                    autocomplete="current-password"
                />
                <CodeField label=words::CODE hint=words::CODE_HINT />
                <button type="submit" class="button button--primary">
                    {words::SIGN_IN}
                </button>
            </form>
        </Entrance>
    }
}
