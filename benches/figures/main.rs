//! What Sunset takes, beside the bare limit taken in the same run: `cargo xtask bench`.
//!
//! Each figure stands beside the same work done by plain SQL through the same driver
//! on the same data. Sizes are devices; times are medians.

mod google;
mod guesses;
mod http;
mod import;
mod jobs;
mod pages;
mod report;
mod server;
mod setting;
mod streams;
mod team;

use std::path::Path;

use setting::Setting;
use sunset::server::store::Database;

#[tokio::main]
async fn main() {
    let sizes: Vec<u32> = std::env::var("SUNSET_BENCH_SIZES")
        .unwrap_or_else(|_| "10000,100000,1000000".to_owned())
        .split(',')
        .filter(|size| !size.trim().is_empty())
        .map(|size| {
            size.trim()
                .parse()
                .expect("SUNSET_BENCH_SIZES holds numbers")
        })
        .collect();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for &size in &sizes {
        let sqlite = Database::Sqlite(folder.path().join(format!("{size}.db")));
        measure(size, "SQLite", sqlite).await;
        match std::env::var("SUNSET_TEST_POSTGRES") {
            Ok(server) => {
                let url = setting::create_postgres(&server).await;
                measure(size, "Postgres", Database::Postgres(url.clone())).await;
                setting::drop_postgres(&server, &url).await;
            }
            Err(_) => println!("Postgres: SUNSET_TEST_POSTGRES is not set, nothing measured"),
        }
    }
    report::growth(&sizes);
    if is_asked_for("import") {
        report::heading("Import, SQLite");
        tokio::task::block_in_place(|| import::measure(folder.path()));
    }
    if is_asked_for("google") {
        measure_google(folder.path()).await;
    }
}

/// Whether this part is among `SUNSET_BENCH_PARTS`. All are, where it is not set.
fn is_asked_for(part: &str) -> bool {
    match std::env::var("SUNSET_BENCH_PARTS") {
        Ok(parts) => parts.split(',').any(|asked| asked.trim() == part),
        Err(_) => true,
    }
}

async fn measure(size: u32, name: &str, database: Database) {
    let setting = Setting::open(&database, size).await;
    report::heading(&format!("{name}, {size} devices"));
    if is_asked_for("pages") {
        pages::measure(&setting, name).await;
    }
    if is_asked_for("jobs") {
        jobs::measure(&setting).await;
    }
    let combined = pages::combined(&setting).await.0;
    let units = team::some_units(&setting).await;
    setting.store.close().await;
    drop(setting);
    if is_asked_for("http") {
        tokio::task::block_in_place(|| http::measure(&database, name, size, &combined));
    }
    if is_asked_for("streams") && size >= streams::DEVICES {
        streams::measure(&database).await;
    }
    if is_asked_for("team") {
        team::measure(&database, &units, &combined).await;
    }
}

/// Over the wire there is one size: what the quota allows does not change with it.
async fn measure_google(folder: &Path) {
    report::heading("Google's wire at 100 ms a call, SQLite");
    let database = Database::Sqlite(folder.join("google.db"));
    google::measure(&database, 100_000).await;
}
