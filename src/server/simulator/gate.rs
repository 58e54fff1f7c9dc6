//! What every call goes through: how long it takes, which fault it meets, whether its
//! token is good, and the quota.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::envelope::envelop;
use super::failure::Failure;
use super::fault::{Fault, FaultRule};
use super::{CUSTOMER, Simulator, World, body};
use crate::domain::time::Timestamp;

/// The longest call that is read, in bytes.
const LONGEST: usize = 10 << 20;

/// The fault to inject into the answer of a call.
#[derive(Clone, Debug)]
pub struct InjectedFault(pub Option<FaultRule>);

impl InjectedFault {
    pub fn fault(&self) -> Option<Fault> {
        self.0.as_ref().map(|rule| rule.fault)
    }
}

/// When the calls of the last minute came.
#[derive(Debug, Default)]
pub struct Quota {
    last: VecDeque<Timestamp>,
}

/// A client that can only send GET and POST names the method in a header.
pub async fn overridden(mut request: Request<Body>) -> Request<Body> {
    let method = request.headers().get("x-http-method-override");
    let method = method.and_then(|it| it.to_str().ok()?.to_uppercase().parse().ok());
    if let Some(method) = method.filter(|_| request.method() == Method::POST) {
        *request.method_mut() = method;
    }
    request
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
    let path = request.uri().path().to_owned();
    let Some((customer, method)) = call_of(request.method(), &path) else {
        let answer = next.run(request).await;
        return match answer.status() {
            StatusCode::METHOD_NOT_ALLOWED => Failure::not_found("method").into_response(),
            _ => answer,
        };
    };
    let dice = Uuid::new_v4().as_u128() as u64;
    let (latency, injected) = {
        let mut world = simulator.world();
        world.ledger.count(method);
        let latency = Duration::from_millis(world.settings.latency_ms);
        (latency, InjectedFault(world.next_fault(method, dice)))
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let refusal = {
        let mut world = simulator.world();
        refused_before(&injected, &mut world).or_else(|| {
            Some(
                world
                    .check(method, request.headers())
                    .err()?
                    .into_response(),
            )
        })
    };
    let uri = request.uri().clone();
    let refusal = refusal.or_else(|| {
        let is_known = customer == "my_customer" || customer == CUSTOMER;
        (!is_known).then(|| Failure::not_found("customerId").into_response())
    });
    if let Some(refusal) = refusal {
        // What stands before the API has no envelope.
        return match refusal.extensions().get::<Failure>() {
            Some(_) => envelop(method, &uri, refusal).await,
            None => refusal,
        };
    }
    request.extensions_mut().insert(injected.clone());
    let answer = envelop(method, &uri, next.run(request).await).await;
    match injected.0 {
        Some(rule) => body::spoil(answer, &rule).await,
        None => answer,
    }
}

/// What the fault answers before anything is done.
pub fn refused_before(injected: &InjectedFault, world: &mut World) -> Option<Response> {
    let rule = injected.0.as_ref()?;
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
    let path = path.strip_prefix("/admin/directory/v1/")?;
    let method = if *method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    if let Some(customer) = path.strip_prefix("customers/") {
        return (*method == Method::GET).then_some((customer, "customers.get"));
    }
    let path = path.strip_prefix("customer/")?;
    let (customer, path) = path.split_once('/')?;
    if path == "orgunits" {
        return Some((customer, "orgunits.list"));
    }
    if path.starts_with("orgunits/") {
        return Some((customer, "orgunits.get"));
    }
    let rest = path.strip_prefix("devices/chromeos")?;
    let name = match (method.as_str(), rest) {
        ("GET", "") => "list",
        ("POST", ":batchChangeStatus") => "batchChangeStatus",
        ("GET", ":countChromeOsDevices") => "countChromeOsDevices",
        ("POST", "/moveDevicesToOu") => "moveDevicesToOu",
        ("POST", rest) if rest.ends_with("/action") => "action",
        ("GET", rest) if rest.contains("/commands/") => "commands.get",
        ("GET", _) => "get",
        ("PATCH", _) => "patch",
        ("PUT", _) => "update",
        ("POST", rest) if rest.ends_with(":issueCommand") => "issueCommand",
        _ => return None,
    };
    Some((customer, name))
}
