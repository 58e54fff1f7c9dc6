//! Five hundred open pages while a job of 100,000 devices runs: how late the slowest of
//! them hears of anything, though ten of them read nothing, and how long a page takes.
//!
//! Late is who hears of a thing after the first to hear of it. The bare limit is the
//! same sockets, written to in a row by a program that does nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::server::config::Rules;
use sunset::server::store::{Database, Store};
use sunset::server::{App, Scoped};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::block_in_place;

use crate::report::{alone, row};
use crate::server::Server;

const PAGES: usize = 500;
const DEAF: usize = 10;
/// How many devices the job has; a fleet of fewer is over before the pages are open.
pub const DEVICES: u32 = 100_000;

/// How many pages are asked for with no job running, to compare with.
const QUIET: usize = 200;

/// When the first and the last reader heard of a thing, and how many did.
type Heard = Arc<Mutex<BTreeMap<String, (Instant, Instant, usize)>>>;

pub async fn measure(database: &Database) {
    let selection = active(database).await;
    let Some(server) = Server::start(database) else {
        return;
    };
    let quiet: Vec<Duration> =
        block_in_place(|| (0..QUIET).map(|_| server.get("/devices")).collect());
    let heard = Heard::default();
    let mut deaf = Vec::new();
    for page in 0..PAGES {
        let stream = listen(&server.address).await;
        if page < DEAF {
            deaf.push(stream);
        } else {
            tokio::spawn(read(stream, heard.clone()));
        }
    }
    let busy = block_in_place(|| run_job(&server, &selection));
    let bare = Heard::default();
    let ours = lateness(&heard);
    fan_out(bare.clone(), ours.len().min(100)).await;
    let floor = lateness(&bare);
    let name = format!("latest of {} open pages", PAGES - DEAF);
    row(&format!("{name}, p50"), at(&ours, 50), at(&floor, 50));
    row(&format!("{name}, worst"), at(&ours, 100), at(&floor, 100));
    let name = format!("whole page during a job of {}", selection.len());
    row(
        &format!("{name}, p50 (no job)"),
        at(&busy, 50),
        at(&quiet, 50),
    );
    row(
        &format!("{name}, p99 (no job)"),
        at(&busy, 99),
        at(&quiet, 99),
    );
    alone("memory, with the open pages", &server.memory());
    drop(deaf);
}

const WHOLE: &str = "no reader panics";

async fn active(database: &Database) -> Selection {
    let store = Store::open(database).await.expect("the database opens");
    let store = Arc::new(store);
    let filter = DeviceFilter {
        statuses: vec![DeviceStatus::Active],
        ..DeviceFilter::default()
    };
    let who = Scoped::at_this_computer();
    let app = App::new(store.clone(), Rules::default());
    let all = app.inventory.matching(&who, &filter).await;
    let selection = all
        .expect("it answers")
        .iter()
        .take(DEVICES as usize)
        .collect();
    store.close().await;
    selection
}

/// Runs a job to its end. Returns how long pages took meanwhile.
fn run_job(server: &Server, selection: &Selection) -> Vec<Duration> {
    let plan = server.call("plans/make", &json!({ "selection": selection }));
    let execution = json!({
        "plan": plan["id"], "hash": plan["hash"], "reason": "retiring_device", "note": "",
        "acknowledged": true, "typed_count": plan["eligible"],
    });
    let job = server.call("jobs/start", &json!({ "execution": execution }));
    let mut times = Vec::new();
    let is_over = |job: &Value| job["finished_at"] != Value::Null;
    while !is_over(&server.call("jobs/read", &json!({ "id": job["id"] }))) {
        times.extend((0..10).map(|_| server.get("/devices")));
    }
    times
}

async fn listen(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request).await.expect("it reads");
    stream
}

/// Notes when each thing was heard of, until the stream ends. A thing is a line.
async fn read(stream: TcpStream, heard: Heard) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if !line.starts_with("data: {\"job\"") {
            continue;
        }
        let now = Instant::now();
        let mut heard = heard.lock().expect(WHOLE);
        let (_, last, readers) = heard.entry(line).or_insert((now, now, 0));
        (*last, *readers) = (now, *readers + 1);
    }
}

/// The bare limit: so many lines to as many readers, with a rest after each.
async fn fan_out(heard: Heard, lines: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for _ in DEAF..PAGES {
        let reader = TcpStream::connect(address).await.expect("it listens");
        readers.push(tokio::spawn(read(reader, heard.clone())));
        writers.push(listener.accept().await.expect("it connects").0);
    }
    for line in 0..lines {
        // As long as an update of a job is.
        let line = format!("data: {{\"job\":{line:0>600}}}\n");
        for writer in &mut writers {
            writer.write_all(line.as_bytes()).await.expect("it reads");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(writers);
    for reader in readers {
        reader.await.expect(WHOLE);
    }
}

/// How late the last reader heard of each thing that all heard of.
fn lateness(heard: &Heard) -> Vec<Duration> {
    let heard = heard.lock().expect(WHOLE);
    let all = heard.values().filter(|heard| heard.2 == PAGES - DEAF);
    let lateness: Vec<Duration> = all.map(|(first, last, _)| *last - *first).collect();
    assert!(!lateness.is_empty(), "no reader is cut off");
    lateness
}

/// The time that so many percent are within.
fn at(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}
