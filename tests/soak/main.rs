//! Everything at once for a while: a job, refreshes that bring changes, and sixteen readers.
//! No page may be wrong, every device of the job must end, and memory may not grow.
//!
//! `cargo xtask soak` runs ten minutes, `cargo xtask test` a few seconds.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "../dice/mod.rs"]
mod dice;
#[path = "../naive/mod.rs"]
mod naive;
#[allow(dead_code, reason = "other tests do more with a database")]
#[path = "../server/postgres.rs"]
mod postgres;
mod truth;
mod work;

use std::sync::Arc;
use std::time::{Duration, Instant};

use sunset::server::App;
use sunset::server::config::Rules;
use sunset::server::store::{Database, Store};
use tokio_util::sync::CancellationToken;

use postgres::PostgresDatabase;
use work::Tally;

const READERS: u64 = 16;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Memory may differ by so much, in MB, for no reason.
const NOISE_MB: f64 = 24.0;

#[tokio::main]
async fn main() {
    // As libtest does with a filter that names another test.
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    if filter.is_some_and(|filter| !"soak".contains(&filter)) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sqlite = Database::Sqlite(folder.path().join("sunset.db"));
    soak("SQLite", &sqlite).await;
    let database = PostgresDatabase::create().await;
    soak("Postgres", &Database::Postgres(database.url.clone())).await;
    database.remove().await;
}

/// A number from the environment.
fn number(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

async fn soak(name: &str, database: &Database) {
    let seconds = number("SUNSET_SOAK_SECONDS", 8);
    let in_job = number("SUNSET_SOAK_DEVICES", 3000);
    let seed = number("SUNSET_SOAK_SEED", 0x5eed_5eed);
    let store = Arc::new(Store::open(database).await.expect("the database opens"));
    let rules = Rules {
        confirm_above: 100,
        grace_seconds: 0,
        // So that the job takes nearly as long as the soak does.
        devices_per_second: u32::try_from(in_job * 4 / 3 / seconds)
            .expect("a pace")
            .max(1),
        ..Rules::default()
    };
    let app = App::new(store.clone(), rules);
    // Of a made-up fleet, well over three quarters can be deprovisioned.
    let fleet = u32::try_from(in_job / 3 * 4).expect("a fleet");
    app.demonstrate(fleet).await.expect("a fleet is made");
    let stop = CancellationToken::new();
    let running = app.start(stop.clone()).await.expect("it starts");
    let job = work::start_job(&app, &store, in_job).await;

    let until = Instant::now() + Duration::from_secs(seconds);
    let tally = Arc::new(Tally::default());
    let mut working: Vec<_> = (1..=READERS)
        .map(|n| tokio::spawn(work::read(app.clone(), seed + n, until, tally.clone())))
        .collect();
    working.push(tokio::spawn(work::compare(
        app.clone(),
        store.clone(),
        seed,
        until,
        tally.clone(),
    )));
    working.push(tokio::spawn(work::refresh(
        app.clone(),
        store.clone(),
        seed,
        until,
        tally.clone(),
    )));
    let mut memory = Vec::new();
    while Instant::now() < until {
        tokio::time::sleep(LOOK).await;
        memory.push(resident_mb());
    }
    for work in working {
        work.await.expect("nobody panics");
    }
    work::hold_job(&app, &store, &job, in_job).await;
    stop.cancel();
    running.await.expect("it ends");
    store.close().await;

    // The first part warms up: caches fill, and orders are made that are kept.
    let third = memory.len() / 3;
    let peak = |of: &[f64]| of.iter().copied().fold(0.0, f64::max);
    let (early, late) = (peak(&memory[third..2 * third]), peak(&memory[2 * third..]));
    println!(
        "| {name}, {fleet} devices, {seconds} s | {} pages, {} of them compared whole, \
         {} refreshes | {early:.0} MB, then {late:.0} MB |",
        tally.pages(),
        tally.compared(),
        tally.refreshes()
    );
    assert!(tally.compared() != 0, "some pages are compared");
    assert!(tally.refreshes() != 0, "it refreshes");
    assert!(
        late < early * 1.1 + NOISE_MB,
        "memory grows: {early} to {late} MB"
    );
}

/// The memory of this process, in MB.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1));
    kb.and_then(|kb| kb.parse::<f64>().ok()).expect("a number") / 1000.0
}
