//! Opening an SQLite file: ours alone, one process at a time, and durable.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::open::{OpenError, Opened, PORTABLE, migrate};
use super::pool::{Pool, TIME_LIMIT};
use super::sqlite_file::{canonical, check_kind, keep_private, lock, log_of};

pub(super) static SQLITE_ONLY: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Marks an SQLite file as ours (`PRAGMA application_id`): "SNST".
pub(super) const APPLICATION_ID: i64 = 0x534e_5354;

/// The first SQLite without the WAL-reset race.
pub(super) const OLDEST_SQLITE: &str = "3.51.3";

/// Bytes that the log is cut back to when it has been taken over.
pub(super) const LOG_LIMIT: u64 = 64 << 20;

/// Connections that read for pages, and those that read for jobs.
const READERS: u32 = 4;
const WORK_READERS: u32 = 2;

pub(super) async fn open_sqlite(path: &Path) -> Result<Opened, OpenError> {
    let path = &canonical(path)?;
    check_kind(path)?;
    let lock = lock(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true);
    check_ours(path, &options).await?;
    keep_private(path)?;

    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The default of 1,000 pages would make a large job pay for a checkpoint
        // every few batches.
        .pragma("wal_autocheckpoint", "16000")
        .pragma("journal_size_limit", LOG_LIMIT.to_string())
        .pragma("temp_store", "MEMORY");
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        // SQLite itself rolls back what a full or failing disk stopped, and the driver,
        // which then cannot, holds on to a transaction that is none.
        .before_acquire(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
        .connect_with(options.clone())
        .await
        .map_err(|error| sqlite_failure(path, error))?;
    let options = options.pragma("query_only", "ON");
    let read = async |readers, time_limit| {
        SqlitePoolOptions::new()
            .max_connections(readers)
            .acquire_timeout(time_limit)
            // A connection within this process does not break by lying idle.
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await
            .map_err(|error| sqlite_failure(path, error))
    };
    let pages = read(READERS, TIME_LIMIT).await?;
    let work = read(WORK_READERS, Duration::from_secs(30)).await?;

    let (journal, synchronous): (String, i64) = (
        sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&write)
            .await?,
        sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&write)
            .await?,
    );
    if journal != "wal" {
        return Err(OpenError::Setting {
            name: "journal_mode=WAL",
            value: journal,
        });
    }
    if synchronous != 2 {
        let value = synchronous.to_string();
        return Err(OpenError::Setting {
            name: "synchronous=FULL",
            value,
        });
    }

    // First, so that tables that are half made are known as ours.
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA application_id = {APPLICATION_ID}"
    )))
    .execute(&write)
    .await?;
    let all = PORTABLE.iter().chain(SQLITE_ONLY.iter()).cloned().collect();
    let all = Migrator::with_migrations(all);
    migrate(&all, &mut *write.acquire().await?).await?;
    let over = |read| Pool::Sqlite {
        read,
        write: write.clone(),
    };
    Ok(Opened {
        pool: over(pages),
        work: over(work),
        lock: Some(lock),
        log: Some(log_of(path)),
    })
}

/// Connects to a file that another process may have open, to read it.
pub(super) async fn read_sqlite(path: &Path) -> Result<Pool, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(30))
        .pragma("query_only", "ON");
    check_ours(path, &options).await?;
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(|error| sqlite_failure(path, error))?;
    Ok(Pool::Sqlite {
        read: pool.clone(),
        write: pool,
    })
}

/// Refuses a file that some other program wrote, before any setting touches it.
pub(super) async fn check_ours(
    path: &Path,
    options: &SqliteConnectOptions,
) -> Result<(), OpenError> {
    let not_ours = || OpenError::NotOurs(path.to_owned());
    let is_new = std::fs::metadata(path).is_ok_and(|file| file.len() == 0) || !path.exists();
    // A new file is made only by what follows, so that a failure here leaves none.
    let options = if is_new {
        SqliteConnectOptions::new().in_memory(true)
    } else {
        options.clone()
    };
    let mut connection = options.connect().await.map_err(|_| not_ours())?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut connection)
        .await
        .map_err(|error| sqlite_failure(path, error))?;
    if !at_least(&version, OLDEST_SQLITE) {
        return Err(OpenError::OldSqlite(version));
    }
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut connection)
        .await
        .map_err(|_| not_ours())?;
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master")
        .fetch_one(&mut connection)
        .await
        .map_err(|_| not_ours())?;
    connection.close().await?;
    if application == APPLICATION_ID || (application == 0 && tables == 0) {
        Ok(())
    } else {
        Err(not_ours())
    }
}

/// Compares versions of three numbers.
fn at_least(version: &str, oldest: &str) -> bool {
    let parts = |text: &str| -> Vec<u32> {
        text.split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    parts(oldest) <= parts(version)
}

fn sqlite_failure(path: &Path, error: sqlx::Error) -> OpenError {
    match &error {
        // SQLITE_NOTADB and SQLITE_CORRUPT.
        sqlx::Error::Database(cause) if matches!(cause.code().as_deref(), Some("26" | "11")) => {
            OpenError::NotOurs(path.to_owned())
        }
        _ => OpenError::Failed(error),
    }
}
