//! The two links to and from the identity provider. Links need no script, and the content
//! security policy of the pages would block the redirect of a form to another site.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookies::cookie;
use super::entrance::{Return, browser, keep, message_of, refused};
use super::extract::Query;
use super::gate::SET_UP;
use super::serve::Peer;
use super::{ServerState, plain};
use crate::domain::return_path::return_path;
use crate::server::identity::{IdentityError, SsoCallback, SsoResult};

/// Begins.
pub const SSO_START: &str = "/sign-in/sso";

/// What the provider leads back to. It is entered there, so it stays as it is.
pub const SSO_CALLBACK: &str = "/sign-in/sso/callback";

/// The longest code of an error that is repeated.
const LONGEST_ERROR: usize = 40;

/// What the provider adds to the address.
#[derive(Default, Deserialize)]
pub struct CallbackQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
    iss: Option<String>,
}

/// Leads to the provider.
pub async fn start(
    State(state): State<ServerState>,
    Query(asked): Query<Return>,
    headers: HeaderMap,
) -> Response {
    let back = return_path(asked.path());
    let identity = &state.app.identity;
    match identity.begin_sso(back, &redirect(&state, &headers)).await {
        Ok(away) => {
            let mut response = Redirect::to(&away.address).into_response();
            let cookie = state.cookies().keep_attempt(away.cookie.as_str());
            let headers = response.headers_mut();
            headers.append(header::SET_COOKIE, cookie);
            // An address is good once.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => refused(plain::sign_in(&state, back, "", message_of(&error)), &error),
    }
}

/// Takes what the provider leads back with.
pub async fn callback(
    State(state): State<ServerState>,
    peer: Peer,
    headers: HeaderMap,
    Query(back): Query<CallbackQuery>,
) -> Response {
    let cookies = state.cookies();
    let identity = &state.app.identity;
    let result = match provider_error(&state, &back.error) {
        Some(error) => Err(error),
        None => {
            let answer = SsoCallback {
                state: back.state,
                code: back.code,
                issuer: back.iss,
            };
            let kept = cookie(&headers, cookies.attempt);
            let browser = browser(cookies, peer, &headers);
            let redirect = redirect(&state, &headers);
            identity
                .finish_sso(&answer, kept, &redirect, &browser)
                .await
        }
    };
    let mut response = match result {
        Ok(SsoResult::SignedIn(begun, path)) => {
            let path = return_path(&path);
            keep(cookies, &begun, Redirect::to(path).into_response())
        }
        Ok(SsoResult::SetUp(link)) => {
            Redirect::to(&format!("{SET_UP}{}", link.as_str())).into_response()
        }
        Err(error) => refused(plain::sign_in(&state, "", "", message_of(&error)), &error),
    };
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies.drop_attempt());
    response
}

/// Where the provider leads back to: to the name by which the console was called.
fn redirect(state: &ServerState, headers: &HeaderMap) -> String {
    match state.front.public() {
        Some(public) => format!("{public}{SSO_CALLBACK}"),
        None => {
            let host = headers.get(header::HOST);
            let host = host.and_then(|host| host.to_str().ok());
            format!("http://{}{SSO_CALLBACK}", host.unwrap_or("localhost"))
        }
    }
}

/// Why the provider has not signed somebody in, as far as it can be repeated.
fn provider_error(state: &ServerState, error: &str) -> Option<IdentityError> {
    let provider = state.app.identity.provider()?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c == '_';
    (!error.is_empty()).then(|| IdentityError::TurnedAway {
        name: provider.name().to_owned(),
        why: error
            .chars()
            .filter(|c| is_plain(*c))
            .take(LONGEST_ERROR)
            .collect(),
    })
}
