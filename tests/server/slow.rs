//! Clients that only hold a place: each is cut off, and keeps nobody out.

use std::time::Duration;

use sunset::server::http::request_limits::Limits;
use sunset::server::http::{ServerState, router, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::support::{Console, device, on_each_database};

/// Long enough for an answer, short enough to wait for.
const SOON: Duration = Duration::from_millis(400);

/// A server on a port of its own.
struct Listening {
    address: std::net::SocketAddr,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
}

impl Listening {
    async fn start(console: &Console, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let folder = std::path::Path::new("no-site");
        let state = ServerState::new(console.app.clone(), folder, stop.clone()).with_limits(limits);
        let serving = tokio::spawn(serve(listener, router(state), limits, stop.clone()));
        Self {
            address,
            stop,
            serving,
        }
    }

    /// A connection on which this was said.
    async fn say(&self, words: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        // Small, so that what is not taken soon fills the way.
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        stream
    }

    async fn is_well(&self) {
        let mut stream = self.say(WHOLE).await;
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
    }

    async fn end(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }
}

const EXPORT: &str = "GET /devices/export.csv HTTP/1.1\r\nHost: localhost\r\n\r\n";

const WHOLE: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Reads until the server has cut it off. Returns what came.
async fn until_cut(mut stream: TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let read = stream.read_to_end(&mut all);
    // A connection that is cut off with something unread ends in an error, too.
    let _ = tokio::time::timeout(Duration::from_secs(30), read)
        .await
        .expect("it is cut off");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_slow_in_any_way_is_cut_off() {
    on_each_database(async |console: Console| {
        // Their file does not fit into what the system holds back for a reader.
        console.fill((0..30_000).map(device)).await;
        let limits = Limits {
            header: SOON,
            body: SOON,
            idle: SOON,
            stall: SOON,
            exports: 1,
            ..Limits::default()
        };
        let server = Listening::start(&console, limits).await;

        let silent = server.say("").await;
        let half_a_header = server.say("GET /healthz HTTP/1.1\r\nHost: loc").await;
        let half_a_body = server
            .say(
                "POST /api/jobs/list HTTP/1.1\r\nHost: localhost\r\n\
                 Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
            )
            .await;
        let idle = server.say(WHOLE).await;
        let deaf = server.say(EXPORT).await;

        assert_eq!(until_cut(silent).await, b"");
        assert_eq!(until_cut(half_a_header).await, b"");
        let message = until_cut(half_a_body).await;
        assert!(
            message.starts_with(b"HTTP/1.1 408"),
            "{}",
            String::from_utf8_lossy(&message)
        );
        let message = until_cut(idle).await;
        assert!(message.starts_with(b"HTTP/1.1 200"));
        // Once it was cut off there is a place for another export.
        crate::support::until(async || {
            let mut other = server.say(EXPORT).await;
            let mut answer = [0; 12];
            other.read_exact(&mut answer).await.unwrap();
            &answer == b"HTTP/1.1 200"
        })
        .await;
        let file = until_cut(deaf).await;
        assert!(
            !file.ends_with(b"0\r\n\r\n"),
            "it is whole: {} bytes",
            file.len()
        );
        server.is_well().await;
        server.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_holds_a_place_keeps_nobody_out() {
    on_each_database(async |console: Console| {
        let limits = Limits {
            connections: 50,
            ..Limits::default()
        };
        let server = Listening::start(&console, limits).await;
        let mut holding = Vec::new();
        for _ in 0..120 {
            holding.push(server.say("GET / HTTP/1.1\r\n").await);
        }
        server.is_well().await;
        drop(holding);
        server.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_all_are_at_work_a_new_connection_waits_for_its_turn() {
    on_each_database(async |console: Console| {
        let limits = Limits {
            connections: 2,
            ..Limits::default()
        };
        let server = Listening::start(&console, limits).await;
        let mut at_work = Vec::new();
        for _ in 0..2 {
            let mut stream = server
                .say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .await;
            let mut answer = [0; 15];
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200 OK");
            at_work.push(stream);
        }
        let mut next = server.say(WHOLE).await;
        let mut answer = [0; 15];
        let early = tokio::time::timeout(SOON, next.read_exact(&mut answer)).await;
        assert!(early.is_err(), "there is no place for it: {early:?}");
        at_work.pop();
        next.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        drop(at_work);
        server.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_under_way_is_given_whole_when_the_server_stops() {
    on_each_database(async |console: Console| {
        console.fill((0..6000).map(device)).await;
        let server = Listening::start(&console, Limits::default()).await;
        let file = server.say(EXPORT).await;
        let mut first = [0; 1];
        assert_eq!(file.peek(&mut first).await.unwrap(), 1);
        server.stop.cancel();
        let whole = until_cut(file).await;
        assert!(whole.ends_with(b"0\r\n\r\n"), "{} bytes", whole.len());
        server.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_streams_and_exports_are_told_to_come_again() {
    on_each_database(async |console: Console| {
        console.fill((0..6000).map(device)).await;
        let limits = Limits {
            streams: 2,
            exports: 1,
            ..Limits::default()
        };
        let server = Listening::start(&console, limits).await;
        let ask = async |path: &str| {
            let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            let mut stream = server.say(&request).await;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.unwrap();
            (stream, String::from_utf8_lossy(&answer).into_owned())
        };
        for path in ["/events", "/devices/export.csv"] {
            let mut open = Vec::new();
            for _ in 0..if path == "/events" { 2 } else { 1 } {
                let (stream, answer) = ask(path).await;
                assert_eq!(answer, "HTTP/1.1 200");
                open.push(stream);
            }
            assert_eq!(ask(path).await.1, "HTTP/1.1 503");
            // The place of who is gone is free again.
            drop(open);
            crate::support::until(async || ask(path).await.1 == "HTTP/1.1 200").await;
        }
        server.end().await;
    })
    .await;
}
