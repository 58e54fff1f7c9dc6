//! Databases that cannot be used: one sentence each, and nothing touched.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

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
    let message = refusal(&sqlite(&path)).await;
    assert!(
        message.contains("is not a database of Sunset's"),
        "{message}"
    );
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
    let message = refusal(&sqlite(&path)).await;
    assert!(
        message.contains("is not a database of Sunset's"),
        "{message}"
    );
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
    let message = refusal(&sqlite(&path)).await;
    assert!(!message.is_empty());
    assert!(fs::read(&path).unwrap().len() <= content.len());
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_said() {
    let message = refusal(&sqlite(Path::new("/no/such/folder/sunset.db"))).await;
    assert_eq!(message, "The folder /no/such/folder does not exist.");
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let first = Store::open(&sqlite(&path)).await.unwrap();
    let message = refusal(&sqlite(&path)).await;
    assert!(message.starts_with("Another Sunset is using"), "{message}");
    drop(first);
    Store::open(&sqlite(&path)).await.unwrap();
}

#[tokio::test]
async fn a_symbolic_link_is_no_way_around_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let link = folder.path().join("link.db");
    symlink(&path, &link).unwrap();
    let message = refusal(&sqlite(&link)).await;
    assert!(message.contains("a file that does not exist"), "{message}");
    let first = Store::open(&sqlite(&path)).await.unwrap();
    let message = refusal(&sqlite(&link)).await;
    assert!(message.starts_with("Another Sunset is using"), "{message}");
    first.close().await;
    drop(first);
    // Alone, it leads to the same files as the name itself.
    let by_link = Store::open(&sqlite(&link)).await.unwrap();
    let message = refusal(&sqlite(&path)).await;
    assert!(message.starts_with("Another Sunset is using"), "{message}");
    by_link.close().await;
    assert!(!folder.path().join("link.db.lock").exists());
}

#[tokio::test]
async fn a_file_with_two_names_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    Store::open(&sqlite(&path)).await.unwrap().close().await;
    let other = folder.path().join("other.db");
    fs::hard_link(&path, &other).unwrap();
    for name in [&path, &other] {
        let message = refusal(&sqlite(name)).await;
        assert!(message.contains("has 2 names"), "{message}");
    }
    fs::remove_file(&other).unwrap();
    Store::open(&sqlite(&path)).await.unwrap();
}

#[tokio::test]
async fn what_is_no_file_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.db");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let socket = folder.path().join("socket.db");
    let _listener = UnixListener::bind(&socket).unwrap();
    let beside = folder.path().join("sunset.db.lock");
    Command::new("mkfifo").arg(&beside).status().unwrap();
    let database = folder.path().join("sunset.db");
    for (path, what) in [
        (pipe, "is a named pipe, not a file"),
        (socket, "is a socket, not a file"),
        (database, "sunset.db.lock is a named pipe"),
        (folder.path().to_owned(), "is a folder, not a file"),
        ("/dev/null".into(), "is a device of the system"),
    ] {
        let database = sqlite(&path);
        let message = tokio::time::timeout(Duration::from_secs(10), refusal(&database));
        let message = message.await.expect("refused at once");
        assert!(message.contains(what), "{message}");
    }
}

#[tokio::test]
async fn the_files_of_a_database_are_their_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let store = Store::open(&sqlite(&path)).await.unwrap();
    let names = ["", "-wal", "-shm", ".lock"].map(|ending| format!("sunset.db{ending}"));
    for name in &names {
        let about = fs::metadata(folder.path().join(name)).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
    }
    store.close().await;
    drop(store);

    let before = fs::read(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let message = refusal(&sqlite(&path)).await;
    let path = fs::canonicalize(&path).unwrap();
    let line = format!("Run: chmod 600 {}", path.display());
    assert!(message.ends_with(&line), "{message}");
    assert_eq!(fs::read(&path).unwrap(), before);

    // The group is whoever the owner lets in; a lock of before is closed in passing.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
    let lock = folder.path().join("sunset.db.lock");
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o666)).unwrap();
    Store::open(&sqlite(&path)).await.unwrap();
    let about = fs::metadata(&lock).unwrap();
    assert_eq!(about.permissions().mode() & 0o007, 0);
}

#[tokio::test]
async fn a_postgres_that_is_not_there_is_said_without_its_password() {
    let url = "postgres://me:secret@127.0.0.1:1/none".to_owned();
    let message = refusal(&Database::Postgres(url)).await;
    assert!(
        message.starts_with("The Postgres database cannot be reached"),
        "{message}"
    );
    assert!(!message.contains("secret"), "{message}");
}

#[tokio::test]
async fn a_postgres_of_another_program_is_left_as_it_is() {
    let postgres = PostgresDatabase::create().await;
    let mut other = PgConnection::connect(&postgres.url).await.unwrap();
    other
        .execute("CREATE TABLE cats (name TEXT)")
        .await
        .unwrap();
    let message = refusal(&Database::Postgres(postgres.url.clone())).await;
    assert!(
        message.contains("tables that are not Sunset's"),
        "{message}"
    );
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
    let message = refusal(&Database::Postgres(pooler.url)).await;
    assert!(
        message.contains("gives each transaction another session"),
        "{message}"
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
