//! What one request may cost: how long its parts are, and how long it may take.
//!
//! Each limit is far above what the console itself sends and far below what the server
//! can bear, so that no request alone, sent by mistake or on purpose, can hold it up.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The longest query string, in bytes.
const MAX_QUERY: usize = 8 * 1024;

/// The largest body of most requests, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The largest body with a selection, in bytes: `domain::selection` reads 1.5 MB.
const MAX_SELECTION_BODY: usize = 1_600_000;

/// The largest body with a pasted list, in bytes: 2 MB with its characters escaped.
const MAX_PASTE_BODY: usize = 4 * 1024 * 1024;

/// The largest form with a selection, in bytes: each character may be escaped by three.
const MAX_SELECTION_FORM: usize = 3 * MAX_SELECTION_BODY;

/// Where files are uploaded. They are not read before they are looked at: the handler
/// takes them a piece at a time, and knows how long a file and a pause may be.
pub const UPLOAD: &str = "/import/upload";

/// How long things may take, and how many may be open.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its header.
    pub header: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// For a page to be made.
    pub page: Duration,
    /// For any other answer to begin.
    pub answer: Duration,
    /// For a plan to be made or a job to be started, of every device of a large fleet.
    pub job: Duration,
    /// For a file to be uploaded as a whole; `body` is how long nothing may come of it.
    pub upload: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// While a client takes nothing of an answer.
    pub stall: Duration,
    /// Connections at the same time.
    pub connections: usize,
    /// Pages that listen to live updates at the same time.
    pub streams: usize,
    /// Files that are exported at the same time.
    pub exports: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(30),
            page: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            job: Duration::from_mins(5),
            upload: Duration::from_hours(1),
            idle: Duration::from_mins(1),
            stall: Duration::from_secs(30),
            connections: 1024,
            streams: 1000,
            exports: 4,
        }
    }
}

impl Limits {
    /// For the few programs that watch the server.
    pub fn ops() -> Self {
        Self {
            connections: 32,
            ..Self::default()
        }
    }
}

/// Places for answers that go on for long.
#[derive(Clone, Debug)]
pub struct Places {
    pub streams: Arc<Semaphore>,
    pub exports: Arc<Semaphore>,
}

impl Places {
    pub fn new(limits: &Limits) -> Self {
        Self {
            streams: Arc::new(Semaphore::new(limits.streams)),
            exports: Arc::new(Semaphore::new(limits.exports)),
        }
    }
}

/// Refuses an address that is too long or that no database can look up.
pub async fn address(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.query().is_some_and(|query| query.len() > MAX_QUERY) {
        let message = "The address is too long: what follows the ? has at most 8 KiB.";
        return (StatusCode::URI_TOO_LONG, message).into_response();
    }
    if uri.path().contains("%00") {
        let message = "The address holds a NUL character.";
        return (StatusCode::BAD_REQUEST, message).into_response();
    }
    next.run(request).await
}

/// Reads the body before anything else happens. Refuses one that is too large, too slow
/// or holds a NUL character, which no database stores.
pub async fn body(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let is_read_later = request.uri().path() == UPLOAD;
    if is_read_later || matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let most = largest_body(request.uri().path());
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64) {
        return too_large(most);
    }
    let (parts, body) = request.into_parts();
    let bytes = match timeout(limits.body, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return too_large(most),
        Err(_) => {
            let message = "The request did not arrive in time.";
            return (StatusCode::REQUEST_TIMEOUT, message).into_response();
        }
    };
    if holds_nul(&bytes) {
        let message = "The request holds a NUL character.";
        return (StatusCode::UNPROCESSABLE_ENTITY, message).into_response();
    }
    next.run(Request::from_parts(parts, Body::from(bytes)))
        .await
}

/// Gives up an answer that takes too long. A transaction that it began is undone.
pub async fn answer(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let time_limit = match request.uri().path() {
        "/api/plans/make" | "/api/jobs/start" | "/api/jobs/retry" => limits.job,
        UPLOAD => limits.upload,
        _ if request.method() == Method::POST => limits.answer,
        _ => limits.page,
    };
    match timeout(time_limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "The answer took too long. Try again.";
            (StatusCode::SERVICE_UNAVAILABLE, message).into_response()
        }
    }
}

fn largest_body(path: &str) -> usize {
    match path {
        "/api/devices/paste" => MAX_PASTE_BODY,
        "/devices/export.csv" => MAX_SELECTION_FORM,
        "/api/plans/make"
        | "/api/devices/selected"
        | "/api/devices/known"
        | "/api/devices/drift"
        | "/api/devices/eligible"
        | "/api/devices/serials"
        | "/api/devices/eligibility" => MAX_SELECTION_BODY,
        _ => MAX_BODY,
    }
}

fn too_large(most: usize) -> Response {
    let message = format!("The request is too large: at most {} KiB.", most / 1024);
    (StatusCode::PAYLOAD_TOO_LARGE, message).into_response()
}

/// Whether a body holds a NUL character: as it is, or escaped as JSON does it.
fn holds_nul(body: &[u8]) -> bool {
    let mut backslashes = 0;
    for (at, byte) in body.iter().enumerate() {
        match byte {
            0 => return true,
            b'u' if backslashes % 2 == 1 && body[at..].starts_with(b"u0000") => return true,
            b'\\' => backslashes += 1,
            _ => backslashes = 0,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_character_is_found_however_it_is_written() {
        let holds = |text: &str| holds_nul(text.as_bytes());
        for text in [
            r#"{"a":"x\u0000"}"#,
            r#""\\\u0000""#,
            "a\0",
            r#""\\\\\u0000""#,
        ] {
            assert!(holds(text), "{text}");
        }
        // A backslash that stands for itself escapes nothing.
        for text in [
            r#""\\u0000""#,
            r#""u0000""#,
            r#""\u0001""#,
            r#""\\\\u0000""#,
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn every_call_with_a_selection_has_room_for_the_largest() {
        for (path, room) in [
            ("/api/plans/make", 1_600_000),
            ("/api/devices/drift", 1_600_000),
            ("/api/jobs/start", 65_536),
            ("/api/devices/paste", 4_194_304),
        ] {
            assert_eq!(largest_body(path), room, "{path}");
        }
    }
}
