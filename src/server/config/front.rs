//! Where the console is served, and to whom: to this computer only, or behind a proxy under
//! a public address.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::network::Network;
use super::public_url::PublicUrl;

#[derive(Clone, Debug, Args)]
pub struct FrontArgs {
    /// Where to serve: an address of this computer such as 127.0.0.1:3000, or unix:PATH for
    /// a socket. Other addresses and sockets need --public-url.
    #[arg(long, env = "SUNSET_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: Listen,
    /// The address that people open, https://HOST or https://HOST:PORT. A proxy serves it
    /// and passes requests on to --listen (docs/proxy.md).
    #[arg(long, env = "SUNSET_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// The proxies that may pass requests on: addresses or networks, such as 10.0.0.5 or
    /// 10.0.0.0/24, with commas between them.
    #[arg(
        long,
        env = "SUNSET_TRUSTED_PROXY",
        value_name = "CIDR",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<Network>,
    /// Where to serve /metrics and /readyz to this computer, without sign-in. With
    /// --public-url they are served nowhere else.
    #[arg(long, env = "SUNSET_OPS_LISTEN", value_name = "ADDRESS")]
    pub ops_listen: Option<SocketAddr>,
}

impl FrontArgs {
    /// # Errors
    /// A sentence: the console would be open to others, or the settings do not fit together.
    pub fn check(&self) -> Result<(), String> {
        if let Some(ops) = self.ops_listen
            && !ops.ip().is_loopback()
        {
            return Err(format!(
                "--ops-listen {ops} is no address of this computer alone: use 127.0.0.1."
            ));
        }
        if self.public_url.is_some() {
            return Ok(());
        }
        if !self.trusted_proxy.is_empty() {
            return Err(
                "--trusted-proxy needs --public-url, the address that people open.".to_owned(),
            );
        }
        match &self.listen {
            Listen::Tcp(address) if address.ip().is_loopback() => Ok(()),
            Listen::Tcp(address) => Err(format!(
                "Sunset does not listen on {} without --public-url: it serves this computer \
                 only. Use 127.0.0.1, or a proxy (docs/proxy.md).",
                address.ip()
            )),
            Listen::Unix(path) => Err(format!(
                "Sunset does not listen on {} without --public-url: only a proxy reaches a \
                 socket (docs/proxy.md).",
                path.display()
            )),
        }
    }

    /// Where the console is, and whom it serves; `place` is where connections are taken, and
    /// `ops` where its figures are. `first` is the link that makes the first operator.
    pub fn started(
        &self,
        place: &Listen,
        ops: Option<&Listen>,
        has_operators: bool,
        first: Option<String>,
    ) -> String {
        let whom = match (&self.public_url, has_operators) {
            (None, true) => "this computer only, and those who sign in",
            (None, false) => {
                "this computer only, without sign-in as long as there are no operators"
            }
            (Some(_), true) => "those who sign in",
            (Some(_), false) => "nobody as long as there are no operators",
        };
        let at = match &self.public_url {
            None => format!("http://{place}"),
            Some(public) => format!("{public}; its proxy reaches it at {place}"),
        };
        let figures = match ops {
            Some(ops) => format!("\nFigures are at http://{ops}/metrics."),
            None => String::new(),
        };
        let first = match first {
            Some(link) => format!(
                "\nTo make the first operator, open this link within 15 minutes. It works once:\n\
                 {link}"
            ),
            None => String::new(),
        };
        format!("Sunset is at {at}\nIt serves {whom}. Stop it with Ctrl+C.{figures}{first}")
    }
}

#[derive(Debug, Args)]
pub struct Healthcheck {
    #[command(flatten)]
    pub front: FrontArgs,
}

/// Where connections are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(_) => Err("a socket needs an absolute path, as unix:/run/sunset/http".to_owned()),
            None => text.parse().map(Self::Tcp).map_err(|_| {
                "an address and a port are needed, such as 127.0.0.1:3000, or unix:PATH".to_owned()
            }),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_told_from_an_address() {
        assert_eq!(
            "unix:/run/s".parse(),
            Ok(Listen::Unix(PathBuf::from("/run/s")))
        );
        assert!("unix:run/s".parse::<Listen>().is_err());
        assert!("localhost".parse::<Listen>().is_err());
        assert_eq!("[::1]:0".parse::<Listen>().unwrap().to_string(), "[::1]:0");
    }
}
