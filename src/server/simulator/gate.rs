//! What every call goes through: how long it takes, which fault it meets, whether its
//! token is good, and the quota.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::failure::Failure;
use super::fault::{Fault, FaultRule};
use super::{CUSTOMER, Simulator, World, body};
use crate::domain::time::Timestamp;

/// The longest call that is read, in bytes.
const LONGEST: usize = 10 << 20;

/// The fault that a call has met, for whoever answers it.
#[derive(Clone, Debug)]
pub struct Met(pub Option<FaultRule>);

impl Met {
    pub fn fault(&self) -> Option<Fault> {
        self.0.as_ref().map(|rule| rule.fault)
    }
}

/// When the calls of the last minute came.
#[derive(Debug, Default)]
pub struct Quota {
    last: VecDeque<Timestamp>,
}

pub async fn gate(
    State(simulator): State<Simulator>,
    request: Request<Body>,
    next: Next,
) -> Response {
    // Read to its end, whatever the answer: a connection with a rest on it is closed.
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else {
        return Failure::invalid("Request payload size exceeds the limit").into_response();
    };
    let mut request = Request::from_parts(head, Body::from(body));
    let Some((customer, method)) = call_of(request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    let dice = Uuid::new_v4().as_u128() as u64;
    let (latency, met) = {
        let mut world = simulator.world();
        world.ledger.count(method);
        let latency = Duration::from_millis(world.settings.latency_ms);
        (latency, Met(world.next_fault(method, dice)))
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let refusal = {
        let mut world = simulator.world();
        refused_before(&met, &mut world).or_else(|| {
            Some(
                world
                    .check(method, request.headers())
                    .err()?
                    .into_response(),
            )
        })
    };
    if let Some(refusal) = refusal {
        return refusal;
    }
    if customer != "my_customer" && customer != CUSTOMER {
        return Failure::not_found("customerId").into_response();
    }
    request.extensions_mut().insert(met.clone());
    let answer = next.run(request).await;
    match met.0 {
        Some(rule) => body::spoil(answer, &rule).await,
        None => answer,
    }
}

/// What the fault answers before anything is done.
pub fn refused_before(met: &Met, world: &mut World) -> Option<Response> {
    let rule = met.0.as_ref()?;
    let failure = match rule.fault {
        Fault::CallLost => return Some(body::cut()),
        Fault::Unavailable => return Some(body::unavailable()),
        Fault::Internal => Failure::internal(),
        Fault::UserRateLimit => Failure::quota(403, "userRateLimitExceeded", 0),
        Fault::QuotaExceeded => Failure::quota(403, "quotaExceeded", 0),
        Fault::RateLimit => Failure::quota(429, "rateLimitExceeded", rule.value),
        Fault::Forbidden => Failure::forbidden(),
        Fault::AccountDelinquent => Failure::precondition("Delinquent account"),
        Fault::Malformed => Failure::invalid("Request contains an invalid argument."),
        Fault::TokenExpired => {
            world.access.forget();
            Failure::unauthorized()
        }
        _ => return None,
    };
    Some(failure.into_response())
}

impl World {
    fn check(&mut self, method: &str, headers: &HeaderMap) -> Result<(), Failure> {
        self.check_access(method, headers)?;
        self.take_quota()
    }

    /// Counts a call against the quota.
    fn take_quota(&mut self) -> Result<(), Failure> {
        let now = Timestamp::now();
        let last = &mut self.quota.last;
        while last.front().is_some_and(|at| at.0 + 60_000 <= now.0) {
            last.pop_front();
        }
        let is_over = |limit: usize| limit != 0 && limit <= last.len();
        let refusal = if is_over(self.settings.queries_per_minute) {
            Failure::quota(403, "userRateLimitExceeded", 0)
        } else if is_over(self.settings.account_queries_per_minute) {
            Failure::quota(429, "rateLimitExceeded", self.settings.retry_after)
        } else {
            last.push_back(now);
            return Ok(());
        };
        self.ledger.refused_by_quota += 1;
        Err(refusal)
    }
}

/// The customer and the method of a call, by the API's names; `None` where there is
/// no such method.
fn call_of<'a>(method: &Method, path: &'a str) -> Option<(&'a str, &'static str)> {
    let path = path.strip_prefix("/admin/directory/v1/customer/")?;
    let (customer, path) = path.split_once('/')?;
    if path == "orgunits" {
        return Some((customer, "orgunits.list"));
    }
    let rest = path.strip_prefix("devices/chromeos")?;
    let name = match (method.as_str(), rest) {
        ("GET", "") => "list",
        ("POST", ":batchChangeStatus") => "batchChangeStatus",
        ("GET", ":countChromeOsDevices") => "countChromeOsDevices",
        ("POST", "/moveDevicesToOu") => "moveDevicesToOu",
        ("GET", rest) if rest.contains("/commands/") => "commands.get",
        ("GET", _) => "get",
        ("PATCH", _) => "patch",
        ("PUT", _) => "update",
        ("POST", rest) if rest.ends_with(":issueCommand") => "issueCommand",
        _ => return None,
    };
    Some((customer, name))
}
