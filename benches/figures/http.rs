//! Whole pages, as a browser asks for them, from the program as it is shipped; and
//! the memory that it takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sunset::server::store::Database;

use crate::report::{alone, ms};
use crate::server::Server;

const CLIENTS: usize = 16;
const REQUESTS: usize = 800;

/// Measures the program named by `SUNSET_BENCH_SERVER`, if there is one.
pub fn measure(database: &Database, size: u32) {
    let Some(server) = Server::start(database) else {
        return;
    };
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
    refused(&server);
    alone(
        "pages a second, 16 clients",
        &format!("{:.0}", pages_a_second(&server)),
    );
    alone("memory, after the pages", &server.memory());
}

/// A filter of more values than may be asked for, and what is answered to it: the whole
/// request, for the point of refusing is what it spares.
fn refused(server: &Server) {
    let values: Vec<String> = (0..300).map(|n| format!("model=Model+{n}")).collect();
    let path = format!("/devices?{}", values.join("&"));
    let mut answers: Vec<(Duration, String)> = (0..20).map(|_| server.answer(&path)).collect();
    answers.sort();
    let (median, status) = &answers[10];
    alone(
        "filter of 300 values",
        &format!("{status} in {}", ms(*median)),
    );
}

fn pages_a_second(server: &Server) -> f64 {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < REQUESTS {
                    server.get("/devices");
                }
            });
        }
    });
    REQUESTS as f64 / begun.elapsed().as_secs_f64()
}
