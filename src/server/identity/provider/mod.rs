//! The identity provider: where somebody signs in who has no password here, by OpenID
//! Connect. What is asked of it and what it answers; who that is to us says `sso.rs`.
//!
//! The flow and its checks are `openidconnect`'s, over our own transport. What it leaves to
//! its user is in `token.rs`.

mod client;
mod discovery;
mod token;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::{
    AuthorizationCode, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError,
    Scope, TokenResponse,
};
use tokio::sync::Mutex;

use self::client::{OurClient, Tokens, client};
use self::discovery::Found;
pub use self::token::{Account, GOOGLE};
use crate::server::error::chain;
use crate::server::transport::{Timeouts, Transport, check_address};

/// How long the provider may take. Somebody waits for it.
const TIME_LIMIT: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    answer: Duration::from_secs(10),
};

/// How the provider is reached, and what it knows us by.
#[derive(Clone)]
pub struct Settings {
    /// Its name in every token, byte for byte.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// What people call it.
    pub name: String,
    /// The organizations of Google whose people may sign in. Empty where none is asked for.
    pub hosted_domains: Vec<String>,
    /// A file of the certificates to trust in place of the computer's.
    pub trust: Option<PathBuf>,
    /// Its keys are not read more often than that because a token names one that is new.
    pub new_keys_after: Duration,
}

/// Why somebody is not signed in by the provider. The cause is for the log.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// What it says of itself cannot be used, and will not become better by itself.
    #[error("{0}")]
    Unusable(String),
    #[error("its answer is not accepted: {0}")]
    Refused(String),
}

/// The secrets of one attempt, which only the browser has that makes it.
pub struct Attempt {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    /// Where the provider leads back to.
    pub redirect: String,
}

/// The provider. Clones share what it has said of itself.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: Settings,
    transport: Transport,
    found: Mutex<Found>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Provider")
            .field(&self.0.settings.issuer)
            .finish()
    }
}

impl Provider {
    /// # Errors
    /// A sentence: it cannot be reached with these settings, whatever it says.
    pub fn new(settings: Settings) -> Result<Self, String> {
        check_address(&settings.issuer)?;
        let transport = Transport::new(TIME_LIMIT, settings.trust.as_deref())?;
        Ok(Self(Arc::new(Inner {
            settings,
            transport,
            found: Mutex::default(),
        })))
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.0.settings.name
    }

    /// Its name in every token.
    pub fn issuer(&self) -> &str {
        &self.0.settings.issuer
    }

    /// Reads what it says of itself, so that it is known before somebody signs in.
    ///
    /// # Errors
    /// It cannot be reached, or is another than the settings say.
    pub async fn discover(&self) -> Result<(), ProviderError> {
        self.metadata().await.map(|_| ())
    }

    /// Where to send a browser.
    ///
    /// # Errors
    /// The provider cannot be reached.
    pub async fn address(&self, attempt: &Attempt) -> Result<String, ProviderError> {
        let client = client(&self.0.settings, &*self.metadata().await?, attempt)?;
        let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
        let (state, nonce) = (attempt.state.clone(), attempt.nonce.clone());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        // Google asks for this organization's account first. What counts is the token.
        if let [domain] = &self.0.settings.hosted_domains[..] {
            request = request.add_extra_param("hd", domain.as_str());
        }
        Ok(request.url().0.to_string())
    }

    /// Who the provider says has signed in, by the code that the browser brought back, and the
    /// issuer if it brought one.
    ///
    /// # Errors
    /// The provider cannot be reached, or its answer proves nothing.
    pub async fn account(
        &self,
        attempt: &Attempt,
        code: String,
        issuer: Option<&str>,
    ) -> Result<Account, ProviderError> {
        let metadata = self.metadata().await?;
        let named = metadata.additional_metadata();
        match issuer {
            Some(issuer) if issuer != self.0.settings.issuer => {
                let message = format!("it came back from the issuer {issuer}");
                return Err(ProviderError::Refused(message));
            }
            None if named.authorization_response_iss_parameter_supported => {
                let message = "it came back without the issuer".to_owned();
                return Err(ProviderError::Refused(message));
            }
            _ => {}
        }
        let client = client(&self.0.settings, &metadata, attempt)?;
        let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
        let tokens = self.exchange(client, code, verifier).await?;
        let Some(token) = tokens.id_token() else {
            return Err(ProviderError::Refused("there is no ID token".to_owned()));
        };
        let nonce = Nonce::new(attempt.nonce.clone());
        let settings = &self.0.settings;
        let read = match token::read(settings, metadata.jwks().clone(), token, &nonce) {
            Err(token::Unread::UnknownKey) => {
                let keys = self.new_keys().await?.jwks().clone();
                token::read(settings, keys, token, &nonce)
            }
            read => read,
        };
        read.map_err(|error| ProviderError::Refused(error.to_string()))
    }

    /// Fetches the tokens for a code. A box, as in `discovery.rs`.
    fn exchange(
        &self,
        client: OurClient,
        code: String,
        verifier: PkceCodeVerifier,
    ) -> BoxFuture<'_, Result<Tokens, ProviderError>> {
        Box::pin(async move {
            let request = client.exchange_code(AuthorizationCode::new(code));
            let request = request.map_err(|error| ProviderError::Unusable(error.to_string()))?;
            let request = request.set_pkce_verifier(verifier);
            let tokens = request.request_async(self).await;
            tokens.map_err(|error| match error {
                RequestTokenError::Request(cause) => ProviderError::Unreachable(chain(&cause)),
                RequestTokenError::ServerResponse(said) => {
                    ProviderError::Refused(format!("the code: {said}"))
                }
                other => ProviderError::Refused(chain(&other)),
            })
        })
    }
}
