//! Answers that never come, come late, or are not what they should be.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tokio_stream::StreamExt;

use super::failure::Failure;
use super::fault::{Fault, FaultRule};

/// Marks an answer that is not sent: the connection ends instead.
#[derive(Clone, Debug)]
pub struct Cut;

pub fn cut() -> Response {
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    response.extensions_mut().insert(Cut);
    response
}

/// What stands before the API says when it cannot reach it: no JSON.
pub fn unavailable() -> Response {
    let said = "The service is currently unavailable.";
    (StatusCode::SERVICE_UNAVAILABLE, said).into_response()
}

/// Does to a good answer what the fault says.
pub async fn spoil(mut answer: Response, rule: &FaultRule) -> Response {
    match rule.fault {
        Fault::AnswerLost | Fault::EnrolledAgain => cut(),
        Fault::AnswerFails => Failure::internal().into_response(),
        Fault::AnswerSlow => {
            tokio::time::sleep(Duration::from_millis(rule.value)).await;
            answer
        }
        Fault::AnswerDrips => {
            let bytes = read(answer).await;
            let second = Duration::from_secs(1);
            let drops: Vec<Bytes> = bytes.chunks(1).map(Bytes::copy_from_slice).collect();
            let drops = tokio_stream::iter(drops).throttle(second);
            Body::from_stream(drops.map(Ok::<_, Infallible>)).into_response()
        }
        Fault::AnswerTruncated => {
            let bytes = read(answer).await;
            let half = bytes.slice(..bytes.len() / 2);
            let pieces = [Ok(half), Err(io::Error::from(io::ErrorKind::BrokenPipe))];
            Body::from_stream(tokio_stream::iter(pieces)).into_response()
        }
        Fault::AnswerHtml => Html("<!DOCTYPE html><title>Sign in</title>").into_response(),
        Fault::AnswerHuge => {
            let piece = Bytes::from_static(&[b' '; 1 << 16]);
            let pieces = (rule.value >> 16) as usize + 1;
            let pieces = std::iter::repeat_n(Ok::<_, Infallible>(piece), pieces);
            Body::from_stream(tokio_stream::iter(pieces)).into_response()
        }
        Fault::AnswerGzip => {
            let gzip = HeaderValue::from_static("gzip");
            answer.headers_mut().insert(header::CONTENT_ENCODING, gzip);
            let magic = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
            *answer.body_mut() = Body::from(magic.repeat(100));
            answer.headers_mut().remove(header::CONTENT_LENGTH);
            answer
        }
        Fault::AnswerRedirect => {
            let elsewhere = [(header::LOCATION, "http://127.0.0.1:1/elsewhere")];
            (StatusCode::TEMPORARY_REDIRECT, elsewhere).into_response()
        }
        _ => answer,
    }
}

async fn read(answer: Response) -> Bytes {
    to_bytes(answer.into_body(), usize::MAX)
        .await
        .unwrap_or_default()
}
