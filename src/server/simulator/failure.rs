//! Errors as Google writes them.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A call that is refused as a whole.
#[derive(Clone, Debug)]
pub struct Failure {
    pub code: u16,
    /// google.rpc's word, such as `PERMISSION_DENIED`.
    pub status: &'static str,
    pub domain: &'static str,
    /// What a client decides by.
    pub reason: &'static str,
    pub message: String,
    pub retry_after: Option<u64>,
}

impl Failure {
    fn new(code: u16, status: &'static str, reason: &'static str, message: &str) -> Self {
        Self {
            code,
            status,
            domain: "global",
            reason,
            message: message.to_owned(),
            retry_after: None,
        }
    }

    pub fn invalid(message: &str) -> Self {
        Self::new(400, "INVALID_ARGUMENT", "invalid", message)
    }

    pub fn not_found(what: &str) -> Self {
        let message = format!("Resource Not Found: {what}");
        Self::new(404, "NOT_FOUND", "notFound", &message)
    }

    pub fn forbidden() -> Self {
        let message = "Not Authorized to access this resource/API";
        Self::new(403, "PERMISSION_DENIED", "forbidden", message)
    }

    pub fn scope() -> Self {
        let message = "Request had insufficient authentication scopes.";
        Self::new(403, "PERMISSION_DENIED", "insufficientPermissions", message)
    }

    pub fn unauthorized() -> Self {
        Self::new(401, "UNAUTHENTICATED", "authError", "Invalid Credentials")
    }

    pub fn precondition(message: &str) -> Self {
        Self::new(412, "FAILED_PRECONDITION", "conditionNotMet", message)
    }

    pub fn internal() -> Self {
        Self::new(500, "INTERNAL", "backendError", "Backend Error")
    }

    /// 403 for what is over a user's quota, 429 for what is over the account's.
    pub fn quota(code: u16, reason: &'static str, retry_after: u64) -> Self {
        Self {
            domain: "usageLimits",
            retry_after: (retry_after != 0).then_some(retry_after),
            ..Self::new(code, "RESOURCE_EXHAUSTED", reason, "Quota exceeded.")
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({ "error": {
            "code": self.code,
            "message": self.message,
            "status": self.status,
            "errors": [{
                "domain": self.domain,
                "reason": self.reason,
                "message": self.message,
            }],
        }});
        self.respond(&body)
    }
}

impl Failure {
    /// The answer of the older methods, which do not tell google.rpc's word.
    pub fn without_status(&self) -> Response {
        let body = json!({ "error": {
            "code": self.code,
            "message": self.message,
            "errors": [{
                "domain": self.domain,
                "reason": self.reason,
                "message": self.message,
            }],
        }});
        self.respond(&body)
    }

    fn respond(&self, body: &Value) -> Response {
        let code = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (code, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// Google's page for a path that it does not have: no JSON.
pub async fn no_such_path() -> Response {
    let page = "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>";
    (StatusCode::NOT_FOUND, axum::response::Html(page)).into_response()
}
