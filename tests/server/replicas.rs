//! Several processes on one Postgres, of one version or of two.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use sunset::domain::selection::Selection;
use sunset::server::Scoped;
use sunset::server::store::{Database, Store, Worker};

use crate::faulty::FaultyDirectory;
use crate::postgres::PostgresDatabase;
use crate::stories::{BATCH, assert_truth, check, start};
use crate::support::{Console, NO_GRACE, device, until};

/// What a newer version may do to a database while an older one runs: add columns with
/// defaults, tables and indexes.
const NEWER: &str = "
    CREATE TABLE future (id BIGINT NOT NULL PRIMARY KEY, word TEXT NOT NULL DEFAULT '');
    CREATE INDEX job_future ON job (future);
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'future', TRUE, '', 0)";

const TABLES: &str = "
    SELECT table_name::text FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";

/// Migrates a database as the next version might.
async fn migrate(url: &str) {
    let mut newer = PgConnection::connect(url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(TABLES)
        .fetch_all(&mut newer)
        .await
        .unwrap();
    assert!(8 < tables.len(), "{tables:?}");
    for table in tables {
        let add = format!("ALTER TABLE {table} ADD COLUMN future TEXT NOT NULL DEFAULT ''");
        newer.execute(AssertSqlSafe(add)).await.unwrap();
    }
    newer.execute(NEWER).await.unwrap();
    newer.close().await.unwrap();
}

/// Two processes on one database, over one directory.
async fn two_on(postgres: &PostgresDatabase, directory: &FaultyDirectory) -> [Console; 2] {
    let open = async || {
        let console = Console::open(Database::Postgres(postgres.url.clone())).await;
        console.over(Some(directory.clone()), NO_GRACE).await
    };
    [open().await, open().await]
}

#[tokio::test]
async fn processes_that_run_go_on_while_a_newer_version_migrates() {
    let postgres = PostgresDatabase::create().await;
    let directory = FaultyDirectory::new((0..60).map(device), BATCH);
    let [one, other] = two_on(&postgres, &directory).await;
    one.refresh().await;

    let job = start(&one, 60).await;
    directory.hold(true);
    let (work, help) = (one.work().await, other.work().await);
    until(async || 0 < one.job(&job.id).await.counts.sent).await;
    migrate(&postgres.url).await;
    directory.hold(false);
    until(async || other.job(&job.id).await.state.is_over()).await;
    work.end().await;
    help.end().await;

    assert_truth(&one, &directory, &job.id).await;
    assert_eq!(one.job(&job.id).await.counts.succeeded, 60);
    check(&other, &directory).await;
    // Whatever else they are asked for, they still answer.
    other.refresh().await;
    assert_eq!(other.devices().await.len(), 60);

    // One that begins anew cannot know what the newer one relies on.
    let database = Database::Postgres(postgres.url.clone());
    let refused = Store::open(&database).await.unwrap_err().to_string();
    assert!(refused.contains("made by a newer Sunset"), "{refused}");
    for console in [one, other] {
        console.store.close().await;
    }
    postgres.remove().await;
}

#[tokio::test]
async fn a_refresh_ends_with_its_own_process_and_no_other() {
    let postgres = PostgresDatabase::create().await;
    let directory = FaultyDirectory::new((0..60).map(device), BATCH);
    let [one, other] = two_on(&postgres, &directory).await;
    let state = async || {
        other
            .app
            .inventory
            .cache_state(&Scoped::at_this_computer())
            .await
            .unwrap()
    };

    directory.hold(true);
    let operator = Scoped::at_this_computer();
    one.app.refresher.start(&operator).await.unwrap();
    other.app.refresher.fail_orphaned().await.unwrap();
    assert!(state().await.running().is_some());
    directory.hold(false);
    until(async || state().await.running().is_none()).await;
    assert_eq!(state().await.last.unwrap().read, 60);
    assert!(state().await.failed().is_none());

    let dying = Worker::default();
    let number = one.store.renew_lease(&dying).await.unwrap();
    let now = one.store.now().await.unwrap();
    let begun = one.store.begin_refresh("tests", number, None, now).await;
    assert!(begun.unwrap().is_some());
    other.app.refresher.fail_orphaned().await.unwrap();
    assert!(state().await.running().is_some());
    drop(dying);
    until(async || {
        other.app.refresher.fail_orphaned().await.unwrap();
        state().await.failed().is_some()
    })
    .await;

    // What was given up is not ended by whoever comes back to it.
    let number = state().await.last.unwrap().number;
    let seen = Selection::default();
    assert!(
        !one.store
            .finish_refresh(number, &seen, 0, now)
            .await
            .unwrap()
    );
    assert_eq!(other.devices().await.len(), 60);
    for console in [one, other] {
        console.store.close().await;
    }
    postgres.remove().await;
}

#[tokio::test]
async fn processes_that_begin_together_migrate_once() {
    for _ in 0..5 {
        let postgres = PostgresDatabase::create().await;
        let database = Database::Postgres(postgres.url.clone());
        let (one, two, three) = tokio::join!(
            Store::open(&database),
            Store::open(&database),
            Store::open(&database)
        );
        for store in [one, two, three] {
            let store = store.unwrap();
            assert!(store.broken_invariants().await.unwrap().is_empty());
            store.close().await;
        }
        postgres.remove().await;
    }
}
