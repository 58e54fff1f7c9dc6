//! A database that is away, locked or taken up by others: jobs wait, say why, and go
//! on by themselves; pages are told to come again.

use axum::http::{StatusCode, header};
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use sunset::domain::job::JobSummary;
use sunset::domain::live::LiveMessage;
use sunset::server::CALLS;
use sunset::server::store::Database;

use crate::faulty::FaultyDirectory;
use crate::postgres::PostgresDatabase;
use crate::stories::{BATCH, assert_truth, check, on_each_of, start};
use crate::support::{Console, NO_GRACE, device, until};

/// Calls that are under way at the same time, and more devices than they take.
const HANDS: u64 = CALLS as u64;
const FLEET: usize = CALLS * BATCH as usize + 20;

/// Why jobs wait, as every page is told.
fn trouble(console: &Console) -> Option<String> {
    match console.app.live.present_troubles() {
        [LiveMessage::Trouble(why), _] => why,
        other => panic!("{other:?}"),
    }
}

/// A console on this Postgres, over a directory of its own.
async fn on_postgres(postgres: &PostgresDatabase) -> (Console, FaultyDirectory) {
    let directory = FaultyDirectory::new((0..FLEET as u32).map(device), BATCH);
    let console = Console::open(Database::Postgres(postgres.url.clone())).await;
    let console = console.over(Some(directory.clone()), NO_GRACE).await;
    console.refresh().await;
    (console, directory)
}

#[tokio::test]
async fn a_job_waits_for_a_database_that_lets_nobody_in_and_goes_on_by_itself() {
    let postgres = PostgresDatabase::create().await;
    let (console, directory) = on_postgres(&postgres).await;
    let job = start(&console, FLEET).await;
    directory.hold(true);
    let work = console.work().await;
    until(async || console.job(&job.id).await.counts.sent == HANDS * u64::from(BATCH)).await;

    postgres.shut().await;
    directory.hold(false);
    until(async || trouble(&console).is_some()).await;
    assert_eq!(
        trouble(&console).as_deref(),
        Some("The database does not answer. Jobs wait and go on by themselves.")
    );
    let sent = directory.calls().len();
    for _ in 0..3 {
        let answer = console.get("/readyz").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(directory.calls().len(), sent, "nothing is sent meanwhile");

    postgres.open_again().await;
    until(async || directory.effects().len() == FLEET && trouble(&console).is_none()).await;
    // A connection that was used a moment before the outage may still break a request.
    let read = async || {
        let job = json!({ "id": job.id });
        console.call::<JobSummary>("jobs/read", job).await
    };
    until(async || read().await.is_ok_and(|job| job.state.is_over())).await;
    work.end().await;
    assert_eq!(console.get("/readyz").await.status(), StatusCode::OK);
    assert_truth(&console, &directory, &job.id).await;
    check(&console, &directory).await;
    console.store.close().await;
    postgres.remove().await;
}

/// Another program that holds what every batch of a job needs.
enum Outsider {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Outsider {
    async fn lock(database: &Database) -> Self {
        match database {
            Database::Sqlite(path) => {
                let url = format!("sqlite:{}", path.display());
                let mut outsider = SqliteConnection::connect(&url).await.unwrap();
                outsider.execute("BEGIN IMMEDIATE").await.unwrap();
                Self::Sqlite(outsider)
            }
            Database::Postgres(url) => {
                let mut outsider = PgConnection::connect(url).await.unwrap();
                outsider
                    .execute("BEGIN; LOCK TABLE effect IN EXCLUSIVE MODE")
                    .await
                    .unwrap();
                Self::Postgres(outsider)
            }
        }
    }

    /// How many connections others have open.
    async fn connections(&mut self) -> i64 {
        match self {
            Self::Sqlite(_) => 0,
            Self::Postgres(outsider) => sqlx::query_scalar(
                "SELECT COUNT(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .fetch_one(outsider)
            .await
            .unwrap(),
        }
    }

    async fn let_go(self) {
        match self {
            Self::Sqlite(outsider) => outsider.close().await.unwrap(),
            Self::Postgres(outsider) => outsider.close().await.unwrap(),
        }
    }
}

#[tokio::test]
async fn a_lock_that_an_outsider_holds_is_said_and_waited_for() {
    on_each_of(FLEET as u32, async |console, directory| {
        let job = start(console, FLEET).await;
        directory.hold(true);
        let work = console.work().await;
        until(async || console.job(&job.id).await.counts.sent == HANDS * u64::from(BATCH)).await;
        let mut outsider = Outsider::lock(&console.database).await;
        directory.hold(false);
        until(async || trouble(console).is_some()).await;
        assert_eq!(
            trouble(console).as_deref(),
            Some(
                "Another program holds a lock on the database. Jobs wait and go on by themselves."
            )
        );
        assert_eq!(directory.calls().len() as u64, HANDS, "no more are sent");
        // The pools of pages and of work, the proof of life, and those who listen.
        let connections = outsider.connections().await;
        assert!(connections <= 16, "{connections} connections pile up");

        outsider.let_go().await;
        until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        assert_eq!(trouble(console), None);
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn pages_that_take_every_connection_do_not_hold_up_a_job() {
    let postgres = PostgresDatabase::create().await;
    let (console, directory) = on_postgres(&postgres).await;
    let job = start(&console, FLEET).await;
    let mut taken = Vec::new();
    while let Ok(connection) = console.store.begin().await {
        taken.push(connection);
    }

    let work = console.work().await;
    until(async || directory.effects().len() == FLEET).await;
    let message = console.post("jobs/read", json!({ "id": job.id })).await;
    assert_eq!(message.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(message.headers()[header::RETRY_AFTER], "5");
    assert_eq!(trouble(&console), None);

    drop(taken);
    until(async || console.job(&job.id).await.state.is_over()).await;
    work.end().await;
    check(&console, &directory).await;
    console.store.close().await;
    postgres.remove().await;
}
