//! Backups that are taken while a job runs, and what is true after one is restored
//! (tests/FAULTS.md 11, 12 and 13).

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};
use sunset::domain::live::LiveMessage;
use sunset::server::CALLS;
use sunset::server::store::Database;

use crate::faulty::FaultyDirectory;
use crate::postgres::PostgresDatabase;
use crate::stories::{BATCH, assert_truth, check, start};
use crate::support::{Console, NO_GRACE, device, on_each_database_over, until};

async fn open_sqlite(path: &Path) -> SqliteConnection {
    let url = format!("sqlite:{}", path.display());
    SqliteConnection::connect(&url).await.unwrap()
}

/// Copies a database that is in use, as its manual says to.
async fn back_up(database: &Database, folder: &Path) -> (Database, Option<PostgresDatabase>) {
    match database {
        Database::Sqlite(path) => {
            let copy = folder.join("copy.db");
            let into = format!("VACUUM INTO '{}'", copy.display());
            let mut beside = open_sqlite(path).await;
            beside.execute(AssertSqlSafe(into)).await.unwrap();
            beside.close().await.unwrap();
            // A backup holds what the database holds.
            std::fs::set_permissions(&copy, PermissionsExt::from_mode(0o600)).unwrap();
            (Database::Sqlite(copy), None)
        }
        Database::Postgres(url) => {
            let dump = folder.join("dump.sql").display().to_string();
            let copy = PostgresDatabase::create().await;
            run("pg_dump", &["--dbname", url, "--file", &dump]);
            let restore = ["--quiet", "--set", "ON_ERROR_STOP=1"];
            let restore = [&restore[..], &["--dbname", &copy.url, "--file", &dump]].concat();
            run("psql", &restore);
            (Database::Postgres(copy.url.clone()), Some(copy))
        }
    }
}

fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
}

/// What is under way at the same time, and more devices than that.
const SENT: u64 = CALLS as u64 * BATCH as u64;
const FLEET: usize = SENT as usize + 20;

#[tokio::test]
async fn a_backup_taken_while_a_job_runs_is_whole_and_restored_does_nothing_twice() {
    let make = || FaultyDirectory::new((0..FLEET as u32).map(device), BATCH);
    on_each_database_over(make, async |console, directory| {
        console.refresh().await;
        let job = start(&console, FLEET).await;
        directory.hold(true);
        let work = console.work().await;
        until(async || console.job(&job.id).await.counts.sent == SENT).await;
        let folder = tempfile::tempdir().unwrap();
        let (copy, postgres) = back_up(&console.database, folder.path()).await;
        directory.hold(false);
        until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        assert_eq!(directory.effects().len(), FLEET);

        // What it held open has been done since, and so has what was to come.
        if let Database::Sqlite(path) = &copy {
            let mut beside = open_sqlite(path).await;
            let whole: String = sqlx::query_scalar("PRAGMA integrity_check")
                .fetch_one(&mut beside)
                .await
                .unwrap();
            assert_eq!(whole, "ok");
            beside.close().await.unwrap();
        }
        let restored = Console::open(copy).await;
        let restored = restored.over(Some(directory.clone()), NO_GRACE).await;
        check(&restored, &directory).await;
        assert_eq!(restored.job(&job.id).await.counts.sent, SENT);
        restored.run_jobs().await;
        let done = restored.job(&job.id).await;
        assert_eq!(done.headline(), "Completed successfully");
        assert_truth(&restored, &directory, &job.id).await;
        check(&restored, &directory).await;
        restored.store.close().await;
        if let Some(postgres) = postgres {
            postgres.remove().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_reader_that_holds_up_the_log_fails_no_job_and_leaves_no_large_log() {
    /// What the log is cut back to (`journal_size_limit`).
    const LIMIT: u64 = 67_108_864;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let console = Console::open(Database::Sqlite(path.clone())).await;
    console.fill((0..1000).map(device)).await;
    let mut reader = open_sqlite(&path).await;
    reader
        .execute("BEGIN; SELECT COUNT(*) FROM device")
        .await
        .unwrap();

    // More than the log would ever hold without the reader.
    let mut load = open_sqlite(&path).await;
    for statement in [
        "CREATE TABLE load (bytes BLOB)",
        "INSERT INTO load VALUES (zeroblob(160000000))",
        "DROP TABLE load",
    ] {
        load.execute(statement).await.unwrap();
    }
    let job = start(&console, 500).await;
    console.run_jobs().await;
    assert_eq!(console.job(&job.id).await.counts.succeeded, 500);
    let log = || {
        std::fs::metadata(path.with_extension("db-wal"))
            .unwrap()
            .len()
    };
    assert!(LIMIT < log(), "{} bytes: the reader held nothing up", log());
    let trouble = || {
        let troubles = console.app.live.present_troubles();
        let [LiveMessage::Trouble(trouble), _] = troubles else {
            panic!("{troubles:?}")
        };
        trouble
    };
    let message = trouble().expect("it is said");
    assert!(message.contains("its log grows"), "{message}");

    reader.close().await.unwrap();
    load.close().await.unwrap();
    until(async || {
        console.refresh().await;
        log() <= LIMIT
    })
    .await;
    console.run_jobs_until(async || trouble().is_none()).await;
    assert!(console.store.broken_invariants().await.unwrap().is_empty());
}
