//! The page to sign in, and the one to confirm who one is.

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
    /// The identity provider's name, and where it begins.
    provider: Option<(String, String)>,
    error: String,
) -> impl IntoView {
    let class = match provider {
        Some(_) => "button",
        None => "button button--primary",
    };
    view! {
        <Entrance title=words::SIGN_IN_TITLE error>
            <Provider provider is_first=true />
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
                <button type="submit" class=class>
                    {words::SIGN_IN}
                </button>
            </form>
        </Entrance>
    }
}

/// Asks for the code of somebody who has signed in with the identity provider, and has no
/// password here.
#[component]
pub fn Confirm(
    return_path: String,
    login: String,
    provider: Option<(String, String)>,
    error: String,
) -> impl IntoView {
    view! {
        <Entrance title=words::CONFIRM_TITLE error>
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
                        readonly
                    />
                </label>
                <CodeField label=words::CODE hint=words::CODE_HINT />
                <button type="submit" class="button button--primary">
                    {words::CONFIRM}
                </button>
            </form>
            <Provider provider is_first=false />
        </Entrance>
    }
}

/// The link to the identity provider, if there is one.
#[component]
fn Provider(provider: Option<(String, String)>, is_first: bool) -> impl IntoView {
    let class = match is_first {
        true => "button button--primary",
        false => "button",
    };
    provider.map(|(name, href)| {
        view! {
            <p>
                <a class=class href=href>
                    {words::sign_in_with(&name)}
                </a>
            </p>
        }
    })
}
