//! The API for scripts: what the console shows, as JSON, to read and never to change.
//!
//! Its contract is `docs/openapi.json`, which it also serves. A script shows an API token and
//! nothing else: cookies count for nothing here, so no page of another site can ask in
//! somebody's name. What a token may do is decided where everything is, in `server::auth`.

mod cache;
mod devices;
mod jobs;
mod problem;

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

pub use problem::problems;

use super::export::refuse;
use super::serve::Peer;
use super::{ServerState, gate};
use crate::domain::audit::{Act, Actor, Event, EventOutcome};
use crate::domain::error::ApiError;
use crate::server::identity::{ApiToken, Visitor};
use crate::server::{Operator, ServerError};

/// Where all of it is.
const API: &str = "/api/v1";

/// The contract: whoever writes a script reads it before they have a token.
pub const CONTRACT: &str = "/api/v1/openapi.json";

/// The routes.
pub fn routes() -> Router<ServerState> {
    Router::new()
        .route("/api/v1/devices", get(devices::list))
        .route("/api/v1/devices.csv", get(devices::csv))
        .route("/api/v1/devices.jsonl", get(devices::json_lines))
        .route("/api/v1/devices/{id}", get(devices::one))
        .route("/api/v1/jobs", get(jobs::list))
        .route("/api/v1/jobs/{id}", get(jobs::one))
        .route("/api/v1/jobs/{id}/devices", get(jobs::devices))
        .route("/api/v1/jobs/{id}/devices.csv", get(jobs::csv))
        .route("/api/v1/jobs/{id}/devices.jsonl", get(jobs::json_lines))
        .route("/api/v1/cache", get(cache::read))
        .route("/api/v1/cache/refresh", post(cache::refresh))
        .route(CONTRACT, get(contract))
        .route("/api/v1", any(nothing))
        .route("/api/v1/{*rest}", any(nothing))
}

/// Whether a script asks for this path.
pub fn is_below(path: &str) -> bool {
    path.strip_prefix(API)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn contract() -> Response {
    const TEXT: &str = include_str!("../../../../docs/openapi.json");
    let kind = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, kind)], TEXT).into_response()
}

async fn nothing() -> Response {
    refuse(ApiError::NotFound {
        what: "This address of the API".to_owned(),
    })
}

/// What a script shows: everything after `Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Whether a request shows one of our tokens.
pub fn shows_token(headers: &HeaderMap) -> bool {
    bearer(headers).is_some_and(ApiToken::is_meant)
}

/// Lets in whoever shows a token that is good, and, as long as nobody can sign in, whoever
/// sits at this computer. Returns who that is.
pub(super) async fn admit(
    state: &ServerState,
    request: &Parts,
) -> Result<(Operator, Visitor), Response> {
    let identity = &state.app.identity;
    let peer: Option<Peer> = request.extensions.get().copied();
    let ip = peer.unwrap_or_default().0;
    let unavailable = |error| refuse(ApiError::from(ServerError::from(error)));
    let Some(shown) = bearer(&request.headers) else {
        return match identity.visitor(None).await.map_err(unavailable)? {
            Visitor::AtThisComputer if state.front.public().is_none() => {
                Ok((Operator::at_this_computer().at(ip), Visitor::AtThisComputer))
            }
            Visitor::AtThisComputer => Err(gate::nobody_yet()),
            _ => Err(unauthorized(
                "Show an API token: Authorization: Bearer sst_….",
            )),
        };
    };
    let Some(token) = ApiToken::read(shown) else {
        return Err(unauthorized("This is no API token, or not a whole one."));
    };
    let from = ip.map(|ip| ip.to_string()).unwrap_or_default();
    match identity.token_owner(&token, &from).await {
        Ok(Some(owner)) => Ok((Operator::by_token(&owner).at(ip), Visitor::Token(owner))),
        Ok(None) => {
            let asked = format!("{} {}", request.method, request.uri.path());
            let nobody = Actor {
                session: token.start(),
                ip: from,
                ..Actor::named("unknown")
            };
            let event = Event::new(&nobody, Act::AccessRefused).on(asked);
            identity.refusals.note(event.outcome(EventOutcome::Refused));
            Err(unauthorized(
                "This API token was revoked, or its time is over.",
            ))
        }
        Err(error) => Err(unavailable(error)),
    }
}

/// The answer to a script that shows nothing that is good (RFC 6750).
fn unauthorized(message: &'static str) -> Response {
    let challenge = HeaderValue::from_static("Bearer");
    let mut response = (StatusCode::UNAUTHORIZED, message).into_response();
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// The answer to a script that asks for a page: it has the wrong address.
pub fn token_elsewhere() -> Response {
    unauthorized("An API token is for addresses that begin with /api/v1/.")
}
