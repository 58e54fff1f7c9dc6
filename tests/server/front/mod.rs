//! The console at a public address, from outside: what its proxy passes on, and everybody
//! else.

mod cookies;
mod doors;
mod every_route;
mod first;
mod headers;
mod ops;
mod program;
mod proxies;
mod sockets;

use std::net::IpAddr;
use std::path::Path;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use sunset::server::config::{FrontArgs, Listen};
use sunset::server::http::{Front, Peer, ServerState, ops_router, router};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::support::Console;

pub const HOST: &str = "sunset.example";
pub const PROXY: &str = "10.0.0.5";
pub const STRANGER: &str = "203.0.113.7";

/// The settings of a console behind a proxy at `PROXY`.
pub fn settings() -> FrontArgs {
    FrontArgs {
        listen: Listen::Tcp(([0, 0, 0, 0], 0).into()),
        public_url: Some(format!("https://{HOST}").parse().unwrap()),
        trusted_proxy: vec!["10.0.0.0/24".parse().unwrap()],
        ops_listen: None,
    }
}

pub fn state(console: &Console, settings: &FrontArgs) -> ServerState {
    let state = ServerState::new(
        console.app.clone(),
        Path::new("no-site"),
        CancellationToken::new(),
    );
    state.with_front(Front::new(settings))
}

/// A console at a public address, and what watches it.
pub struct Public {
    pub console: Router,
    pub ops: Router,
}

/// What somebody was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Public {
    pub fn new(console: &Console) -> Self {
        let state = state(console, &settings());
        Self {
            ops: ops_router(state.clone()),
            console: router(state),
        }
    }

    /// Asks as somebody at this address; with none, over a socket.
    pub async fn ask(&self, peer: &str, request: Request<Body>) -> Answer {
        answer(&self.console, peer, request).await
    }

    /// Asks for a path through the proxy, as a browser does.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(PROXY, passed_on(Request::get(path), Body::empty()))
            .await
    }
}

/// Asks as somebody at this address.
pub async fn answer(router: &Router, peer: &str, mut request: Request<Body>) -> Answer {
    let peer: Option<IpAddr> = (!peer.is_empty()).then(|| peer.parse().unwrap());
    request.extensions_mut().insert(Peer(peer));
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let is_stream =
        parts.headers.get(header::CONTENT_TYPE) == Some(&"text/event-stream".parse().unwrap());
    let body = match is_stream {
        true => Vec::new(),
        false => to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    };
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// A request as a good proxy passes it on.
pub fn passed_on(request: axum::http::request::Builder, body: Body) -> Request<Body> {
    request
        .header(header::HOST, HOST)
        .header("x-forwarded-for", STRANGER)
        .header("x-forwarded-proto", "https")
        .body(body)
        .unwrap()
}

/// What every answer of a public console carries, also what is refused.
pub fn assert_guarded(answer: &Answer) {
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        let message = answer.headers.get(name).map(|it| it.to_str().unwrap());
        assert_eq!(message, Some(value), "{name} of {answer:?}");
    }
    for name in [
        "content-security-policy",
        "permissions-policy",
        "cache-control",
        "content-type",
    ] {
        assert!(answer.headers.contains_key(name), "{name} of {answer:?}");
    }
}

pub const FORBIDDEN: u16 = StatusCode::FORBIDDEN.as_u16();
pub const MISDIRECTED: u16 = StatusCode::MISDIRECTED_REQUEST.as_u16();
