//! Whole pages, as a browser asks for them, from the program as it is shipped; and
//! the memory that it takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sunset::server::store::Database;

use crate::report::{alone, ms, remember};
use crate::server::Server;

const CLIENTS: usize = 16;
const REQUESTS: usize = 800;

/// Measures the program named by `SUNSET_BENCH_SERVER`, if there is one.
/// `combined` is a filter by three things at once.
pub fn measure(database: &Database, name: &str, size: u32, combined: &str) {
    let Some(server) = Server::start(database) else {
        return;
    };
    alone("start to ready", &ms(server.ready));
    remember(name, size, "start to ready", server.ready);
    alone("memory, idle", &server.memory());
    // More filters than answers are kept, so each is answered anew.
    let anew = |path: &str| (0..12).map(|n| format!("{path}{n}")).collect();
    let pages: [(&str, Vec<String>); 4] = [
        ("whole first page", vec!["/devices".to_owned()]),
        (
            "whole page, status, model and org unit",
            anew(&format!("/devices?{combined}&status=NOBODY_")),
        ),
        (
            "whole deep page",
            vec![format!("/devices?page={}", size / 50 * 3 / 5)],
        ),
        ("whole page, part of a serial", anew("/devices?q=5cd")),
    ];
    for (work, paths) in &pages {
        let path = |n: usize| &paths[n % paths.len()];
        let mut times: Vec<Duration> = (0..40).map(|n| server.get(path(n))).collect();
        times.sort();
        alone(
            work,
            &format!("p50 {}, p99 {}", ms(times[20]), ms(times[39])),
        );
        remember(name, size, work, times[20]);
    }
    refused(&server);
    for (work, paths) in &pages {
        let pages = pages_a_second(&server, paths);
        alone(&format!("{work}, 16 clients"), &format!("{pages:.0}/s"));
    }
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

fn pages_a_second(server: &Server, paths: &[String]) -> f64 {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if REQUESTS <= number {
                        return;
                    }
                    server.get(&paths[number % paths.len()]);
                }
            });
        }
    });
    REQUESTS as f64 / begun.elapsed().as_secs_f64()
}
