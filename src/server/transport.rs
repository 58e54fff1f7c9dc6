//! An HTTP client without implicit behavior: it follows no redirects, never retries, does not
//! decompress, and limits the time and the size of each response.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::domain::backoff::LONGEST_ASKED;
use crate::server::error::chain;

/// The longest answer that is read, in bytes. A page of 200 devices has a tenth.
const LONGEST_ANSWER: usize = 1 << 20;

/// How long a connection is kept that nobody uses: shorter than servers keep theirs.
const IDLE: Duration = Duration::from_secs(20);

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    pub connect: Duration,
    /// From the first byte sent to the last one read.
    pub answer: Duration,
}

#[derive(Clone, Debug)]
pub struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    time_limit: Timeouts,
}

/// An answer, whatever it says.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// What `Retry-After` says.
    pub retry_after: Option<Duration>,
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Not a byte of the request was sent.
    #[error("{0}")]
    NotSent(String),
    #[error("{0}")]
    Unanswered(String),
}

impl Transport {
    /// `trust` is a file of the certificates to trust in place of the computer's.
    ///
    /// # Errors
    /// A sentence: there are no certificates to trust.
    pub fn new(time_limit: Timeouts, trust: Option<&Path>) -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|cause| format!("TLS cannot be used: {cause}."))?
            .with_root_certificates(roots(trust)?)
            .with_no_client_auth();
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(time_limit.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .retry_canceled_requests(false)
            .build(connector);
        Ok(Self { client, time_limit })
    }

    /// Sends a request, once.
    ///
    /// # Errors
    /// There is no answer, or none that could be read to its end.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<Reply, TransportError> {
        let time_limit = self.time_limit.answer;
        match tokio::time::timeout(time_limit, self.exchange(request)).await {
            Ok(reply) => reply,
            Err(_) => {
                let message = format!("no answer within {} s", time_limit.as_secs_f32());
                Err(TransportError::Unanswered(message))
            }
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Reply, TransportError> {
        let answer = self.client.request(request).await.map_err(|error| {
            let message = chain(&error);
            if error.is_connect() || was_not_sent(&error) {
                TransportError::NotSent(message)
            } else {
                TransportError::Unanswered(message)
            }
        })?;
        let (head, body) = answer.into_parts();
        if head.headers.contains_key(header::CONTENT_ENCODING) {
            let message = "the answer is compressed, which was not asked for";
            return Err(TransportError::Unanswered(message.to_owned()));
        }
        let body = Limited::new(body, LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| TransportError::Unanswered(chain(error.as_ref())))?;
        Ok(Reply {
            status: head.status.as_u16(),
            retry_after: retry_after(&head.headers),
            body: body.to_bytes(),
        })
    }
}

/// Whether a connection that was kept had ended before the request was written to it.
fn was_not_sent(error: &hyper_util::client::legacy::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(hyper::Error::is_canceled)
}

/// Seconds, up to what is sensible: a number out of all reason would stop everything.
/// The form with a date is not used by anybody who asks programs to wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    let asked = Duration::from_secs(seconds.trim().parse().ok()?);
    Some(asked.min(Duration::from_millis(LONGEST_ASKED as u64)))
}

fn roots(trust: Option<&Path>) -> Result<RootCertStore, String> {
    let certificates: Vec<CertificateDer<'static>> = match trust {
        Some(file) => CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect)
            .map_err(|cause| format!("{} holds no certificates: {cause}.", file.display()))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(
            "This computer trusts no certificates, so nothing can be reached over https: \
             install its package ca-certificates."
                .to_owned(),
        );
    }
    Ok(roots)
}

/// Checks an address that secrets are sent to: https, but for this computer itself.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn check_address(address: &str) -> Result<Uri, String> {
    let uri: Uri = address
        .parse()
        .map_err(|_| format!("{address} is not an address."))?;
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_matches(['[', ']']);
    let ip: Option<std::net::IpAddr> = bare.parse().ok();
    let is_loopback = host == "localhost" || ip.is_some_and(|ip| ip.is_loopback());
    match uri.scheme_str() {
        Some("https") if !host.is_empty() => Ok(uri),
        Some("http") if is_loopback => Ok(uri),
        Some("http") => Err(format!(
            "{address} is not https: only this computer may be."
        )),
        _ => Err(format!("{address} is not an https address.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sent_over_https_or_to_this_computer() {
        for good in [
            "https://admin.googleapis.com",
            "http://127.0.0.1:3100",
            "http://localhost:1",
            "http://[::1]:80/token",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://admin.googleapis.com",
            "http://127.0.0.1.example.com",
            "http://169.254.169.254/",
            "file:///etc/passwd",
            "admin.googleapis.com",
            "",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
