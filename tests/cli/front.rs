//! The program at a public address, as its service starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{refusal, sqlite};

/// Asks for a path by this name, and returns status and text.
fn ask(mut stream: impl Read + Write, host: &str, path: &str) -> (String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().to_owned(), text.to_owned())
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let message = refusal(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(message.contains("serves this computer only"), "{message}");
    let message = refusal(&["serve", "--listen", "unix:/tmp/sunset.sock"]);
    assert!(message.contains("without --public-url"), "{message}");
    let message = refusal(&["serve", "--ops-listen", "0.0.0.0:9300"]);
    assert!(message.contains("use 127.0.0.1"), "{message}");
    let message = refusal(&["serve", "--trusted-proxy", "10.0.0.5"]);
    assert!(message.contains("needs --public-url"), "{message}");
    let message = refusal(&["serve", "--public-url", "http://sunset.example"]);
    assert!(
        message.contains("https://HOST or https://HOST:PORT is needed"),
        "{message}"
    );
    let message = refusal(&["serve", "--trusted-proxy", "10.0.0.5,10.0.0.1/24"]);
    assert!(
        message.contains("10.0.0.1/24 has bits beyond the first 24"),
        "{message}"
    );
}

#[test]
fn a_socket_serves_the_public_address_and_a_port_of_this_computer_the_figures() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pkg")).unwrap();
    let socket = folder.path().join("http.sock");
    let mut server = Command::new(env!("CARGO_BIN_EXE_sunset"))
        .arg("serve")
        .arg(format!("--listen=unix:{}", socket.display()))
        .args(["--public-url", "https://sunset.example"])
        .args(["--ops-listen", "127.0.0.1:0"])
        .arg(format!(
            "--database={}",
            sqlite(&folder.path().join("s.db"))
        ))
        .arg("--site-root")
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap());
    let mut lines = String::new();
    for _ in 0..3 {
        said.read_line(&mut lines).unwrap();
    }
    assert!(
        lines.starts_with("Sunset is at https://sunset.example; its proxy"),
        "{lines}"
    );
    assert!(
        lines.contains("nobody as long as there are no operators"),
        "{lines}"
    );
    let figures = lines.split_once("http://").unwrap().1;
    let figures = figures.split('/').next().unwrap();

    let on_socket = |path: &str| {
        ask(
            UnixStream::connect(&socket).unwrap(),
            "sunset.example",
            path,
        )
    };
    assert_eq!(on_socket("/healthz"), ("200".to_owned(), "ok".to_owned()));
    assert_eq!(on_socket("/devices").0, "403");
    assert_eq!(on_socket("/metrics").0, "403");
    let on_ops = |host: &str, path: &str| ask(TcpStream::connect(figures).unwrap(), host, path);
    let begun = Instant::now();
    while on_ops("localhost", "/readyz").0 != "200" {
        assert!(
            begun.elapsed() < Duration::from_secs(25),
            "it does not get ready"
        );
        sleep(Duration::from_millis(20));
    }
    assert!(
        on_ops("localhost", "/metrics")
            .1
            .contains("sunset_devices 0")
    );
    assert_eq!(on_ops("sunset.example", "/metrics").0, "421");

    let id = rustix::process::Pid::from_child(&server);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert!(server.wait().unwrap().success());
    assert!(!socket.exists(), "it takes its socket with it");
}
