//! Whole pages, as a browser asks for them, from the program as it is shipped; and
//! the memory that it takes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sunset::server::store::Database;

use crate::report::{alone, ms};

const CLIENTS: usize = 16;
const REQUESTS: usize = 800;

/// Measures the program named by `SUNSET_BENCH_SERVER`, if there is one.
pub fn measure(database: &Database, size: u32) {
    let (Ok(program), Database::Sqlite(path)) = (std::env::var("SUNSET_BENCH_SERVER"), database)
    else {
        return;
    };
    let server = Server::start(&program, path);
    alone("memory, idle", &server.memory());
    for (name, path) in [
        ("whole first page", "/devices".to_owned()),
        ("whole filtered page", "/devices?status=DISABLED".to_owned()),
        (
            "whole deep page",
            format!("/devices?page={}", size / 50 * 3 / 5),
        ),
        ("whole page, part of a serial", "/devices?q=5cd1".to_owned()),
    ] {
        let mut times: Vec<Duration> = (0..40).map(|_| server.get(&path)).collect();
        times.sort();
        alone(
            name,
            &format!("p50 {}, p99 {}", ms(times[20]), ms(times[39])),
        );
    }
    alone(
        "pages a second, 16 clients",
        &format!("{:.0}", server.pages_a_second()),
    );
    alone("memory, after the pages", &server.memory());
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(program: &str, database: &Path) -> Self {
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(format!("sqlite:{}", database.display()))
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
        Self { process, address }
    }

    fn get(&self, path: &str) -> Duration {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        begun.elapsed()
    }

    fn pages_a_second(&self) -> f64 {
        let next = AtomicUsize::new(0);
        let begun = Instant::now();
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while next.fetch_add(1, Ordering::Relaxed) < REQUESTS {
                        self.get("/devices");
                    }
                });
            }
        });
        REQUESTS as f64 / begun.elapsed().as_secs_f64()
    }

    /// What is resident, as the kernel says.
    fn memory(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or_default();
        let kb: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|kb| kb.parse().ok())
            .unwrap_or(f64::NAN);
        format!("{:.0} MB", kb / 1000.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
