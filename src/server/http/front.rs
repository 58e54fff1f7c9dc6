//! By which name the console is called, and who may pass requests on.
//!
//! Without a public address only this computer is served, by its own names, and no proxy
//! may bring others. With one, requests have to name exactly that address, so that neither
//! a name that was made to point here nor another port of the same proxy reaches the
//! console, and only proxies that the settings name can say whose request they pass on.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::serve::Peer;
use crate::server::config::{FrontArgs, Network, PublicUrl};

/// What only a proxy sends.
const FORWARDED: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
];

/// The address of the console and its proxies. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Front(Arc<Settings>);

#[derive(Debug, Default)]
struct Settings {
    public: Option<PublicUrl>,
    trusted: Vec<Network>,
}

/// Why a request is not let in.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// A proxy brings others to a console that serves its own computer only.
    Proxied,
    /// It does not name this computer.
    NotLocal,
    /// A proxy passed it on that the settings do not name.
    Untrusted,
    /// It does not name the public address, which is this.
    Misdirected(String),
    /// The proxy was reached without encryption. Where it leads instead, if it is a page.
    Plain(Option<String>),
}

impl Front {
    pub fn new(options: &FrontArgs) -> Self {
        Self(Arc::new(Settings {
            public: options.public_url.clone(),
            trusted: options.trusted_proxy.clone(),
        }))
    }

    /// The address that people open, where it is not this computer's own.
    pub fn public(&self) -> Option<&PublicUrl> {
        self.0.public.as_ref()
    }

    /// Whom the request comes from.
    ///
    /// # Errors
    /// It is not let in.
    fn admit(&self, request: &Request) -> Result<Peer, Refusal> {
        let headers = request.headers();
        let Peer(peer) = request.extensions().get().copied().unwrap_or_default();
        let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        let Some(public) = self.public() else {
            return match host(request).is_some_and(is_loopback) {
                _ if is_forwarded => Err(Refusal::Proxied),
                true => Ok(Peer(peer)),
                false => Err(Refusal::NotLocal),
            };
        };
        if is_forwarded && !self.trusts(peer) {
            return Err(Refusal::Untrusted);
        }
        if !host(request).is_some_and(|host| public.is_host(host)) {
            return Err(Refusal::Misdirected(public.to_string()));
        }
        if is_forwarded && last(headers, "x-forwarded-proto").is_some_and(|it| it != "https") {
            let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
            let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
            return Err(Refusal::Plain(is_page.then(|| format!("{public}{path}"))));
        }
        Ok(Peer(self.client(peer, headers)))
    }

    /// Whether this peer may say whose request it passes on. Who connects through a socket
    /// in the file system was let in by its permissions.
    fn trusts(&self, peer: Option<IpAddr>) -> bool {
        peer.is_none_or(|peer| self.0.trusted.iter().any(|network| network.contains(peer)))
    }

    /// Where a request comes from: the nearest address that is no trusted proxy. What is
    /// further away anybody can write.
    fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let hops = headers.get_all("x-forwarded-for").into_iter();
        let hops: Vec<&str> = hops
            .map(|hops| hops.to_str().unwrap_or_default())
            .flat_map(|hops| hops.split(','))
            .map(str::trim)
            .collect();
        let mut client = peer;
        for hop in hops.iter().rev() {
            let (true, Some(address)) = (self.trusts(client), address(hop)) else {
                break;
            };
            client = Some(address);
        }
        client
    }
}

/// Lets in who may be let in, and puts into the request whom it comes from.
pub async fn admit(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    match front.admit(&request) {
        Ok(peer) => {
            request.extensions_mut().insert(peer);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Proxied => (
                StatusCode::FORBIDDEN,
                "Sunset was reached through a proxy. It serves its own computer only.".to_owned(),
            ),
            Self::NotLocal => (
                StatusCode::MISDIRECTED_REQUEST,
                "This Sunset serves its own computer only: call it localhost.".to_owned(),
            ),
            Self::Untrusted => (
                StatusCode::FORBIDDEN,
                "A proxy passed this on that Sunset does not trust: name its address in \
                 --trusted-proxy."
                    .to_owned(),
            ),
            Self::Misdirected(public) => (
                StatusCode::MISDIRECTED_REQUEST,
                format!("This Sunset is at {public} and answers to no other name."),
            ),
            Self::Plain(Some(page)) => return Redirect::permanent(&page).into_response(),
            Self::Plain(None) => (
                StatusCode::FORBIDDEN,
                "This Sunset takes requests over https only.".to_owned(),
            ),
        };
        (status, message).into_response()
    }
}

/// What the request calls the server; nothing where it gives two names.
fn host(request: &Request) -> Option<&str> {
    let mut named = request.headers().get_all(header::HOST).into_iter();
    let first = named.next().map(|host| host.to_str().unwrap_or_default());
    let in_target = request.uri().authority().map(|it| it.as_str());
    match (first, named.next(), in_target) {
        (Some(host), None, None) => Some(host),
        (Some(host), None, Some(target)) if host.eq_ignore_ascii_case(target) => Some(host),
        (None, None, target) => target,
        _ => None,
    }
}

/// Whether a Host header names this computer.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// What the nearest proxy has added to a list.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).into_iter();
    let last = values.next_back()?.to_str().unwrap_or_default();
    last.rsplit(',').next().map(str::trim)
}

/// An address, with a port as some proxies write it.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|it| it.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_names_of_this_computer_are_let_in() {
        for own in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:80",
            "[::1]:3000",
            "LOCALHOST",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "sunset.example",
            "127.0.0.1.example",
            "192.168.0.1",
            "",
            "localhost.x",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    fn front() -> Front {
        Front(Arc::new(Settings {
            public: Some("https://sunset.example".parse().unwrap()),
            trusted: ["10.0.0.0/8", "::1"].map(|it| it.parse().unwrap()).into(),
        }))
    }

    fn from(peer: &str, headers: &[(&str, &str)]) -> Result<String, Refusal> {
        let mut request = Request::get("/").header("host", "sunset.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = Peer((!peer.is_empty()).then(|| peer.parse().unwrap()));
        request.extensions_mut().insert(peer);
        let Peer(peer) = front().admit(&request)?;
        Ok(peer.map(|peer| peer.to_string()).unwrap_or_default())
    }

    #[test]
    fn a_request_comes_from_the_nearest_address_that_is_no_trusted_proxy() {
        const FOR: &str = "x-forwarded-for";
        for (peer, hops, client) in [
            ("10.0.0.1", vec!["203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1", vec!["192.0.2.1, 203.0.113.7"], "203.0.113.7"),
            (
                "10.0.0.1",
                vec!["192.0.2.1", "203.0.113.7,10.9.9.9"],
                "203.0.113.7",
            ),
            ("::1", vec!["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", vec!["[2001:db8::7]:4711"], "2001:db8::7"),
            ("10.0.0.1", vec!["203.0.113.7:4711"], "203.0.113.7"),
            ("10.0.0.1", vec!["203.0.113.7, unknown"], "10.0.0.1"),
            ("10.0.0.1", vec!["203.0.113.7, "], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("", vec!["203.0.113.7"], "203.0.113.7"),
            ("192.0.2.9", vec![], "192.0.2.9"),
        ] {
            let headers: Vec<_> = hops.iter().map(|hop| (FOR, *hop)).collect();
            assert_eq!(from(peer, &headers).unwrap(), client, "{peer} {hops:?}");
        }
    }

    #[test]
    fn what_is_not_over_https_or_from_a_stranger_is_refused() {
        for name in FORWARDED {
            let refused = from("192.0.2.9", &[(name, "x")]);
            assert_eq!(refused, Err(Refusal::Untrusted), "{name}");
        }
        let proto = |value| from("10.0.0.1", &[("x-forwarded-proto", value)]);
        assert!(proto("https").is_ok() && proto("http, https").is_ok());
        for value in ["http", "https, http", "HTTPS", ""] {
            let page = Some("https://sunset.example/".to_owned());
            assert_eq!(proto(value), Err(Refusal::Plain(page)), "{value}");
        }
    }

    #[test]
    fn a_request_with_two_names_has_none() {
        let named = |uri: &str, hosts: &[&str]| {
            let request = hosts
                .iter()
                .fold(Request::get(uri), |it, host| it.header("host", *host));
            let request = request.body(Body::empty()).unwrap();
            host(&request).map(str::to_owned)
        };
        assert_eq!(named("/", &["a"]).as_deref(), Some("a"));
        assert_eq!(named("http://a/", &[]).as_deref(), Some("a"));
        assert_eq!(named("http://a/", &["A"]).as_deref(), Some("A"));
        assert_eq!(named("/", &["a", "a"]), None);
        assert_eq!(named("http://b/", &["a"]), None);
        assert_eq!(named("/", &[]), None);
    }
}
