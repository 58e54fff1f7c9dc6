//! Databases that cannot be used: one sentence each, and nothing touched.

use std::fs;
use std::path::Path;

use sqlx::{Connection, Executor, PgConnection};
use sunset::server::store::{Database, Store};

use crate::pooler::Pooler;
use crate::postgres::PostgresDatabase;

async fn refusal(database: &Database) -> String {
    match Store::open(database).await {
        Ok(_) => panic!("{database} was opened"),
        Err(error) => error.to_string(),
    }
}

fn sqlite(path: &Path) -> Database {
    Database::Sqlite(path.to_owned())
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("holiday.jpg");
    let content = vec![0x5a; 20_000];
    fs::write(&path, &content).unwrap();
    let told = refusal(&sqlite(&path)).await;
    assert!(told.contains("is not a database of Sunset's"), "{told}");
    assert_eq!(fs::read(&path).unwrap(), content);
}

#[tokio::test]
async fn a_database_of_another_program_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let url = format!("sqlite:{}?mode=rwc", path.display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    other
        .execute("CREATE TABLE cats (name TEXT)")
        .await
        .unwrap();
    other.close().await.unwrap();
    let before = fs::read(&path).unwrap();
    let told = refusal(&sqlite(&path)).await;
    assert!(told.contains("is not a database of Sunset's"), "{told}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_truncated_database_is_never_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    Store::open(&sqlite(&path)).await.unwrap().close().await;
    let content = fs::read(&path).unwrap();
    fs::write(&path, &content[..content.len() / 3]).unwrap();
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("sunset.db{ending}")));
    }
    let told = refusal(&sqlite(&path)).await;
    assert!(!told.is_empty());
    assert!(fs::read(&path).unwrap().len() <= content.len());
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_said() {
    let told = refusal(&sqlite(Path::new("/no/such/folder/sunset.db"))).await;
    assert_eq!(told, "The folder /no/such/folder does not exist.");
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let first = Store::open(&sqlite(&path)).await.unwrap();
    let told = refusal(&sqlite(&path)).await;
    assert!(told.starts_with("Another Sunset is using"), "{told}");
    drop(first);
    Store::open(&sqlite(&path)).await.unwrap();
}

#[tokio::test]
async fn a_postgres_that_is_not_there_is_said_without_its_password() {
    let url = "postgres://me:secret@127.0.0.1:1/none".to_owned();
    let told = refusal(&Database::Postgres(url)).await;
    assert!(
        told.starts_with("The Postgres database cannot be reached"),
        "{told}"
    );
    assert!(!told.contains("secret"), "{told}");
}

#[tokio::test]
async fn a_postgres_of_another_program_is_left_as_it_is() {
    let postgres = PostgresDatabase::create().await;
    let mut other = PgConnection::connect(&postgres.url).await.unwrap();
    other
        .execute("CREATE TABLE cats (name TEXT)")
        .await
        .unwrap();
    let told = refusal(&Database::Postgres(postgres.url.clone())).await;
    assert!(told.contains("tables that are not Sunset's"), "{told}");
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'",
    )
    .fetch_one(&mut other)
    .await
    .unwrap();
    assert_eq!(tables, 1);
    other.close().await.unwrap();
    postgres.remove().await;
}

#[tokio::test]
async fn a_postgres_whose_first_start_was_cut_off_is_set_up_by_the_next() {
    let postgres = PostgresDatabase::create().await;
    let mut first = PgConnection::connect(&postgres.url).await.unwrap();
    first
        .execute(
            "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY,
                 description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
                 success BOOLEAN NOT NULL, checksum BYTEA NOT NULL,
                 execution_time BIGINT NOT NULL)",
        )
        .await
        .unwrap();
    first.close().await.unwrap();
    let next = Store::open(&Database::Postgres(postgres.url.clone()))
        .await
        .unwrap();
    assert!(next.broken_invariants().await.unwrap().is_empty());
    next.close().await;
    postgres.remove().await;
}

#[tokio::test]
async fn a_pooler_that_gives_each_transaction_another_session_is_refused() {
    let postgres = PostgresDatabase::create().await;
    let pooler = Pooler::start(&postgres.url).await;
    let told = refusal(&Database::Postgres(pooler.url)).await;
    assert!(
        told.contains("gives each transaction another session"),
        "{told}"
    );
    let mut beside = PgConnection::connect(&postgres.url).await.unwrap();
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'",
    )
    .fetch_one(&mut beside)
    .await
    .unwrap();
    assert_eq!(tables, 0, "nothing was set up");
    beside.close().await.unwrap();
    postgres.remove().await;
}

#[test]
fn a_database_is_named_by_its_kind() {
    for bad in ["", "sunset.db", "sqlite:", "sqlite::memory:", "mysql://x"] {
        assert!(bad.parse::<Database>().is_err(), "{bad}");
    }
    assert_eq!(
        "sqlite:a/b.db".parse::<Database>().unwrap(),
        sqlite(Path::new("a/b.db"))
    );
}
