//! One's own account, as a plain page with forms: sessions, API tokens and password.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::entrance::{NOT_REPEATED, browser, keep, message_of, refused};
use super::extract::Form;
use super::plain::AccountReport;
use super::serve::Peer;
use super::{ServerState, plain};
use crate::server::Operator;
use crate::server::identity::IdentityError;
use crate::server::identity::secret::Fingerprint;
use crate::server::store::SignedIn;
use crate::ui::entrance::words;

const PAGE: &str = "/account";

#[derive(Deserialize)]
pub struct Session {
    session: String,
}

#[derive(Deserialize)]
pub struct NewToken {
    #[serde(default)]
    name: String,
    #[serde(default)]
    days: String,
}

#[derive(Deserialize)]
pub struct OldToken {
    token: String,
}

#[derive(Deserialize)]
pub struct PasswordForm {
    present: String,
    new: String,
    repeated: String,
    code: String,
}

pub async fn page(State(state): State<ServerState>, who: SignedIn) -> Response {
    show(&state, &who, who.session.as_str(), AccountReport::default()).await
}

async fn show(state: &ServerState, who: &SignedIn, this: &str, report: AccountReport) -> Response {
    let resets = state.app.identity.resets().await;
    let identity = &state.app.identity;
    let sessions = identity.sessions(who).await;
    let tokens = identity.tokens(who).await;
    match sessions.and_then(|sessions| Ok((sessions, tokens?))) {
        Ok(lists) => plain::account(state, who, lists, this, report, resets),
        Err(error) => {
            let error = IdentityError::from(error);
            refused(message_of(&error).into_response(), &error)
        }
    }
}

/// Makes an API token, for somebody who has just proved who they are: with it a script reads
/// in their name for months.
pub async fn create_token(
    State(state): State<ServerState>,
    operator: Operator,
    who: SignedIn,
    Form(form): Form<NewToken>,
) -> Response {
    let identity = &state.app.identity;
    let this = who.session.as_str();
    let created = match identity.now().await {
        Ok(now) if !operator.is_strong(now) => {
            let why = words::TOKEN_SIGN_IN_FIRST.to_owned();
            let page = plain::sign_in_again(&state, PAGE, &who, why);
            return plain::with_status(page, 401);
        }
        Ok(_) => {
            let days = form.days.parse().unwrap_or_default();
            identity
                .create_token(operator.actor(), &form.name, days)
                .await
        }
        Err(error) => Err(error),
    };
    match created {
        Ok(token) => {
            let report = AccountReport {
                done: words::TOKEN_CREATED_DONE,
                new_token: token.as_str().to_owned(),
                ..AccountReport::default()
            };
            show(&state, &who, this, report).await
        }
        Err(error) => {
            let report = AccountReport {
                error: message_of(&error),
                ..AccountReport::default()
            };
            refused(show(&state, &who, this, report).await, &error)
        }
    }
}

/// Ends one of one's API tokens.
pub async fn revoke_token(
    State(state): State<ServerState>,
    operator: Operator,
    Form(form): Form<OldToken>,
) -> Response {
    match Fingerprint::read(&form.token) {
        Some(token) => {
            let identity = &state.app.identity;
            back(identity.revoke_token(operator.actor(), &token).await)
        }
        // Nobody has such a token.
        None => back(Ok(())),
    }
}

/// Ends one of one's sessions.
pub async fn end_session(
    State(state): State<ServerState>,
    operator: Operator,
    Form(Session { session }): Form<Session>,
) -> Response {
    match Fingerprint::read(&session) {
        Some(session) => back(
            state
                .app
                .identity
                .end_session(operator.actor(), &session)
                .await,
        ),
        // Nobody has such a session.
        None => back(Ok(())),
    }
}

/// Ends all sessions but this one.
pub async fn end_others(
    State(state): State<ServerState>,
    operator: Operator,
    who: SignedIn,
) -> Response {
    let identity = &state.app.identity;
    back(identity.end_other_sessions(operator.actor(), &who).await)
}

fn back(done: Result<(), crate::server::store::StoreError>) -> Response {
    match done {
        Ok(()) => Redirect::to(PAGE).into_response(),
        Err(error) => {
            let error = IdentityError::from(error);
            refused(message_of(&error).into_response(), &error)
        }
    }
}

/// Changes the password. The session goes on under another token.
pub async fn change_password(
    State(state): State<ServerState>,
    who: SignedIn,
    peer: Peer,
    headers: HeaderMap,
    Form(form): Form<PasswordForm>,
) -> Response {
    let cookies = state.cookies();
    let browser = browser(cookies, peer, &headers);
    let changed = match form.new == form.repeated {
        true => {
            let identity = &state.app.identity;
            let changed =
                identity.change_password(&who, &form.present, &form.code, &form.new, &browser);
            changed.await
        }
        false => Err(IdentityError::Invalid(NOT_REPEATED.to_owned())),
    };
    match changed {
        Ok(begun) => {
            let report = AccountReport {
                done: words::PASSWORD_CHANGED,
                ..AccountReport::default()
            };
            let this = begun.session.fingerprint();
            keep(
                cookies,
                &begun,
                show(&state, &who, this.as_str(), report).await,
            )
        }
        Err(error) => {
            let report = AccountReport {
                error: message_of(&error),
                ..AccountReport::default()
            };
            let page = show(&state, &who, who.session.as_str(), report).await;
            refused(page, &error)
        }
    }
}
