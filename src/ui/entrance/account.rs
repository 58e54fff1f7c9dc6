//! One's own account: where one is signed in, and the password.

use leptos::prelude::*;

use super::fields::{CodeField, NewPassword, PasswordField};
use super::tokens::{TokenRow, Tokens};
use super::{Entrance, words};
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision, Table};

/// A session, as its row shows it.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: String,
    pub browser: String,
    pub address: String,
    pub since: Timestamp,
    pub last_used: Timestamp,
    /// It is the one that asks.
    pub is_this: bool,
}

/// Sessions to be ended and a password to be changed.
#[component]
pub fn Account(
    name: String,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    /// A token that was just made; empty where none was.
    new_token: String,
    /// They have one here; others sign in with the identity provider.
    has_password: bool,
    /// What was just done, in a sentence; empty where nothing was.
    done: &'static str,
    error: String,
) -> impl IntoView {
    let has_others = 1 < sessions.len();
    let rows = sessions.into_iter().map(|row| view! { <Row row /> });
    let done = (!done.is_empty()).then(|| view! { <p role="status">{done}</p> });
    let end_others = has_others.then(|| {
        view! {
            <form method="post" action="/account/sessions/end-others">
                <button type="submit" class="button">
                    {words::END_OTHERS}
                </button>
            </form>
        }
    });
    view! {
        <Entrance title=words::ACCOUNT error>
            {done}
            <p>{words::SIGNED_IN_AS} <strong>{name.clone()}</strong></p>
            <div class="entrance__buttons">
                <a class="button" href="/overview">
                    {words::BACK}
                </a>
                <form method="post" action="/sign-out">
                    <button type="submit" class="button">
                        {words::SIGN_OUT}
                    </button>
                </form>
            </div>
            <h2 id="sessions">{words::SESSIONS}</h2>
            <Table
                labelled_by="sessions"
                headings=&[
                    words::BROWSER,
                    words::ADDRESS,
                    words::SINCE,
                    words::LAST_USED,
                    words::ACTION,
                ]
            >
                {rows.collect_view()}
            </Table>
            {end_others} <Tokens tokens new=new_token />
            {has_password.then(|| view! { <ChangePassword name=name.clone() /> })}
        </Entrance>
    }
}

#[component]
fn ChangePassword(name: String) -> impl IntoView {
    view! {
        <h2>{words::CHANGE_PASSWORD}</h2>
        <form class="entrance__form" method="post" action="/account/password">
            // For the browser's own list of passwords.
            <input type="text" autocomplete="username" value=name hidden />
            <p class="hint">{words::CHANGE_PASSWORD_HINT}</p>
            <PasswordField
                name="present"
                label=words::PRESENT_PASSWORD
                autocomplete="current-password"
            />
            <NewPassword />
            <CodeField label=words::CODE hint=words::CODE_HINT />
            <button type="submit" class="button">
                {words::CHANGE_PASSWORD}
            </button>
        </form>
    }
}

#[component]
fn Row(row: SessionRow) -> impl IntoView {
    let label = words::end_session_of(&row.browser);
    let action = match row.is_this {
        true => view! { {words::THIS_BROWSER} }.into_any(),
        false => view! {
            <form method="post" action="/account/sessions/end">
                <input type="hidden" name="session" value=row.id />
                <button type="submit" class="button button--small" aria-label=label>
                    {words::END_SESSION}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{row.browser}</th>
            <td>{row.address}</td>
            <td>
                <LocalTime at=row.since precision=Precision::Minute />
            </td>
            <td>
                <LocalTime at=row.last_used precision=Precision::Minute />
            </td>
            <td>{action}</td>
        </tr>
    }
}
