//! The store held against a model of the protocol, step by step, through sequences
//! that no story would think of, on both databases.
//!
//! A seed makes a sequence. Seeds that have failed are kept in `seeds.txt` and come
//! first; `SUNSET_MODEL_SEEDS=first..last` tries others.

mod job;
mod machine;
mod protocol;
mod world;

use sunset::server::store::Database;

use crate::postgres::PostgresDatabase;
use machine::Machine;

const STEPS: u32 = 120;
const SEEDS: std::ops::Range<u64> = 1..6;
const KEPT: &str = include_str!("seeds.txt");

/// The sequences to try, those that have failed before first.
fn seeds() -> Vec<u64> {
    let kept = KEPT.lines().filter(|line| !line.starts_with('#'));
    let mut seeds: Vec<u64> = kept.map(|line| line.parse().unwrap()).collect();
    let range = std::env::var("SUNSET_MODEL_SEEDS").ok().map(|range| {
        let (first, last) = range.split_once("..").expect("first..last");
        first.parse().unwrap()..last.parse().unwrap()
    });
    seeds.extend(range.unwrap_or(SEEDS));
    seeds
}

async fn play(database: Database, seed: u64) {
    println!("seed {seed}");
    let mut machine = Machine::new(database, seed).await;
    for _ in 0..STEPS {
        machine.step().await;
    }
    machine.calm_down().await;
    machine.store().close().await;
}

#[tokio::test]
async fn whatever_happens_on_sqlite_is_what_the_model_says() {
    for seed in seeds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sunset.db");
        play(Database::Sqlite(path), seed).await;
    }
}

#[tokio::test]
async fn whatever_happens_on_postgres_is_what_the_model_says() {
    for seed in seeds() {
        let postgres = PostgresDatabase::create().await;
        play(Database::Postgres(postgres.url.clone()), seed).await;
        postgres.remove().await;
    }
}
