//! `POST /batch`: several calls in one, each answered by itself.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

use super::body::Cut;
use super::failure::Failure;

/// Calls in one batch, at the most.
const LIMIT: usize = 1000;

/// Parts the answers from each other.
const BOUNDARY: &str = "batch_sunset";

/// Carries out the calls of a batch by this router, in order.
pub async fn run(api: Router, headers: HeaderMap, body: Bytes) -> Response {
    let Some(calls) = boundary(&headers).and_then(|it| calls(&body, &it, &headers)) else {
        return Failure::invalid("Failed to parse batch request").into_response();
    };
    if calls.is_empty() || LIMIT < calls.len() {
        let message = format!("The batch request must have 1 to {LIMIT} calls");
        return Failure::invalid(&message).into_response();
    }
    let mut answers = Vec::new();
    for (id, call) in calls {
        let Ok(answer) = api.clone().oneshot(call).await;
        if answer.extensions().get::<Cut>().is_some() {
            // The calls share one connection.
            return answer;
        }
        answers.extend_from_slice(&part(&id, answer).await);
    }
    answers.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/mixed; boundary={BOUNDARY}");
    ([(header::CONTENT_TYPE, kind)], answers).into_response()
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.to_lowercase().starts_with("multipart/mixed") {
        return None;
    }
    let (_, boundary) = kind.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

/// The calls of a batch, each with its `Content-ID`. `None` if one cannot be read.
fn calls(body: &[u8], boundary: &str, outer: &HeaderMap) -> Option<Vec<(String, Request)>> {
    let text = std::str::from_utf8(body).ok()?.replace("\r\n", "\n");
    let text = format!("\n{text}");
    let limit = format!("\n--{boundary}");
    let mut calls = Vec::new();
    for part in text.split(&limit).skip(1) {
        if part.starts_with("--") {
            return Some(calls);
        }
        calls.push(call(part.trim_start_matches('\n'), outer)?);
    }
    // The last limit is missing.
    None
}

fn call(part: &str, outer: &HeaderMap) -> Option<(String, Request)> {
    let (about, call) = part.split_once("\n\n")?;
    let id = header_lines(about).find(|(name, _)| name.eq_ignore_ascii_case("content-id"));
    let call = call.trim_start_matches('\n');
    let (head, body) = call.split_once("\n\n").unwrap_or((call, ""));
    let (first, lines) = head.split_once('\n').unwrap_or((head, ""));
    let mut words = first.split_whitespace();
    let mut request = Request::builder().method(words.next()?).uri(words.next()?);
    let headers = request.headers_mut()?;
    if let Some(token) = outer.get(header::AUTHORIZATION) {
        headers.insert(header::AUTHORIZATION, token.clone());
    }
    for (name, value) in header_lines(lines) {
        let name: HeaderName = name.parse().ok()?;
        headers.insert(name, HeaderValue::from_str(value).ok()?);
    }
    headers.remove(header::CONTENT_LENGTH);
    let body = Body::from(body.trim_end_matches('\n').to_owned());
    let id = id.map_or("", |(_, value)| value).to_owned();
    Some((id, request.body(body).ok()?))
}

fn header_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.trim(), value.trim()))
}

async fn part(id: &str, answer: Response) -> Vec<u8> {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut text = format!("--{BOUNDARY}\r\nContent-Type: application/http\r\n");
    if let Some(rest) = id.strip_prefix('<') {
        text.push_str(&format!("Content-ID: <response-{rest}\r\n"));
    }
    let reason = head.status.canonical_reason().unwrap_or_default();
    text.push_str(&format!(
        "\r\nHTTP/1.1 {} {reason}\r\n",
        head.status.as_u16()
    ));
    for (name, value) in &head.headers {
        let is_length = name == header::CONTENT_LENGTH;
        if let Some(value) = value.to_str().ok().filter(|_| !is_length) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    if head.status != StatusCode::NO_CONTENT {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    let mut part = text.into_bytes();
    part.extend_from_slice(&body);
    part.extend_from_slice(b"\r\n");
    part
}
