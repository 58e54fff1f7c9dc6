//! The program as it is shipped, started and asked like a browser does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sunset::server::store::Database;

/// The program named by `SUNSET_BENCH_SERVER`, if there is one.
pub fn program() -> Option<Command> {
    std::env::var("SUNSET_BENCH_SERVER").ok().map(Command::new)
}

/// A database as the program is told of it.
pub fn url(database: &Database) -> String {
    match database {
        Database::Sqlite(path) => format!("sqlite:{}", path.display()),
        Database::Postgres(url) => url.clone(),
    }
}

/// Dropped, it ends.
pub struct Server {
    process: Child,
    pub address: String,
    /// From the start of the process to the first answer that it is ready.
    pub ready: Duration,
}

impl Server {
    /// Starts the program named by `SUNSET_BENCH_SERVER`, if there is one.
    pub fn start(database: &Database) -> Option<Self> {
        Self::start_until(database, "/readyz")
    }

    /// The same with operators: only to them it says whether it is ready.
    pub fn start_for_operators(database: &Database) -> Option<Self> {
        Self::start_until(database, "/healthz")
    }

    fn start_until(database: &Database, answers: &str) -> Option<Self> {
        let mut command = program()?;
        let begun = Instant::now();
        let mut process = command
            .args(["serve", "--listen", "127.0.0.1:0", "--grace-seconds", "0"])
            .args(["--database", &url(database)])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let output = process.stdout.take().expect("its output is ours");
        let first = BufReader::new(output)
            .lines()
            .next()
            .expect("it speaks")
            .expect("it is text");
        let address = first.rsplit('/').next().unwrap_or_default().to_owned();
        let mut server = Self {
            process,
            address,
            ready: Duration::ZERO,
        };
        while server.answer(answers).1 != "200" {
            std::thread::sleep(Duration::from_millis(5));
        }
        server.ready = begun.elapsed();
        Some(server)
    }

    /// Calls a server function.
    pub fn call(&self, function: &str, arguments: &Value) -> Value {
        let body = arguments.to_string();
        let answer = self.ask(&format!(
            "POST /api/{function} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer");
        serde_json::from_str(body).expect("JSON")
    }

    pub fn get(&self, path: &str) -> Duration {
        let begun = Instant::now();
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ));
        begun.elapsed()
    }

    /// How long a page took, and the status of the answer, whatever it is.
    pub fn answer(&self, path: &str) -> (Duration, String) {
        let begun = Instant::now();
        let answer = self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ));
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        (begun.elapsed(), status)
    }

    /// How long a page took for somebody with this cookie.
    pub fn get_with(&self, path: &str, cookie: &str) -> Duration {
        let begun = Instant::now();
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Cookie: {cookie}\r\n\r\n"
        ));
        begun.elapsed()
    }

    /// The whole answer to a page.
    pub fn page(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }

    /// The whole answer to a form, whatever it is; `None` if the connection was ended before.
    pub fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<String> {
        let answer = self.try_to_send(&form(path, cookie, fields)).ok();
        answer.filter(|answer| !answer.is_empty())
    }

    fn ask(&self, request: &str) -> String {
        let answer = self.send(request);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }

    fn send(&self, request: &str) -> String {
        self.try_to_send(request).expect("it answers")
    }

    fn try_to_send(&self, request: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// What is resident, as the kernel says.
    pub fn memory(&self) -> String {
        let resident = memory_of(self.process.id(), "VmRSS:").unwrap_or(f64::NAN);
        format!("{resident:.0} MB")
    }

    /// The most that was ever resident.
    pub fn most_memory(&self) -> String {
        let most = memory_of(self.process.id(), "VmHWM:").unwrap_or(f64::NAN);
        format!("{most:.0} MB")
    }
}

/// The request that sends a form of one of our pages.
pub fn form(path: &str, cookie: &str, fields: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n\
         Sec-Fetch-Mode: navigate\r\nCookie: {cookie}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// What the kernel says of a process's memory, in MB; `None` once it has ended.
pub fn memory_of(process: u32, which: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(which))?;
    let kb: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kb / 1000.0)
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
