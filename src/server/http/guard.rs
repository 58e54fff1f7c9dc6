//! Who is let in before anything is looked at.
//!
//! Nobody but this computer is served, and no proxy may bring others. A page elsewhere must not reach it through the operator's browser either: a
//! name that was made to point here is refused, and so is whatever another site asks for
//! but a page to look at, or does not send as JSON on purpose.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses requests that a proxy passes on: it would open the console to everybody who
/// reaches the proxy.
pub async fn no_proxy(request: Request, next: Next) -> Response {
    const FORWARDED: [&str; 6] = [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "via",
    ];
    let headers = request.headers();
    if FORWARDED.iter().any(|name| headers.contains_key(*name)) {
        let told = "Sunset was reached through a proxy. It serves its own computer only.";
        return (StatusCode::FORBIDDEN, told).into_response();
    }
    next.run(request).await
}

/// Refuses what a page of another site asks for, unless somebody goes to one of ours from
/// there. A browser says so in headers that no page can set
/// (<https://www.w3.org/TR/fetch-metadata/>).
pub async fn same_site(request: Request, next: Next) -> Response {
    if is_foreign(&request) {
        let told = "Another site asked for this.";
        return (StatusCode::FORBIDDEN, told).into_response();
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

/// Lets requests through that call this computer by a name of its own.
pub async fn loopback_host(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| {
            request
                .uri()
                .authority()
                .map(|authority| authority.as_str())
        });
    if host.is_some_and(is_loopback) {
        next.run(request).await
    } else {
        let told = "This Sunset serves its own computer only: call it localhost.";
        (StatusCode::MISDIRECTED_REQUEST, told).into_response()
    }
}

/// Whether a Host header names this computer.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Server functions take JSON only: a form of another site cannot send that.
pub async fn json_only(request: Request, next: Next) -> Response {
    let is_call = request.method() == Method::POST && request.uri().path().starts_with("/api/");
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.split(';').next() == Some("application/json"));
    if is_call && !is_json {
        let told = "Server functions take application/json.";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, told).into_response();
    }
    next.run(request).await
}

/// Refuses a form about who is signed in that does not say where it comes from: every
/// browser says so, and what another site sends in one's name must not pass.
pub async fn marked_form(request: Request, next: Next) -> Response {
    const FORMS: [&str; 4] = ["/sign-in", "/sign-out", "/set-up/", "/account/"];
    let path = request.uri().path();
    let is_form = request.method() == Method::POST && FORMS.iter().any(|it| path.starts_with(it));
    let headers = request.headers();
    let is_marked = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    if is_form && !is_marked {
        let told = "A browser says which site a form comes from; this one did not.";
        return (StatusCode::FORBIDDEN, told).into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_computer_are_let_in() {
        for own in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:80",
            "[::1]:3000",
            "LOCALHOST",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "sunset.example",
            "127.0.0.1.example",
            "192.168.0.1",
            "",
            "localhost.x",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
