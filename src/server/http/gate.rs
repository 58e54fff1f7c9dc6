//! Requires a session for each request once there are operators, and stores the operator in the
//! request: `authorize` and all handlers read the operator only from there.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::cookies::cookie;
use super::first::FIRST;
use super::serve::Peer;
use super::{ServerState, api, export, ops, sso};
use crate::domain::audit::{Act, Event, EventOutcome};
use crate::domain::error::ApiError;
use crate::domain::time::Timestamp;
use crate::server::identity::Visitor;
use crate::server::store::SignedIn;
use crate::server::{Operator, Permit, Scoped, ServerError, may};

pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
pub const SET_UP: &str = "/set-up/";

/// What signing in and out begin with: not before there is somebody who could.
const SIGN: &str = "/sign-";

/// Files of `public/`, which the page to sign in needs as well.
const FILES: [&str; 3] = ["/favicon.svg", "/theme.js", "/time.js"];

/// Who was reset on the server not long ago, for the pages.
#[derive(Clone, Debug, Default)]
pub struct Resets(pub Vec<(String, Timestamp)>);

/// What is read by programs: they are told, not led to a page.
const FOR_PROGRAMS: [&str; 3] = ["/events", ops::METRICS, ops::READY];

pub async fn gate(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_open(path) {
        let waits = state.front.public().is_some() && path.starts_with(SIGN);
        let visitor = state.app.identity.visitor(None);
        if waits && matches!(visitor.await, Ok(Visitor::AtThisComputer)) {
            return nobody_yet();
        }
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let admitted = match api::is_below(parts.uri.path()) {
        true => api::admit(&state, &parts).await,
        false => admit(&state, &parts).await,
    };
    let (operator, visitor) = match admitted {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let is_visit = is_visit(&parts);
    let about = Target::of(&parts);
    let mut request = Request::from_parts(parts, body);
    if let Visitor::SignedIn(_) = &visitor
        && is_visit
    {
        let resets = Resets(state.app.identity.resets().await);
        request.extensions_mut().insert(resets);
    }
    request.extensions_mut().insert(operator.clone());
    request.extensions_mut().insert(visitor);
    let response = next.run(request).await;
    if let Some(event) = about.refused(&operator, response.status()) {
        state.app.identity.refusals.note(event);
    }
    response
}

/// Who asks for a page or calls a function: whoever has a session, and, as long as nobody can
/// have one, whoever sits at this computer.
async fn admit(state: &ServerState, request: &Parts) -> Result<(Operator, Visitor), Response> {
    if api::shows_token(&request.headers) {
        return Err(api::token_elsewhere());
    }
    let session = cookie(&request.headers, state.cookies().session);
    let visitor = match state.app.identity.visitor(session).await {
        Ok(visitor) => visitor,
        Err(error) => return Err(refuse(request, ApiError::from(ServerError::from(error)))),
    };
    let operator = match &visitor {
        // Whoever reaches a public address sits anywhere.
        Visitor::AtThisComputer if state.front.public().is_some() => return Err(nobody_yet()),
        Visitor::AtThisComputer => Operator::at_this_computer(),
        Visitor::SignedIn(who) => Operator::signed_in(who),
        Visitor::Token(_) | Visitor::Unknown if is_visit(request) => {
            return Err(to_sign_in(request));
        }
        Visitor::Token(_) | Visitor::Unknown => return Err(refuse(request, ApiError::SignedOut)),
    };
    let peer: Option<Peer> = request.extensions.get().copied();
    Ok((operator.at(peer.unwrap_or_default().0), visitor))
}

/// What was asked for.
struct Target {
    method: Method,
    path: String,
}

impl Target {
    fn of(request: &Parts) -> Self {
        Self {
            method: request.method.clone(),
            path: request.uri.path().to_owned(),
        }
    }

    /// That somebody was refused what they may not have, or may not know of: what is not
    /// theirs is not there to them.
    fn refused(&self, operator: &Operator, status: StatusCode) -> Option<Event> {
        let can_be_foreign = self.path.starts_with("/api/") || self.path.starts_with("/jobs/");
        let is_refused = match status {
            StatusCode::FORBIDDEN => true,
            StatusCode::NOT_FOUND => can_be_foreign,
            _ => false,
        };
        is_refused.then(|| {
            Event::new(operator.actor(), Act::AccessRefused)
                .on(format!("{} {}", self.method, self.path))
                .outcome(EventOutcome::Refused)
                .with("status", status.as_u16())
        })
    }
}

/// Lets only administrators through.
pub async fn administrators(_: Scoped<may::Administer>, request: Request, next: Next) -> Response {
    next.run(request).await
}

/// Whether nobody has to be signed in for this.
fn is_open(path: &str) -> bool {
    path == ops::HEALTH
        || path == SIGN_IN
        || path == SIGN_OUT
        || path == sso::SSO_START
        || path == sso::SSO_CALLBACK
        || path == api::CONTRACT
        || path.starts_with(SET_UP)
        || path.starts_with(FIRST)
        || path.starts_with("/pkg/")
        || FILES.contains(&path)
}

/// Whether a person goes to a page.
fn is_visit(request: &Parts) -> bool {
    let mode = request.headers.get("sec-fetch-mode");
    let path = request.uri.path();
    matches!(request.method, Method::GET | Method::HEAD)
        && mode.is_none_or(|mode| mode == "navigate")
        && !path.starts_with("/api/")
        && !FOR_PROGRAMS.contains(&path)
}

/// Says how the first operator is made.
pub fn nobody_yet() -> Response {
    let message = "This Sunset has no operator yet, so it serves nobody. On its server, run: \
                sunset operator create --admin LOGIN, or restart it and open the link in its log.";
    (StatusCode::FORBIDDEN, message).into_response()
}

/// Leads to the page to sign in, and from there back.
fn to_sign_in(request: &Parts) -> Response {
    let path = request
        .uri
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return", path)
        .finish();
    Redirect::to(&format!("{SIGN_IN}?{query}")).into_response()
}

/// Says why not: to the application as it says everything, to others in a sentence.
fn refuse(request: &Parts, error: ApiError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    if request.uri.path().starts_with("/api/")
        && let Ok(json) = serde_json::to_string(&error)
    {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        return (status, kind, json).into_response();
    }
    (status, error.to_string()).into_response()
}

/// For what needs a permission: whoever lacks it is refused.
impl<S: Sync, P: Permit> FromRequestParts<S> for Scoped<P> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let operator: Option<Operator> = parts.extensions.get().cloned();
        let operator = operator.ok_or(ApiError::SignedOut);
        operator.and_then(Operator::admit).map_err(export::refuse)
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = (StatusCode, String);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or_else(nobody)
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = (StatusCode, String);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or_else(nobody)
    }
}

/// For what makes sense only to somebody who has signed in.
impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = (StatusCode, String);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        match parts.extensions.get() {
            Some(Visitor::SignedIn(who)) => Ok(who.clone()),
            _ => Err(nobody()),
        }
    }
}

fn nobody() -> (StatusCode, String) {
    (StatusCode::UNAUTHORIZED, ApiError::SignedOut.to_string())
}
