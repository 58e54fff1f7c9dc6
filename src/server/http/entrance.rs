//! Signing in, signing out, and the links by which an operator sets up an account: plain
//! pages with forms. The dialog of a page whose session has ended sends the same form.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookies::{Cookies, cookie};
use super::extract::{Form, Path, Query};
use super::gate::{SET_UP, SIGN_IN, nobody_yet};
use super::plain::with_status;
use super::serve::Peer;
use super::{ServerState, plain};
use crate::domain::return_path::return_path;
use crate::server::Operator;
use crate::server::error::chain;
use crate::server::identity::{Attempt, Begun, Browser, IdentityError, Visitor};

/// Both fields of a new password must be the same.
pub const NOT_REPEATED: &str = "The two new passwords are not the same. Type them again.";

#[derive(Default, Deserialize)]
pub struct Return {
    #[serde(default)]
    r#return: String,
}

impl Return {
    /// Where somebody wants to go, whoever says so.
    pub fn path(&self) -> &str {
        &self.r#return
    }
}

#[derive(Deserialize)]
pub struct SignInForm {
    login: String,
    #[serde(default)]
    password: String,
    code: String,
    #[serde(default)]
    r#return: String,
}

#[derive(Deserialize)]
pub struct SetUpForm {
    #[serde(default)]
    new: String,
    #[serde(default)]
    repeated: String,
    code: String,
}

/// The page to sign in; whoever is signed in goes on.
pub async fn sign_in_page(
    State(state): State<ServerState>,
    Query(asked): Query<Return>,
    headers: HeaderMap,
) -> Response {
    let back = return_path(&asked.r#return);
    let session = cookie(&headers, state.cookies().session);
    match state.app.identity.visitor(session).await {
        Ok(Visitor::AtThisComputer) if state.front.public().is_some() => nobody_yet(),
        Ok(Visitor::Unknown) => plain::sign_in(&state, back, "", String::new()),
        Ok(_) => Redirect::to(back).into_response(),
        Err(error) => {
            let error = IdentityError::from(error);
            let status = error.status();
            with_status(plain::sign_in(&state, back, "", message_of(&error)), status)
        }
    }
}

/// Signs in. A page of ours that asks by itself is told in a word, a form is led on.
pub async fn sign_in(
    State(state): State<ServerState>,
    peer: Peer,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let back = return_path(&form.r#return);
    let is_dialog = headers.get("sec-fetch-mode") == Some(&HeaderValue::from_static("cors"));
    let attempt = Attempt {
        login: form.login,
        password: form.password,
        code: form.code,
    };
    let cookies = state.cookies();
    let browser = browser(cookies, peer, &headers);
    let identity = &state.app.identity;
    let confirming = match (identity.provider(), attempt.password.is_empty()) {
        (Some(provider), true) => Some(provider.name()),
        _ => None,
    };
    let begun = match confirming {
        Some(provider) => confirm(&state, &attempt, provider, &headers, &browser).await,
        None => identity.sign_in(&attempt, &browser).await,
    };
    match begun {
        Ok(begun) if is_dialog => keep(cookies, &begun, StatusCode::NO_CONTENT.into_response()),
        Ok(begun) => keep(cookies, &begun, Redirect::to(back).into_response()),
        Err(error) => {
            let message = message_of(&error);
            let page = match is_dialog {
                true => message.into_response(),
                false if confirming.is_some() => {
                    plain::confirm(&state, back, attempt.login.trim(), message)
                }
                false => plain::sign_in(&state, back, attempt.login.trim(), message),
            };
            refused(page, &error)
        }
    }
}

/// Takes the code of somebody who has no password here, and is signed in.
async fn confirm(
    state: &ServerState,
    attempt: &Attempt,
    provider: &str,
    headers: &HeaderMap,
    browser: &Browser,
) -> Result<Begun, IdentityError> {
    let identity = &state.app.identity;
    let session = cookie(headers, state.cookies().session);
    let login = attempt.login.trim().to_ascii_lowercase();
    match identity.visitor(session).await? {
        Visitor::SignedIn(who) if who.is_sso && who.login == login => {
            identity.confirm(&who, &attempt.code, browser).await
        }
        // The same for everybody: it does not tell who there is.
        _ => Err(IdentityError::ThereFirst {
            name: provider.to_owned(),
        }),
    }
}

/// Ends the session, and what the browser has kept of it.
pub async fn sign_out(
    State(state): State<ServerState>,
    peer: Peer,
    headers: HeaderMap,
) -> Response {
    let cookies = state.cookies();
    let session = cookie(&headers, cookies.session);
    if let Ok(Visitor::SignedIn(who)) = state.app.identity.visitor(session).await
        && let by = Operator::signed_in(&who).at(peer.0)
        && let Err(error) = state
            .app
            .identity
            .end_session(by.actor(), &who.session)
            .await
    {
        let error = IdentityError::from(error);
        return refused(message_of(&error).into_response(), &error);
    }
    let mut response = Redirect::to(SIGN_IN).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies.drop_session());
    headers.insert(
        "clear-site-data",
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
}

pub async fn set_up_page(State(state): State<ServerState>, Path(link): Path<String>) -> Response {
    set_up_again(&state, &link, None).await
}

/// The page of a link, after what did not succeed.
async fn set_up_again(state: &ServerState, link: &str, error: Option<IdentityError>) -> Response {
    match state.app.identity.offer(link).await {
        Ok(offer) => {
            let why = error.as_ref().map(message_of).unwrap_or_default();
            let page = plain::set_up(state, &format!("{SET_UP}{link}"), offer, why);
            match error {
                Some(error) => refused(page, &error),
                None => page,
            }
        }
        Err(error) => refused(plain::no_link(state, message_of(&error)), &error),
    }
}

pub async fn set_up(
    State(state): State<ServerState>,
    Path(link): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    Form(form): Form<SetUpForm>,
) -> Response {
    let cookies = state.cookies();
    let browser = browser(cookies, peer, &headers);
    let done = match form.new == form.repeated {
        true => {
            let identity = &state.app.identity;
            identity
                .set_up(&link, &form.new, &form.code, &browser)
                .await
        }
        false => Err(IdentityError::Invalid(NOT_REPEATED.to_owned())),
    };
    match done {
        Ok((begun, codes)) => keep(cookies, &begun, plain::recovery_codes(&state, codes)),
        Err(error) => set_up_again(&state, &link, Some(error)).await,
    }
}

/// Where somebody sits.
pub fn browser(cookies: Cookies, Peer(ip): Peer, headers: &HeaderMap) -> Browser {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    Browser {
        ip: ip.map(|ip: IpAddr| ip.to_string()).unwrap_or_default(),
        agent: agent.unwrap_or_default().to_owned(),
        device: cookie(headers, cookies.device).map(str::to_owned),
    }
}

/// Gives the browser what it is to keep of a session.
pub fn keep(cookies: Cookies, begun: &Begun, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let session = cookies.keep_session(begun.session.as_str());
    headers.append(header::SET_COOKIE, session);
    headers.append(header::SET_COOKIE, cookies.keep_device(&begun.device));
    response
}

/// What somebody is told. What only the host can put right is logged.
pub fn message_of(error: &IdentityError) -> String {
    if let IdentityError::Key(_) | IdentityError::Store(_) = error {
        tracing::error!(cause = %chain(error), "nobody can sign in");
    }
    error.to_string()
}

/// The answer with the status of what went wrong.
pub fn refused(answer: Response, error: &IdentityError) -> Response {
    let mut answer = with_status(answer, error.status());
    if let IdentityError::Wait { ms } = error {
        let seconds = HeaderValue::from((ms + 999) / 1000);
        answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    answer
}
