//! Access tokens: fetched when needed, kept while they are good, fetched by one when
//! many need one. A change is sent with a token that is at hand already, so that nothing
//! but the call itself stands between its intent on record and its answer.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{Method, Request, Uri, header};
use http_body_util::Full;
use serde::Deserialize;

use super::failure::Failure;
use super::key::ServiceAccount;
use crate::domain::time::Timestamp;
use crate::server::transport::Transport;

/// A token is not used in its last minutes, so that none ends on the way.
const SPARE: Duration = Duration::from_secs(120);

/// The longest life of a token that is believed, whatever the token endpoint says.
const LONGEST_LIFE: Duration = Duration::from_hours(12);

pub struct Tokens {
    account: ServiceAccount,
    token_uri: Uri,
    subject: Option<String>,
    transport: Transport,
    held: Mutex<HashMap<&'static str, Held>>,
    /// Held by who fetches one. In it, when the last try failed, and why.
    fetching: tokio::sync::Mutex<Option<(Instant, TokenError)>>,
}

struct Held {
    token: String,
    until: Instant,
    /// Google has taken it once.
    accepted: bool,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    Unreachable(String),
    /// The key is not, or no longer, one of the service account.
    Key(String),
    /// The subject is nobody whom the service account may stand for.
    Subject(String),
    /// The scope was not delegated to the service account.
    Scope(String),
    /// Our clock and Google's differ.
    Clock(String),
    Other(String),
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("account", &self.account)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    pub fn new(
        account: ServiceAccount,
        token_uri: Uri,
        subject: Option<String>,
        transport: Transport,
    ) -> Self {
        Self {
            account,
            token_uri,
            subject,
            transport,
            held: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    pub fn account(&self) -> &ServiceAccount {
        &self.account
    }

    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The administrator whose role counts: the subject, or the service account itself.
    pub fn administrator(&self) -> &str {
        self.subject().unwrap_or(&self.account.client_email)
    }

    /// A token for this scope. Who waits for another's try shares what comes of it.
    pub async fn get(&self, scope: &'static str) -> Result<String, TokenError> {
        let asked = Instant::now();
        if let Some(token) = self.at_hand(scope) {
            return Ok(token);
        }
        let mut failed = self.fetching.lock().await;
        if let Some(token) = self.at_hand(scope) {
            return Ok(token);
        }
        if let Some((_, why)) = failed.as_ref().filter(|(at, _)| asked <= *at) {
            return Err(why.clone());
        }
        let (token, life) = match self.fetch(scope).await {
            Ok(fetched) => fetched,
            Err(why) => {
                *failed = Some((Instant::now(), why.clone()));
                return Err(why);
            }
        };
        // One that lives shorter than what we spare is used at once, and once.
        let until = Instant::now() + life.saturating_sub(SPARE.min(life / 10));
        let fresh = Held {
            token: token.clone(),
            until,
            accepted: false,
        };
        self.held().insert(scope, fresh);
        Ok(token)
    }

    /// A token that is good and need not be waited for.
    pub fn at_hand(&self, scope: &'static str) -> Option<String> {
        let held = self.held();
        let held = held.get(scope)?;
        (Instant::now() < held.until).then(|| held.token.clone())
    }

    /// This token was accepted.
    pub fn accept(&self, scope: &'static str, token: &str) {
        if let Some(held) = self.held().get_mut(scope).filter(|it| it.token == token) {
            held.accepted = true;
        }
    }

    /// This token was not accepted. One that came after it stays. Returns whether another
    /// one may be: this one was accepted before, or is not the last any more.
    pub fn forget(&self, scope: &'static str, token: &str) -> bool {
        let mut all = self.held();
        let Some(held) = all.get(scope).filter(|it| it.token == token) else {
            return true;
        };
        let was_good = held.accepted;
        all.remove(scope);
        was_good
    }

    fn held(&self) -> MutexGuard<'_, HashMap<&'static str, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch(&self, scope: &str) -> Result<(String, Duration), TokenError> {
        let assertion = self
            .account
            .assertion(self.subject(), scope, Timestamp::now())
            .ok_or_else(|| TokenError::Other("the key does not sign".to_owned()))?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &assertion)
            .finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.token_uri.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(form))
            .map_err(|cause| TokenError::Other(cause.to_string()))?;
        let reply = self.transport.send(request).await;
        let reply = reply.map_err(|no_reply| TokenError::Unreachable(no_reply.to_string()))?;
        if reply.status != 200 {
            return Err(refusal(reply.status, &reply.body));
        }
        let granted: Granted = serde_json::from_slice(&reply.body).map_err(|_| {
            TokenError::Unreachable("the token endpoint's answer makes no sense".to_owned())
        })?;
        Ok((
            granted.access_token,
            Duration::from_secs(granted.expires_in).min(LONGEST_LIFE),
        ))
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: String,
    error_description: String,
}

/// What the token endpoint's refusal is about. Its texts tell apart only what to
/// advise: nothing was done in any case.
fn refusal(status: u16, body: &[u8]) -> TokenError {
    let Ok(message) = serde_json::from_slice::<Refused>(body) else {
        return TokenError::Unreachable(format!(
            "something else answers in place of its token endpoint: HTTP {status}"
        ));
    };
    let text = match message.error_description.as_str() {
        "" if message.error.is_empty() => format!("HTTP {status}"),
        "" => message.error.clone(),
        description => format!("{}: {description}", message.error),
    };
    let about = message.error_description.to_lowercase();
    match message.error.as_str() {
        "unauthorized_client" | "access_denied" | "invalid_scope" => TokenError::Scope(text),
        "invalid_grant" if about.contains("signature") || about.contains("account") => {
            TokenError::Key(text)
        }
        "invalid_grant" if about.contains("email") || about.contains("user") => {
            TokenError::Subject(text)
        }
        "invalid_grant" if about.contains("iat") => TokenError::Clock(text),
        "invalid_client" | "deleted_client" => TokenError::Key(text),
        "invalid_grant" => TokenError::Other(text),
        _ if status == 429 || 500 <= status => TokenError::Unreachable(text),
        _ => TokenError::Other(text),
    }
}

impl From<TokenError> for Failure {
    fn from(no_token: TokenError) -> Self {
        let why = match no_token {
            TokenError::Unreachable(cause) => {
                return Self::NotSent(format!("no access token: {cause}"));
            }
            TokenError::Key(_) => "it does not accept the service account's key",
            TokenError::Subject(_) => "the administrator to stand for is not known to it",
            TokenError::Scope(_) => "a scope is not delegated to the service account",
            TokenError::Clock(_) => "this computer's clock is wrong",
            TokenError::Other(cause) => {
                return Self::Denied(format!("Google gives no access token: {cause}."));
            }
        };
        Self::Denied(format!(
            "Google gives no access token: {why}. `sunset directory check` tells what to do."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_what_to_mend() {
        let message = |error: &str, description: &str| {
            let body = serde_json::json!({ "error": error, "error_description": description });
            refusal(400, body.to_string().as_bytes())
        };
        let unauthorized = message("unauthorized_client", "Client is unauthorized to …");
        assert!(matches!(unauthorized, TokenError::Scope(_)));
        let key = message("invalid_grant", "Invalid JWT Signature.");
        assert!(matches!(key, TokenError::Key(_)));
        let subject = message("invalid_grant", "Invalid email or User ID");
        assert!(matches!(subject, TokenError::Subject(_)));
        let clock = message(
            "invalid_grant",
            "… Check your iat and exp values in the JWT claim.",
        );
        assert!(matches!(clock, TokenError::Clock(_)));
        assert!(matches!(
            refusal(503, b"<html>"),
            TokenError::Unreachable(_)
        ));
        // A proxy's page says nothing about our delegation.
        let page = refusal(403, b"<html>Sign in</html>");
        assert!(matches!(page, TokenError::Unreachable(message) if message.ends_with("HTTP 403")));
        assert_eq!(
            refusal(400, b"{}"),
            TokenError::Other("HTTP 400".to_owned())
        );
    }
}
