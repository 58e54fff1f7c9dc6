//! The page of a set-up link, and what comes of it.

use leptos::prelude::*;

use super::fields::{CodeField, NewPassword};
use super::{Entrance, words};

/// Squares around a QR code that stay empty: readers ask for them.
const MARGIN: usize = 4;

/// Chooses a password, if they need one, and takes in an authenticator.
#[component]
pub fn SetUp(
    /// The path of this page.
    path: String,
    login: String,
    /// They sign in with the identity provider, and choose no password.
    is_sso: bool,
    /// The authenticator's key, to be typed.
    secret: String,
    /// The same as dark squares, so many on a side.
    qr_path: String,
    qr_size: usize,
    error: String,
) -> impl IntoView {
    let side = qr_size + 2 * MARGIN;
    let view_box = format!("-{MARGIN} -{MARGIN} {side} {side}");
    view! {
        <Entrance title=words::SET_UP_TITLE error>
            <form class="entrance__form" method="post" action=path>
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
                {(!is_sso).then(|| view! { <NewPassword /> })}
                <h2>{words::AUTHENTICATOR}</h2>
                <p>{words::SCAN}</p>
                <svg class="entrance__qr" viewBox=view_box role="img" aria-label=words::QR_CODE>
                    <path d=qr_path shape-rendering="crispEdges" />
                </svg>
                <p>{words::OR_TYPE} " " <code class="entrance__key">{secret}</code></p>
                <CodeField label=words::SHOWN_CODE />
                <button type="submit" class="button button--primary">
                    {words::SET_UP}
                </button>
            </form>
        </Entrance>
    }
}

/// What replaces the authenticator, shown once.
#[component]
pub fn RecoveryCodes(codes: Vec<String>) -> impl IntoView {
    let codes = codes
        .into_iter()
        .map(|code| view! { <li><code>{code}</code></li> });
    view! {
        <Entrance title=words::CODES_TITLE error=String::new()>
            <p>{words::CODES_WHY}</p>
            <ol class="entrance__codes">{codes.collect_view()}</ol>
            <p>
                <a class="button button--primary" href="/overview">
                    {words::CONTINUE}
                </a>
            </p>
        </Entrance>
    }
}

/// Where a link is not good any more.
#[component]
pub fn NoLink(error: String) -> impl IntoView {
    view! {
        <Entrance title=words::NO_LINK_TITLE error>
            <p>
                <a href="/sign-in">{words::TO_SIGN_IN}</a>
            </p>
        </Entrance>
    }
}
