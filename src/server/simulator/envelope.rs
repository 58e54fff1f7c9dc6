//! The form of every answer: parts of it that are asked for, and errors in Google's
//! envelope, whoever found them.

use axum::Json;
use axum::body::to_bytes;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::body::Cut;
use super::failure::Failure;
use super::reading::mask;

/// Methods that were there before google.rpc, whose errors have no `status`.
const OLDER: [&str; 9] = [
    "action",
    "customers.get",
    "get",
    "list",
    "moveDevicesToOu",
    "orgunits.get",
    "orgunits.list",
    "patch",
    "update",
];

/// Brings a method's answer into Google's form.
pub async fn envelop(method: &str, uri: &Uri, answer: Response) -> Response {
    if answer.extensions().get::<Cut>().is_some() {
        return answer;
    }
    let code = answer.status();
    if code.is_client_error() || code.is_server_error() {
        let failure = match answer.extensions().get::<Failure>() {
            Some(failure) => failure.clone(),
            // What axum found wrong with the call says so in plain text.
            None => {
                let message = to_bytes(answer.into_body(), 1 << 16)
                    .await
                    .unwrap_or_default();
                Failure::invalid(&String::from_utf8_lossy(&message))
            }
        };
        return if OLDER.contains(&method) {
            failure.without_status()
        } else {
            failure.into_response()
        };
    }
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let fields = query.clone().find(|(name, _)| name == "fields");
    let (Some((_, fields)), StatusCode::OK) = (fields, code) else {
        return answer;
    };
    match mask(Some(&fields)) {
        Ok(mask) => {
            let body = to_bytes(answer.into_body(), usize::MAX).await;
            let value: Value =
                serde_json::from_slice(&body.unwrap_or_default()).unwrap_or_default();
            Json(mask.apply(value)).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}
