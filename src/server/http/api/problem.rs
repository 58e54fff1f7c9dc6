//! Errors of the API, as RFC 9457 has them: what the console says in a sentence, a script
//! gets as `application/problem+json`.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;

use super::is_below;

/// The longest sentence that is passed on, in bytes.
const LONGEST: usize = 16 * 1024;

/// Makes a problem of whatever goes wrong in the API, also of what is refused before it is
/// looked at.
pub async fn problems(request: Request, next: Next) -> Response {
    let is_ours = is_below(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    match is_ours && (status.is_client_error() || status.is_server_error()) {
        true => problem(status, response).await,
        false => response,
    }
}

async fn problem(status: StatusCode, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let title = status.canonical_reason().unwrap_or("Error");
    let detail = match text.trim() {
        "" => title,
        text => text,
    };
    let body = json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    parts.headers.remove(CONTENT_LENGTH);
    let kind = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(CONTENT_TYPE, kind);
    Response::from_parts(parts, body.to_string().into())
}
