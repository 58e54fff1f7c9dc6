//! Who is let in before anything is looked at.
//!
//! There is no sign-in yet, so nobody but this computer is served. A page elsewhere
//! must not reach it through the operator's browser either: a name that was made to
//! point here is refused, and so is whatever is not JSON sent on purpose.

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

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
