//! What every answer carries, also that of what is refused.

use axum::body::HttpBody;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::front::Front;

/// What every answer carries unless it says otherwise itself.
pub async fn defaults(State(front): State<Front>, mut response: Response) -> Response {
    const DEFAULTS: [(header::HeaderName, &str); 8] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
    ];
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        let soon = HeaderValue::from_static("5");
        response
            .headers_mut()
            .entry(header::RETRY_AFTER)
            .or_insert(soon);
    }
    let is_refused = response.status().is_client_error();
    if is_refused && response.body().size_hint().exact() == Some(0) {
        let message = match response.status() {
            StatusCode::METHOD_NOT_ALLOWED => "This address does not support this method.",
            _ => "This request cannot be answered.",
        };
        *response.body_mut() = message.into();
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    if front.public().is_some() {
        let year = HeaderValue::from_static("max-age=31536000");
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    for (name, value) in DEFAULTS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
