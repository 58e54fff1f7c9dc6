//! Copies an SQLite database, and cleans and checks every copy.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection};

use super::{BackupError, Contents};
use crate::server::store::open_sqlite::check_ours;

/// Copies a consistent snapshot of an SQLite database of ours, which may be in use. The target
/// is an empty file.
pub(super) async fn copy(from: &Path, to: &Path) -> Result<SqliteConnection, BackupError> {
    let options = SqliteConnectOptions::new()
        .filename(from)
        .busy_timeout(Duration::from_secs(30));
    check_ours(from, &options).await?;
    let mut source = options.connect().await?;
    sqlx::query("VACUUM INTO $1")
        .bind(to.to_string_lossy())
        .execute(&mut source)
        .await?;
    source.close().await?;
    open_copy(to).await
}

/// Opens a copy without a write-ahead log.
pub(super) async fn open_copy(to: &Path) -> Result<SqliteConnection, BackupError> {
    let options = SqliteConnectOptions::new()
        .filename(to)
        .journal_mode(SqliteJournalMode::Delete)
        // Rows are inserted table by table and checked at the end.
        .foreign_keys(false)
        .pragma("secure_delete", "ON");
    Ok(options.connect().await?)
}

/// What a backup must not contain, each with the table that it is in.
const REMOVE: [(&str, &str); 6] = [
    ("session", "DELETE FROM session"),
    ("api_token", "DELETE FROM api_token"),
    ("login_throttle", "DELETE FROM login_throttle"),
    ("oidc_attempt", "DELETE FROM oidc_attempt"),
    ("first_link", "DELETE FROM first_link"),
    (
        "operator",
        "UPDATE operator SET link_sha256 = '', link_until = 0 WHERE link_sha256 <> ''",
    ),
];

/// Removes sessions and links from a copy, and checks that it is complete. A copy of an older
/// version has fewer tables.
pub(super) async fn clean_and_check(copy: &mut SqliteConnection) -> Result<Contents, BackupError> {
    for (table, sql) in REMOVE {
        if has(copy, table).await? {
            copy.execute(sql).await?;
        }
    }
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *copy)
        .await?;
    if whole != "ok" {
        return Err(BackupError::Damaged(whole));
    }
    let astray: Option<String> =
        sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")
            .fetch_optional(&mut *copy)
            .await?;
    if let Some(table) = astray {
        return Err(BackupError::Damaged(format!(
            "{table} refers to rows that are missing"
        )));
    }
    let has_operators = has(copy, "operator").await?;
    let mut count = async |sql: &'static str| -> Result<u64, BackupError> {
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut *copy).await?;
        Ok(count as u64)
    };
    Ok(Contents {
        devices: count("SELECT COUNT(*) FROM device").await?,
        jobs: count("SELECT COUNT(*) FROM job WHERE number > 0").await?,
        operators: match has_operators {
            true => count("SELECT COUNT(*) FROM operator WHERE kind = 'human'").await?,
            false => 0,
        },
    })
}

async fn has(copy: &mut SqliteConnection, table: &str) -> Result<bool, sqlx::Error> {
    const HAS: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1)";
    sqlx::query_scalar(HAS).bind(table).fetch_one(copy).await
}
