//! `sunset healthcheck`: asks the server on this computer whether it is ready. Container engines
//! run it.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::server::config::{Healthcheck, Listen};

/// The time in which the server has to answer.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The longest answer, in bytes.
const LONGEST: u64 = 4096;

impl Healthcheck {
    /// Asks the server with these settings whether it is ready. At a public address without
    /// `--ops-listen` it asks only whether the process lives.
    ///
    /// # Errors
    /// A sentence: it is not, or it does not answer.
    pub fn run(&self) -> Result<String, String> {
        let place = match self.front.ops_listen {
            Some(ops) => Listen::Tcp(ops),
            None => self.front.listen.clone(),
        };
        let (path, host) = match (&self.front.ops_listen, &self.front.public_url) {
            (None, Some(public)) => ("/healthz", public.host()),
            _ => ("/readyz", "localhost"),
        };
        let answer = ask(&place, host, path)
            .map_err(|cause| format!("Sunset does not answer at {place}: {cause}."))?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        let text = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        match status {
            "200" => Ok(text.to_owned()),
            _ => Err(format!(
                "Sunset at {place} is not well: status {status}, {text}."
            )),
        }
    }
}

fn ask(place: &Listen, host: &str, path: &str) -> io::Result<String> {
    match place {
        Listen::Tcp(address) => {
            let stream = TcpStream::connect_timeout(&reachable(*address), TIME_LIMIT)?;
            stream.set_read_timeout(Some(TIME_LIMIT))?;
            get(stream, host, path)
        }
        Listen::Unix(path_to_socket) => {
            let stream = UnixStream::connect(path_to_socket)?;
            stream.set_read_timeout(Some(TIME_LIMIT))?;
            get(stream, host, path)
        }
    }
}

/// The address to connect to when the server listens on all addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    let here = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(here, address.port())
}

fn get(mut stream: impl Read + Write, host: &str, path: &str) -> io::Result<String> {
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    Ok(answer)
}
