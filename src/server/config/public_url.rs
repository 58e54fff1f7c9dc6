//! The address that people open.

use std::fmt;
use std::str::FromStr;

/// The address that people open. It is `https`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Host and port as a browser sends them: lower case, and no port 443.
    host: String,
}

impl PublicUrl {
    pub fn host(&self) -> &str {
        &self.host
    }

    /// As browsers name it in `Origin`.
    pub fn origin(&self) -> String {
        format!("https://{}", self.host)
    }

    /// Whether a Host header names it.
    pub fn is_host(&self, host: &str) -> bool {
        plain_host(host) == self.host
    }
}

/// A host and port in lower case and without the port that `https` has anyway.
fn plain_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    host.strip_suffix(":443").map(str::to_owned).unwrap_or(host)
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let needed = || "https://HOST or https://HOST:PORT is needed, without a path".to_owned();
        let rest = text.strip_prefix("https://").ok_or_else(needed)?;
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let authority: http::uri::Authority = host.parse().map_err(|_| needed())?;
        let name = authority.host();
        let port = authority.as_str().strip_prefix(name);
        let is_port = |port: &str| port.is_empty() || port[1..].parse::<u16>().is_ok();
        if name.is_empty() || !port.is_some_and(is_port) {
            return Err(needed());
        }
        Ok(Self {
            host: plain_host(host),
        })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_https_and_nothing_more() {
        for (text, host) in [
            ("https://sunset.example", "sunset.example"),
            ("https://Sunset.Example/", "sunset.example"),
            ("https://sunset.example:443", "sunset.example"),
            ("https://sunset.example:8443", "sunset.example:8443"),
            ("https://[2001:DB8::1]:8443", "[2001:db8::1]:8443"),
            ("https://[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().host(), host, "{text}");
        }
        for text in [
            "http://sunset.example",
            "sunset.example",
            "https://",
            "https://sunset.example/console",
            "https://sunset.example?x",
            "https://me@sunset.example",
            "https://sunset.example:",
            "https://sunset.example:x",
            "https://sunset.example:70000",
            "https://:443",
            "https://a b",
        ] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_is_compared_in_lower_case_and_without_the_usual_port() {
        let url: PublicUrl = "https://sunset.example".parse().unwrap();
        for host in ["sunset.example", "SUNSET.example:443"] {
            assert!(url.is_host(host), "{host}");
        }
        for host in [
            "",
            "sunset.example:80",
            "sunset.example.",
            "x.sunset.example",
            "127.0.0.1",
        ] {
            assert!(!url.is_host(host), "{host}");
        }
    }
}
