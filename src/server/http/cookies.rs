//! The two cookies: the session's, and the one by which a browser is known again.
//!
//! The server is reached on this computer only, without TLS, so they have neither `Secure`
//! nor the prefix that demands it, and other ports of this computer see them too. `Lax`,
//! because a session has to be there when a link leads to the console; what changes
//! anything is guarded by itself (`guard.rs`).

use axum::http::{HeaderMap, HeaderValue, header};

use crate::server::identity::KNOWN_DAYS;

pub const SESSION: &str = "sunset";
pub const DEVICE: &str = "sunset-device";

/// What a request has of this cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// Gives the browser a session. It is kept until the browser is closed, and ends before.
pub fn session_cookie(token: &str) -> HeaderValue {
    value(format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Lax"))
}

/// Takes the session from the browser.
pub fn no_session_cookie() -> HeaderValue {
    value(format!(
        "{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    ))
}

/// Makes the browser known.
pub fn device_cookie(cookie: &str) -> HeaderValue {
    let seconds = KNOWN_DAYS * 24 * 3600;
    value(format!(
        "{DEVICE}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}"
    ))
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
        assert_eq!(cookie(&headers, SESSION), Some("token=1"));
        assert_eq!(cookie(&headers, DEVICE), Some("d"));
        assert_eq!(cookie(&headers, "dark"), None);
    }
}
