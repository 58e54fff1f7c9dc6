//! The cookies: the session's, the one by which a browser is known again, and for a few minutes
//! the one that says which sign-in with the identity provider was begun in it.
//!
//! At a public address they are sent over `https` only, and their prefix makes browsers
//! refuse any that another host of the domain tries to set. On this computer there is no
//! TLS, so they have neither `Secure` nor the prefix that demands it, and other ports of
//! this computer see them too. `Lax`, because a session has to be there when a link leads
//! to the console; what changes anything is guarded by itself (`guard.rs`).

use axum::http::{HeaderMap, HeaderValue, header};

use super::front::Front;
use crate::server::identity::KNOWN_DAYS;

/// What they are called, and how they are marked.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    pub session: &'static str,
    pub device: &'static str,
    pub attempt: &'static str,
    marks: &'static str,
}

impl Cookies {
    const LOCAL: Self = Self {
        session: "sunset",
        device: "sunset-device",
        attempt: "sunset-sso",
        marks: "Path=/; HttpOnly; SameSite=Lax",
    };

    const PUBLIC: Self = Self {
        session: "__Host-sunset",
        device: "__Host-sunset-device",
        attempt: "__Host-sunset-sso",
        marks: "Path=/; Secure; HttpOnly; SameSite=Lax",
    };

    pub fn of(front: &Front) -> Self {
        match front.public() {
            Some(_) => Self::PUBLIC,
            None => Self::LOCAL,
        }
    }

    /// Gives the browser a session. It is kept until the browser is closed, and ends before.
    pub fn keep_session(self, token: &str) -> HeaderValue {
        value(format!("{}={token}; {}", self.session, self.marks))
    }

    /// Takes the session from the browser.
    pub fn drop_session(self) -> HeaderValue {
        value(format!("{}=; {}; Max-Age=0", self.session, self.marks))
    }

    /// Notes a sign-in with the provider.
    pub fn keep_attempt(self, token: &str) -> HeaderValue {
        let Self { attempt, marks, .. } = self;
        value(format!("{attempt}={token}; {marks}; Max-Age=600"))
    }

    /// The sign-in is over.
    pub fn drop_attempt(self) -> HeaderValue {
        value(format!("{}=; {}; Max-Age=0", self.attempt, self.marks))
    }

    /// Makes the browser known.
    pub fn keep_device(self, cookie: &str) -> HeaderValue {
        let seconds = KNOWN_DAYS * 24 * 3600;
        let Self { device, marks, .. } = self;
        value(format!("{device}={cookie}; {marks}; Max-Age={seconds}"))
    }
}

/// What a request has of this cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

fn value(cookie: String) -> HeaderValue {
    HeaderValue::from_str(&cookie).expect("tokens of ours have no other characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        for all in ["theme=dark; sunset-device=d", "a=b;sunset=token=1; c"] {
            headers.append(header::COOKIE, HeaderValue::from_static(all));
        }
        let Cookies {
            session, device, ..
        } = Cookies::LOCAL;
        assert_eq!(cookie(&headers, session), Some("token=1"));
        assert_eq!(cookie(&headers, device), Some("d"));
        assert_eq!(cookie(&headers, "dark"), None);
    }
}
