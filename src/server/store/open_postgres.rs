//! Opening a Postgres database, which other processes may have open as well.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::open::{OpenError, Opened, PORTABLE, migrate};
use super::pool::{PATIENCE, Pool};

static POSTGRES_ONLY: Migrator = sqlx::migrate!("./migrations/postgres");

/// Connections for pages, and for work on jobs. Those of all processes together must
/// be fewer than Postgres takes, which is 100 unless it is told otherwise.
const PAGES: u32 = 8;
const WORK: u32 = 6;

pub(super) async fn open_postgres(url: &str) -> Result<Opened, OpenError> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|_| OpenError::Unreachable("its address is malformed".to_owned()))?;
    let options = options.application_name("sunset").options([
        ("statement_timeout", "60s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("synchronous_commit", "on"),
        // A process that is cut off counts as dead after 25 seconds, not two hours.
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        // Compiling a query costs more than any of ours takes.
        ("jit", "off"),
    ]);
    let connect = async |connections, patience| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(patience)
            .connect_with(options.clone())
            .await
            .map_err(|error| OpenError::Unreachable(reachable_cause(&error)))
    };
    let pool = connect(PAGES, PATIENCE).await?;

    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = current_schema()",
    )
    .fetch_all(&pool)
    .await?;
    let ours = tables.iter().any(|name| name == "_sqlx_migrations")
        && tables.iter().any(|name| name == "inventory_refresh");
    if !tables.is_empty() && !ours {
        return Err(OpenError::NotOurTables);
    }
    let all = PORTABLE
        .iter()
        .chain(POSTGRES_ONLY.iter())
        .cloned()
        .collect();
    let migrator = Migrator::with_migrations(all);
    let mut connection = pool.acquire().await?;
    sqlx::query("SET statement_timeout = 0")
        .execute(&mut *connection)
        .await?;
    migrate(&migrator, &mut *connection).await?;
    sqlx::query("SET statement_timeout = '60s'")
        .execute(&mut *connection)
        .await?;
    drop(connection);
    let work = connect(WORK, Duration::from_secs(10)).await?;
    Ok(Opened {
        pool: Pool::Postgres(pool),
        work: Pool::Postgres(work),
        lock: None,
    })
}

/// The cause without the address, which may hold a password.
fn reachable_cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(cause) => cause.message().to_owned(),
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::PoolTimedOut => "it did not answer in time".to_owned(),
        _ => "it did not answer as Postgres does".to_owned(),
    }
}
