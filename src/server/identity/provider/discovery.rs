//! What the provider says of itself: its addresses, and the keys that it signs with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{Request, Response};
use futures_util::future::BoxFuture;
use http_body_util::Full;
use hyper::body::Bytes;
use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{
    AsyncHttpClient, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl, JsonWebKeySetUrl,
};

use super::client::Metadata;
use super::{Provider, ProviderError};
use crate::server::error::chain;
use crate::server::transport::{TransportError, check_address};

/// After it could not be reached, it is not asked again for so long.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// Its keys are read again after so long in any case: one that it took back must not count.
const MAX_KEY_AGE: Duration = Duration::from_secs(3600);

/// What the provider says of itself, and since when we know.
#[derive(Default)]
pub(super) struct Found {
    metadata: Option<Arc<Metadata>>,
    keys_at: Option<Instant>,
    failed_at: Option<Instant>,
}

impl Found {
    fn keys_are_older_than(&self, age: Duration) -> bool {
        self.keys_at.is_none_or(|at| age <= at.elapsed())
    }
}

impl Provider {
    /// What the provider says of itself. One asks, and all others wait for the answer.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let mut found = self.0.found.lock().await;
        match found.metadata.clone() {
            Some(metadata) if found.keys_are_older_than(MAX_KEY_AGE) => {
                self.read_keys(&mut found, &metadata).await
            }
            Some(metadata) => Ok(metadata),
            None => {
                if found.failed_at.is_some_and(|at| at.elapsed() < RETRY_DELAY) {
                    let message = "it did not answer a moment ago".to_owned();
                    return Err(ProviderError::Unreachable(message));
                }
                let metadata = self.ask().await;
                found.failed_at = metadata.is_err().then(Instant::now);
                let metadata = Arc::new(metadata?);
                found.metadata = Some(metadata.clone());
                found.keys_at = Some(Instant::now());
                Ok(metadata)
            }
        }
    }

    /// The same with keys that are new, for a token that names none of ours. Anybody may send
    /// such tokens, so the keys are not read for each.
    pub(super) async fn new_keys(&self) -> Result<Arc<Metadata>, ProviderError> {
        let metadata = self.metadata().await?;
        let mut found = self.0.found.lock().await;
        match found.keys_are_older_than(self.0.settings.new_keys_after) {
            true => self.read_keys(&mut found, &metadata).await,
            // Somebody else may have read them meanwhile.
            false => Ok(found.metadata.clone().unwrap_or(metadata)),
        }
    }

    async fn read_keys(
        &self,
        found: &mut Found,
        metadata: &Metadata,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let keys = self.fetch_keys(metadata.jwks_uri()).await;
        let keys = keys.map_err(read_error)?;
        let metadata = Arc::new(metadata.clone().set_jwks(keys));
        found.metadata = Some(metadata.clone());
        found.keys_at = Some(Instant::now());
        Ok(metadata)
    }

    async fn ask(&self) -> Result<Metadata, ProviderError> {
        let unusable = ProviderError::Unusable;
        let issuer = IssuerUrl::new(self.0.settings.issuer.clone());
        let issuer = issuer.map_err(|error| unusable(error.to_string()))?;
        let metadata = self.fetch_metadata(issuer).await.map_err(read_error)?;
        if metadata.issuer().as_str() != self.0.settings.issuer {
            let message = format!("it calls itself {}", metadata.issuer().as_str());
            return Err(unusable(message));
        }
        let token = metadata.token_endpoint().map(|it| it.as_str());
        let token = token.ok_or_else(|| unusable("it names no token endpoint".to_owned()))?;
        let authorization = metadata.authorization_endpoint().as_str();
        for address in [token, authorization, metadata.jwks_uri().as_str()] {
            check_address(address).map_err(unusable)?;
        }
        Ok(metadata)
    }

    /// Sends a request of the library's over our transport.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        // Secrets go to no other address than those that were checked.
        let checked = check_address(&request.uri().to_string());
        checked.map_err(TransportError::NotSent)?;
        let request: Request<Full<Bytes>> = request.map(|body| Full::new(Bytes::from(body)));
        let reply = self.0.transport.send(request).await?;
        let response = Response::builder().status(reply.status);
        let response = response.body(reply.body.to_vec());
        response.map_err(|error| TransportError::Unanswered(error.to_string()))
    }

    fn fetch_keys<'a>(&'a self, address: &JsonWebKeySetUrl) -> Read<'a, CoreJsonWebKeySet> {
        Box::pin(CoreJsonWebKeySet::fetch_async(address, self))
    }

    fn fetch_metadata(&self, issuer: IssuerUrl) -> Read<'_, Metadata> {
        Box::pin(Metadata::discover_async(issuer, self))
    }
}

/// What is read of the provider. A box, because the compiler cannot tell that the library's own
/// futures may change threads.
type Read<'a, T> = BoxFuture<'a, Result<T, DiscoveryError<TransportError>>>;

/// The library sends what it asks over our transport.
impl<'a> AsyncHttpClient<'a> for Provider {
    type Error = TransportError;
    type Future = BoxFuture<'a, Result<HttpResponse, TransportError>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn read_error(error: DiscoveryError<TransportError>) -> ProviderError {
    match error {
        DiscoveryError::Validation(message) => ProviderError::Unusable(message),
        other => ProviderError::Unreachable(chain(&other)),
    }
}
