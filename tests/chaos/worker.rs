//! One process that works on jobs until there are none: what `sunset serve` does,
//! without the pages.

use std::sync::Arc;
use std::time::Duration;

use sunset::server::App;
use sunset::server::config::Rules;
use sunset::server::store::{Database, Store};
use tokio_util::sync::CancellationToken;

use crate::STEPS;
use crate::number;
use crate::upstream::TcpDirectory;

pub async fn run(database: &Database) {
    let _scenario = fail::FailScenario::setup();
    abort_at_a_step();
    // The database may be away for a moment when a process starts.
    let store = loop {
        match Store::open(database).await {
            Ok(store) => break Arc::new(store),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    let directory = TcpDirectory {
        port: number("SUNSET_CHAOS_PORT", 0) as u16,
        devices: number("SUNSET_CHAOS_DEVICES", 0) as u32,
    };
    let app = App::with_directory(store, Arc::new(directory), Rules::default());
    let stop = CancellationToken::new();
    let runner = loop {
        match app.start(stop.clone()).await {
            Ok(runner) => break runner,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if matches!(app.jobs.unfinished().await, Ok(jobs) if jobs.is_empty()) {
            break;
        }
    }
    stop.cancel();
    let _ = runner.await;
}

/// Dies on the spot when it comes to a step, where it is told to.
fn abort_at_a_step() {
    let step = number("SUNSET_CHAOS_ABORT", u64::MAX) as usize;
    if let Some(step) = STEPS.get(step) {
        fail::cfg_callback(*step, || std::process::abort()).expect("a fail point");
    }
}
