//! What Google's errors mean: told by `reason`, then by `status`, then
//! by the HTTP code. The text decides nothing but where there is nothing else.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::job::answer::DeviceResult;
use crate::server::directory::DirectoryError;
use crate::server::directory::remote::CallError;
use crate::server::transport::{Reply, TransportError};

/// Why a call to Google came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("Google could not be reached: {0}")]
    NotSent(String),
    /// It may have been carried out or not.
    #[error("Google did not answer: {0}")]
    Unanswered(String),
    #[error("Google asks to wait")]
    Throttled { wait: Option<Duration> },
    /// The access token was good and has ended; with another one the call may do.
    #[error("the access token has ended")]
    TokenExpired,
    /// The access token is not good.
    #[error("Google does not accept the access token")]
    Unauthorized,
    /// We are not who may do this. A sentence for the operator.
    #[error("{0}")]
    Denied(String),
    /// What answers is not Google's directory, but something that stands in its place.
    #[error("the answer does not come from Google's directory (HTTP {0})")]
    NotGoogle(String),
    /// What is asked of cannot be done as things stand. Of many devices at once, it is
    /// the account that stands so.
    #[error("Google rejected the request: {0}")]
    Precondition(String),
    #[error("Not found in Google: {0}")]
    NotFound(String),
    #[error("Google rejected the request as invalid: {0}")]
    Malformed(String),
}

impl From<TransportError> for Failure {
    fn from(no_reply: TransportError) -> Self {
        match no_reply {
            TransportError::NotSent(cause) => Self::NotSent(cause),
            TransportError::Unanswered(cause) => Self::Unanswered(cause),
        }
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent(cause) => Self::NotSent(cause),
            Failure::Unanswered(cause) => Self::Unanswered(cause),
            Failure::Throttled { wait } => Self::Throttled { wait },
            Failure::TokenExpired => Self::NotYet,
            Failure::Unauthorized => Self::Denied(
                "Google does not accept its own access tokens any more: run \
                 `sunset directory check`."
                    .to_owned(),
            ),
            Failure::Denied(sentence) => Self::Denied(sentence),
            failure @ Failure::NotGoogle(_) => {
                let why = failure.to_string().replacen('t', "T", 1);
                Self::Denied(format!(
                    "{why}. Run `sunset directory check` to see what to do."
                ))
            }
            Failure::Precondition(message) if is_of_a_device(&message) => Self::WrongState,
            Failure::Precondition(message) => Self::Denied(refusal(&message)),
            // One device that there is not may spoil a whole call.
            Failure::NotFound(why) | Failure::Malformed(why) => Self::Malformed(why),
        }
    }
}

/// What a failed call says of the one device that it was about.
///
/// # Errors
/// The failure is not about the device.
pub fn verdict_of_one(failure: Failure) -> Result<DeviceResult, CallError> {
    match failure {
        Failure::NotFound(_) => Ok(DeviceResult::Gone),
        Failure::Precondition(why) | Failure::Malformed(why) => Ok(DeviceResult::Refused(why)),
        failure => Err(failure.into()),
    }
}

impl From<Failure> for DirectoryError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent(_)
            | Failure::Unanswered(_)
            | Failure::TokenExpired
            | Failure::Throttled { .. } => Self::Unreachable(failure.to_string()),
            Failure::Unauthorized
            | Failure::Denied(_)
            | Failure::NotGoogle(_)
            | Failure::Precondition(_)
            | Failure::NotFound(_)
            | Failure::Malformed(_) => Self::Unreadable(failure.to_string()),
        }
    }
}

impl Failure {
    /// Trying again may help by itself.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::NotSent(_) | Self::Unanswered(_) | Self::Throttled { .. }
        )
    }
}

#[derive(Default, Deserialize)]
struct Envelope {
    error: ErrorBody,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    message: String,
    status: String,
    errors: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    reason: String,
}

/// What an answer means that is not 200.
pub fn read(reply: &Reply) -> Failure {
    let envelope: Option<Envelope> = serde_json::from_slice(&reply.body).ok();
    let is_ours = envelope.is_some();
    let body = envelope.unwrap_or_default().error;
    let reason = body.errors.first().map_or("", |detail| &detail.reason);
    let message = if body.message.is_empty() {
        format!("HTTP {}", reply.status)
    } else {
        body.message.clone()
    };
    by_reason(reason, &message, reply)
        .or_else(|| by_status(&body.status, &message, reply))
        .unwrap_or_else(|| by_code(is_ours, &message, reply))
}

fn throttled(reply: &Reply) -> Failure {
    Failure::Throttled {
        wait: reply.retry_after,
    }
}

fn denied(message: &str) -> Failure {
    Failure::Denied(refusal(message))
}

fn precondition(message: &str) -> Failure {
    Failure::Precondition(message.trim_end_matches('.').to_owned())
}

fn refusal(message: &str) -> String {
    format!(
        "Google rejected the request: {}. Run `sunset directory check` to see what's missing.",
        message.trim_end_matches('.')
    )
}

/// Whether a precondition is one device's, and not the account's: "Illegal device state
/// transition." Reason and status are the same for both.
fn is_of_a_device(message: &str) -> bool {
    message.to_lowercase().contains("device state")
}

fn by_reason(reason: &str, message: &str, reply: &Reply) -> Option<Failure> {
    Some(match reason {
        "userRateLimitExceeded" | "rateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" => {
            throttled(reply)
        }
        "authError" => Failure::Unauthorized,
        "forbidden"
        | "notAuthorized"
        | "insufficientPermissions"
        | "domainCannotUseApis"
        | "accessNotConfigured" => denied(message),
        "conditionNotMet" => precondition(message),
        "notFound" | "resourceNotFound" | "resourceIdNotFound" => {
            Failure::NotFound(message.to_owned())
        }
        "invalid" | "invalidInput" | "invalidParameter" | "badRequest" | "parseError" => {
            Failure::Malformed(message.to_owned())
        }
        "backendError"
        | "internalError"
        | "badGateway"
        | "gatewayTimeout"
        | "serviceNotAvailable"
        | "transientError" => Failure::Unanswered(message.to_owned()),
        _ => return None,
    })
}

fn by_status(status: &str, message: &str, reply: &Reply) -> Option<Failure> {
    Some(match status {
        "RESOURCE_EXHAUSTED" => throttled(reply),
        "UNAUTHENTICATED" => Failure::Unauthorized,
        "PERMISSION_DENIED" => denied(message),
        "FAILED_PRECONDITION" => precondition(message),
        "NOT_FOUND" => Failure::NotFound(message.to_owned()),
        "INVALID_ARGUMENT" => Failure::Malformed(message.to_owned()),
        "UNAVAILABLE" | "INTERNAL" | "UNKNOWN" | "ABORTED" | "DEADLINE_EXCEEDED" => {
            Failure::Unanswered(message.to_owned())
        }
        _ => return None,
    })
}

fn by_code(is_ours: bool, message: &str, reply: &Reply) -> Failure {
    match reply.status {
        429 => throttled(reply),
        403 if speaks_of_pace(&reply.body) => throttled(reply),
        401 => Failure::Unauthorized,
        403 if is_ours => denied(message),
        412 if is_ours => precondition(message),
        400 if is_ours => Failure::Malformed(message.to_owned()),
        404 if is_ours => Failure::NotFound(message.to_owned()),
        403 | 404 | 412 => Failure::NotGoogle(reply.status.to_string()),
        status => Failure::Unanswered(format!("an answer that makes no sense: HTTP {status}")),
    }
}

/// What Google says of too many calls where it gives no reason. Pages
/// that others send speak of rates and quotas too.
fn speaks_of_pace(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_lowercase();
    let is_page = text.trim_start().starts_with('<');
    let known = [
        "request rate higher than configured",
        "quota exceeded for quota metric",
    ];
    !is_page && known.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(status: u16, body: impl ToString) -> Reply {
        Reply {
            status,
            retry_after: None,
            body: body.to_string().into(),
        }
    }

    fn failed(code: u16, status: &str, reason: &str) -> Failure {
        let errors = json!([{ "reason": reason, "message": "m" }]);
        let error = json!({ "code": code, "message": "m", "status": status, "errors": errors });
        read(&reply(code, json!({ "error": error })))
    }

    #[test]
    fn what_403_means_is_told_by_its_reason() {
        let throttled = Failure::Throttled { wait: None };
        for reason in [
            "userRateLimitExceeded",
            "quotaExceeded",
            "rateLimitExceeded",
        ] {
            assert_eq!(
                failed(403, "PERMISSION_DENIED", reason),
                throttled,
                "{reason}"
            );
        }
        assert!(matches!(
            failed(403, "PERMISSION_DENIED", "forbidden"),
            Failure::Denied(_)
        ));
        assert_eq!(failed(429, "", "news"), throttled);
        assert_eq!(failed(400, "RESOURCE_EXHAUSTED", "news"), throttled);
        assert_eq!(
            read(&reply(403, "Request rate higher than configured")),
            throttled
        );
        let unnamed = |code| read(&reply(code, json!({ "error": { "message": "m" } })));
        assert!(matches!(unnamed(403), Failure::Denied(_)));
        assert!(matches!(unnamed(412), Failure::Precondition(_)));
        for foreign in [
            "<html>no</html>",
            "<html>Your quota of the web is used up</html>",
            "The corporate filter has generated this page",
            "Your rate plan does not include this site",
        ] {
            let failed = read(&reply(403, foreign));
            assert_eq!(failed, Failure::NotGoogle("403".to_owned()), "{foreign}");
        }
    }

    #[test]
    fn a_precondition_of_one_device_is_told_from_the_accounts() {
        let failure = |message: &str| {
            let errors = json!([{ "reason": "conditionNotMet" }]);
            let error = json!({ "code": 412, "message": message, "errors": errors });
            CallError::from(read(&reply(412, json!({ "error": error }))))
        };
        let of_a_device = failure("Illegal device state transition.");
        assert_eq!(of_a_device, CallError::WrongState);
        assert!(matches!(
            failure("Delinquent account"),
            CallError::Denied(_)
        ));
    }

    #[test]
    fn only_what_surely_changed_nothing_is_called_so() {
        let unknown = |failure: Failure| matches!(failure, Failure::Unanswered(_));
        assert!(unknown(failed(500, "INTERNAL", "backendError")));
        assert!(unknown(failed(503, "UNAVAILABLE", "")));
        assert!(unknown(read(&reply(502, "<html>Bad Gateway</html>"))));
        assert!(unknown(read(&reply(307, ""))));
        assert!(unknown(read(&reply(400, "<html>odd</html>"))));
        assert!(matches!(failed(400, "", "invalid"), Failure::Malformed(_)));
        assert!(matches!(failed(404, "", "notFound"), Failure::NotFound(_)));
        assert!(matches!(read(&reply(404, "<html>")), Failure::NotGoogle(_)));
        assert_eq!(
            failed(401, "UNAUTHENTICATED", "authError"),
            Failure::Unauthorized
        );
    }
}
