//! Google's directory: the Admin SDK Directory API, as a service account with
//! domain-wide delegation.
//!
//! A call that changes something is sent once for each intent on record, and turns to
//! send it are taken by whoever asks. What only reads takes its turns here, from the
//! same line that all processes share, and is patient.

mod batch;
mod changes;
mod check;
mod command;
mod effects;
mod failure;
mod key;
mod rate_limiter;
mod reading;
mod tokens;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::http::{Method, Request, header};
use http_body_util::Full;
use hyper::body::Bytes;

pub use failure::Failure;
pub use key::{KeyError, ServiceAccount};
use rate_limiter::RateLimiter;
use tokens::Tokens;
use wire::WireCount;

use super::{Answer, Checked, Directory, DirectoryPage, Live};
use crate::domain::action::effect::EffectKind;
use crate::server::store::Store;
use crate::server::transport::{Timeouts, Transport, check_address};

/// May do all with devices. What only reads them asks for it too: a token each for
/// two scopes would be two scopes to delegate.
pub const DEVICES: &str = "https://www.googleapis.com/auth/admin.directory.device.chromeos";

/// May read org units.
pub const ORG_UNITS: &str = "https://www.googleapis.com/auth/admin.directory.orgunit.readonly";

/// Devices that one call changes, at the most.
const BATCH: u32 = 50;

/// How Google is reached, and how patient we are.
#[derive(Clone, Debug)]
pub struct Options {
    /// The administrator for whom the service account stands. Without one it acts as itself.
    pub subject: Option<String>,
    /// Whose devices: `my_customer`, or a customer's id.
    pub customer: String,
    /// Where the API is: https, or this computer.
    pub url: String,
    /// Calls in a minute, all processes together.
    pub queries_per_minute: u32,
    /// A file of the certificates to trust in place of the computer's.
    pub trust: Option<PathBuf>,
    pub times: Times,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub connect: Duration,
    /// A whole call.
    pub answer: Duration,
    /// After so long a call that was given up has surely ended.
    pub call_ends: Duration,
    /// The first wait before something is read again; the next ones are longer.
    pub again: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(20),
            call_ends: Duration::from_secs(30),
            again: Duration::from_secs(1),
        }
    }
}

#[derive(Debug)]
pub struct GoogleDirectory {
    tokens: Tokens,
    transport: Transport,
    name: String,
    /// Up to the customer, without a slash at its end.
    root: String,
    limiter: RateLimiter,
    times: Times,
    /// The last that was read did not come.
    away: AtomicBool,
}

impl GoogleDirectory {
    /// `store` holds the line for turns; without one, turns are shared with nobody.
    ///
    /// # Errors
    /// A sentence: an address may not be called, or there is nobody to trust.
    pub fn new(
        account: ServiceAccount,
        options: Options,
        store: Option<Arc<Store>>,
    ) -> Result<Self, String> {
        let address = check_address(&options.url)?;
        let token_uri = check_address(&account.token_uri)?;
        let time_limit = Timeouts {
            connect: options.times.connect,
            answer: options.times.answer,
        };
        let transport = Transport::new(time_limit, options.trust.as_deref())?;
        let customer = percent_encoded(&options.customer);
        let base = options.url.trim_end_matches('/');
        let tokens = Tokens::new(
            account,
            token_uri,
            options.subject.clone(),
            transport.clone(),
        );
        // A little less than the quota: not every minute begins when ours does.
        let interval = Duration::from_millis(60_000 / u64::from(options.queries_per_minute.max(1)));
        let name = name(&options, address.host().unwrap_or_default());
        Ok(Self {
            tokens,
            transport,
            name,
            root: format!("{base}/admin/directory/v1/customer/{customer}"),
            limiter: RateLimiter::new(store, interval + Duration::from_millis(1)),
            times: options.times,
            away: AtomicBool::new(false),
        })
    }

    /// Reads something, and once more with a fresh access token where Google does not
    /// accept the one that we have.
    async fn read_with(&self, scope: &'static str, path: &str) -> Result<Bytes, Failure> {
        let mut is_second = false;
        loop {
            let token = self.tokens.get(scope).await?;
            match self.send(&token, Method::GET, path, None).await {
                Err(Failure::Unauthorized) if !is_second => {
                    is_second = true;
                    self.tokens.forget(scope, &token);
                }
                answer => {
                    if answer.is_ok() {
                        self.tokens.accept(scope, &token);
                    }
                    return answer;
                }
            }
        }
    }

    async fn get(&self, path: &str) -> Result<Bytes, Failure> {
        self.read_with(DEVICES, path).await
    }

    /// Sends a change, once, with the access token at hand: nothing is waited for but
    /// its answer, so that it has surely ended when that is given up.
    async fn change(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, Failure> {
        let token = self.tokens.at_hand(DEVICES);
        let token = token.ok_or(Failure::TokenExpired)?;
        match self.send(&token, method, path, Some(body)).await {
            // It changed nothing, and a fresh token may do.
            Err(Failure::Unauthorized) if self.tokens.forget(DEVICES, &token) => {
                Err(Failure::TokenExpired)
            }
            answer => {
                if answer.is_ok() {
                    self.tokens.accept(DEVICES, &token);
                }
                answer
            }
        }
    }

    /// Sends a request, once, and ends when Google's answer or its time is over.
    async fn send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Bytes, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.root))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                header::USER_AGENT,
                concat!("sunset/", env!("CARGO_PKG_VERSION")),
            )
            .body(Full::from(body.unwrap_or_default()))
            .map_err(|cause| Failure::Malformed(cause.to_string()))?;
        let reply = self.transport.send(request).await?;
        // A change may be answered without a body.
        if matches!(reply.status, 200 | 204) {
            return Ok(reply.body);
        }
        Err(failure::read(&reply))
    }
}

/// Whose devices, and where. `my_customer` is whoever the administrator belongs to.
fn name(options: &Options, host: &str) -> String {
    let place = match host {
        "admin.googleapis.com" => String::new(),
        host => format!(" at {host}"),
    };
    let customer = &options.customer;
    match &options.subject {
        Some(subject) => {
            let domain = subject.rsplit('@').next().unwrap_or_default();
            format!("Google's directory{place} ({customer} of {domain})")
        }
        None => format!("Google's directory{place} ({customer})"),
    }
}

/// What a 200 says. One that cannot be understood is none.
fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|cause| Failure::Unanswered(format!("an answer that makes no sense: {cause}")))
}

fn percent_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

impl Directory for GoogleDirectory {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn can(&self, _effect: EffectKind) -> bool {
        true
    }

    fn size(&self) -> Answer<'_, Option<u64>> {
        Box::pin(async {
            let body = self.get(reading::COUNT).await?;
            let count: WireCount = parse(&body)?;
            Ok(count.count.parse().ok())
        })
    }

    fn list(&self, page: Option<String>) -> Answer<'_, DirectoryPage> {
        Box::pin(async move { Ok(self.page(page.as_deref()).await?) })
    }

    fn live<'a>(&'a self, device_ids: &'a [&'a str]) -> Answer<'a, Option<Live>> {
        Box::pin(async move { Ok(Some(self.devices(device_ids).await?)) })
    }

    fn org_units(&self) -> Answer<'_, Option<Vec<String>>> {
        Box::pin(async { Ok(Some(self.list_org_units().await?)) })
    }

    fn check(&self) -> Checked<'_> {
        Box::pin(self.check_identity())
    }
}
