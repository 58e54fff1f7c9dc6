//! Real processes that are killed, frozen and cut off while they work on one job of three
//! effects over a network: every device ends with the truth, none is deprovisioned twice, and
//! none has its note twice.
//!
//! `cargo xtask chaos` runs a long one, `cargo xtask test` a short one. The program
//! starts itself again as the workers; the directory they call is in the first one.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "../dice/mod.rs"]
mod dice;
mod postgres;
mod storm;
mod upstream;
mod worker;

use sunset::server::store::Database;

/// The steps of a call at which something is made to fail.
const STEPS: [&str; 3] = ["claimed", "answered", "recorded"];

/// A number from the environment.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

#[tokio::main]
async fn main() {
    if let Ok(database) = std::env::var("SUNSET_CHAOS_WORKER") {
        worker::run(&database.parse::<Database>().expect("a database")).await;
        return;
    }
    // As libtest does with a filter that names another test.
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    if filter.is_some_and(|filter| !"chaos".contains(&filter)) {
        return;
    }
    let only = std::env::var("SUNSET_CHAOS_DATABASE").unwrap_or_default();
    if only.is_empty() || only == "sqlite" {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("sunset.db");
        storm::run(
            "SQLite, one worker",
            format!("sqlite:{}", path.display()),
            1,
        )
        .await;
    }
    if only.is_empty() || only == "postgres" {
        let server = std::env::var("SUNSET_TEST_POSTGRES").expect(
            "SUNSET_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, \
             which starts a Postgres",
        );
        let database = postgres::PostgresDatabase::create(&server).await;
        storm::run("Postgres, two workers", database.url.clone(), 2).await;
        database.remove().await;
    }
}
