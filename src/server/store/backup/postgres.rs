//! Copies rows from Postgres to an SQLite file and back. Rows are transferred as JSON arrays,
//! which each database converts to the types of its columns.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection};

use super::tables::{ROWS, Table, quoted, tables};
use super::{BackupError, sqlite};
use crate::server::store::open::{Database, OpenError, PORTABLE, migrate};
use crate::server::store::open_postgres::{POSTGRES_ONLY, parse, unreachable};
use crate::server::store::open_sqlite::{APPLICATION_ID, SQLITE_ONLY};
use crate::server::store::pool::Conn;
use crate::server::store::{Store, StoreError};

/// Copies a consistent snapshot of a Postgres database, which may be in use.
pub(super) async fn copy(url: &str, to: &Path) -> Result<SqliteConnection, BackupError> {
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    let options = parse(url)?.application_name("sunset backup");
    let options = options.options([("statement_timeout", "0"), ("jit", "off")]);
    let mut source = options.connect().await.map_err(unreachable)?;
    source.execute(BEGIN).await?;
    let migrator = migrations_of(&mut source).await?;
    let mut copy = sqlite::open_copy(to).await?;
    let ours = format!("PRAGMA application_id = {APPLICATION_ID}");
    copy.execute(AssertSqlSafe(ours)).await?;
    migrate(&migrator, &mut copy).await?;
    copy.execute("BEGIN").await?;
    for table in tables(&mut copy).await? {
        copy_table(&mut source, &table, &mut copy).await?;
    }
    copy.execute("COMMIT").await?;
    source.close().await?;
    Ok(copy)
}

/// The portable migrations that were applied to the database: the copy gets the same tables.
async fn migrations_of(source: &mut PgConnection) -> Result<Migrator, BackupError> {
    const KNOWN: &str = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    const HAD: &str = "SELECT version FROM _sqlx_migrations WHERE success";
    let is_ours: bool = sqlx::query_scalar(KNOWN).fetch_one(&mut *source).await?;
    if !is_ours {
        return Err(OpenError::NotOurTables.into());
    }
    let had: Vec<i64> = sqlx::query_scalar(HAD).fetch_all(source).await?;
    let known = |version: &i64| {
        let mut all = PORTABLE
            .iter()
            .chain(POSTGRES_ONLY.iter())
            .chain(SQLITE_ONLY.iter());
        all.any(|migration| migration.version == *version)
    };
    if !had.iter().all(known) {
        return Err(OpenError::Newer.into());
    }
    let portable = PORTABLE.iter();
    let had = portable.filter(|migration| had.contains(&migration.version));
    Ok(Migrator::with_migrations(had.cloned().collect()))
}

async fn copy_table(
    source: &mut PgConnection,
    table: &Table,
    copy: &mut SqliteConnection,
) -> Result<(), BackupError> {
    let name = quoted(&table.name);
    let select = format!(
        "SELECT json_build_array({})::text FROM {name}",
        table.columns(|_, column| quoted(column))
    );
    let insert = format!(
        "INSERT INTO {name} ({}) SELECT {} FROM json_each($1)",
        table.columns(|_, column| quoted(column)),
        table.columns(|place, _| format!("value ->> {place}"))
    );
    // Removes the rows that migrations insert.
    let clear = format!("DELETE FROM {name}");
    copy.execute(AssertSqlSafe(clear)).await?;
    let rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(select)).fetch(source);
    let mut rows = rows.try_chunks(ROWS);
    while let Some(rows) = rows.try_next().await.map_err(|error| error.1)? {
        sqlx::query(AssertSqlSafe(insert.clone()))
            .bind(format!("[{}]", rows.join(",")))
            .execute(&mut *copy)
            .await?;
    }
    Ok(())
}

/// Copies the rows of an SQLite file into an empty Postgres database. The file has the tables
/// of this version.
pub(super) async fn fill(from: &Path, database: &Database) -> Result<(), BackupError> {
    const IS_USED: &str = "
        SELECT EXISTS (SELECT 1 FROM device) OR EXISTS (SELECT 1 FROM directory_device)
            OR EXISTS (SELECT 1 FROM job) OR EXISTS (SELECT 1 FROM operator)
            OR EXISTS (SELECT 1 FROM audit)";
    let mut copy = sqlite::open_copy(from).await?;
    let store = Store::open(database).await?;
    let Conn::Postgres(mut tx) = store.begin().await?.conn else {
        return Err(StoreError::invalid_data("another database than Postgres").into());
    };
    let is_used: bool = sqlx::query_scalar(IS_USED).fetch_one(&mut *tx).await?;
    if is_used {
        return Err(BackupError::NotEmpty);
    }
    tx.execute("SET LOCAL statement_timeout = 0").await?;
    for table in tables(&mut copy).await? {
        fill_table(&mut copy, &table, &mut tx).await?;
    }
    tx.commit().await?;
    store.close().await;
    Ok(())
}

async fn fill_table(
    copy: &mut SqliteConnection,
    table: &Table,
    target: &mut PgConnection,
) -> Result<(), BackupError> {
    const TYPES: &str = "
        SELECT column_name::text, data_type::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = $1";
    let name = quoted(&table.name);
    let types: Vec<(String, String)> = sqlx::query_as(TYPES)
        .bind(&table.name)
        .fetch_all(&mut *target)
        .await?;
    let types: BTreeMap<String, String> = types.into_iter().collect();
    let read = |place, column: &str| {
        let kind = types.get(column).map_or("text", String::as_str);
        format!("(value ->> {place})::{kind}")
    };
    let select = format!(
        "SELECT json_array({}) FROM {name}",
        table.columns(|_, column| quoted(column))
    );
    let insert = format!(
        "INSERT INTO {name} ({}) SELECT {} FROM json_array_elements($1::json)",
        table.columns(|_, column| quoted(column)),
        table.columns(read)
    );
    let clear = format!("DELETE FROM {name}");
    target.execute(AssertSqlSafe(clear)).await?;
    let rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(select)).fetch(copy);
    let mut rows = rows.try_chunks(ROWS);
    while let Some(rows) = rows.try_next().await.map_err(|error| error.1)? {
        sqlx::query(AssertSqlSafe(insert.clone()))
            .bind(format!("[{}]", rows.join(",")))
            .execute(&mut *target)
            .await?;
    }
    Ok(())
}
