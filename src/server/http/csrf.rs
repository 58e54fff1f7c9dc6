//! Protection against cross-site requests: another site may link to a page, and nothing else.
//!
//! A browser states which site a request comes from. If it is another site, or if a form request
//! does not state it, the request is refused before any lookup. Server functions accept only
//! JSON, which a form of another site cannot send.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::api;
use super::cookies::{Cookies, cookie};
use super::front::Front;

/// Refuses what a page of another site asks for, unless somebody goes to one of ours from
/// there. A browser says so in headers that no page can set
/// (<https://www.w3.org/TR/fetch-metadata/>).
pub async fn reject_cross_site(request: Request, next: Next) -> Response {
    if is_foreign(&request) {
        let message = "Another site asked for this.";
        return (StatusCode::FORBIDDEN, message).into_response();
    }
    next.run(request).await
}

fn is_foreign(request: &Request) -> bool {
    let said = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    let is_visit = *request.method() == Method::GET
        && said("sec-fetch-mode") == Some(b"navigate")
        && said("sec-fetch-dest") == Some(b"document");
    let site = said("sec-fetch-site");
    let is_ours = matches!(site, None | Some(b"same-origin" | b"none"));
    !is_ours && !is_visit
}

/// Server functions take JSON only: a form of another site cannot send that.
pub async fn json_only(request: Request, next: Next) -> Response {
    // What scripts ask for, no browser is asked for in somebody's name: cookies do not count.
    let path = request.uri().path();
    let is_call =
        request.method() == Method::POST && path.starts_with("/api/") && !api::is_below(path);
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.split(';').next() == Some("application/json"));
    if is_call && !is_json {
        let message = "Server functions take application/json.";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    }
    next.run(request).await
}

/// Refuses a request that changes something and does not state its origin, as every browser does.
/// On a local console this applies to sign-in and account forms; at a public address, to every
/// request with a session, and the origin must be that address.
pub async fn require_origin(State(front): State<Front>, request: Request, next: Next) -> Response {
    let is_safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    match origin_error(&front, &request).filter(|_| !is_safe) {
        Some(message) => (StatusCode::FORBIDDEN, message).into_response(),
        None => next.run(request).await,
    }
}

fn origin_error(front: &Front, request: &Request) -> Option<&'static str> {
    const FORMS: [&str; 5] = ["/sign-in", "/sign-out", "/set-up/", "/first/", "/account/"];
    let headers = request.headers();
    let origin = headers.get(header::ORIGIN);
    if let (Some(public), Some(origin)) = (front.public(), origin)
        && origin.as_bytes() != public.origin().as_bytes()
    {
        return Some("Another site asked for this.");
    }
    let path = request.uri().path();
    let is_form = FORMS.iter().any(|it| path.starts_with(it));
    let has_session =
        || front.public().is_some() && cookie(headers, Cookies::of(front).session).is_some();
    let is_marked = origin.is_some() || headers.contains_key("sec-fetch-site");
    (!is_marked && (is_form || has_session()))
        .then_some("A browser says which site a form comes from; this one did not.")
}
