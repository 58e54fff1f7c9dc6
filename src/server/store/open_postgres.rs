//! Opening a Postgres database, which other processes may have open as well.

use std::net::IpAddr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Row};

use super::open::{OpenError, Opened, PORTABLE, migrate};
use super::pool::{Pool, TIME_LIMIT};

pub(super) static POSTGRES_ONLY: Migrator = sqlx::migrate!("./migrations/postgres");

/// Connections for pages, and for work on jobs. Those of all processes together must
/// be fewer than Postgres takes, which is 100 unless it is told otherwise.
const PAGES: u32 = 8;
const WORK: u32 = 6;

/// A connection that was idle for so long is asked whether it still is one.
const ASK_AFTER: Duration = Duration::from_millis(100);

pub(super) async fn open_postgres(url: &str) -> Result<Opened, OpenError> {
    let options = parse(url)?;
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
    let connect = async |connections, time_limit| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(time_limit)
            // To ask each time whether the server is there takes as long as the question.
            .test_before_acquire(false)
            .before_acquire(|connection, it| {
                Box::pin(
                    async move { Ok(it.idle_for < ASK_AFTER || connection.ping().await.is_ok()) },
                )
            })
            .connect_with(options.clone())
            .await
            .map_err(unreachable)
    };
    let pool = connect(PAGES, TIME_LIMIT).await?;
    check_sessions(&pool).await?;

    set_up(&options).await?;
    let work = connect(WORK, Duration::from_secs(10)).await?;
    Ok(Opened {
        pool: Pool::Postgres(pool),
        work: Pool::Postgres(work),
        lock: None,
        log: None,
    })
}

/// Connects to a database to read it.
pub(super) async fn read_postgres(url: &str) -> Result<Pool, OpenError> {
    let options = parse(url)?.application_name("sunset audit");
    let options = options.options([("default_transaction_read_only", "on")]);
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(unreachable)?;
    Ok(Pool::Postgres(pool))
}

pub(super) fn parse(url: &str) -> Result<PgConnectOptions, OpenError> {
    url.parse()
        .map_err(|_| OpenError::Unreachable("its address is malformed".to_owned()))
}

/// Refuses another computer unless its certificate is verified. By default the driver
/// takes what encryption it gets, which is none where somebody on the way says so.
pub(super) fn check_secure(url: &str) -> Result<(), OpenError> {
    let options = parse(url)?;
    let host = options.get_host();
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = options.get_socket().is_some()
        || name.starts_with('/')
        || name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if is_here || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        Ok(())
    } else {
        Err(OpenError::Insecure(host.to_owned()))
    }
}

/// Checks that the database is ours, and makes or migrates its tables. One process at
/// a time does: another would take tables that are half made for a stranger's.
async fn set_up(options: &PgConnectOptions) -> Result<(), OpenError> {
    const ALONE: &str = "SELECT pg_advisory_lock(hashtext('sunset: set up'))";
    const TABLES: &str = "
        SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = current_schema()";

    let waiting = options
        .clone()
        .options([("statement_timeout", "0"), ("lock_timeout", "0")]);
    let mut connection = waiting.connect().await.map_err(unreachable)?;
    sqlx::query(ALONE).execute(&mut connection).await?;
    let tables: Vec<String> = sqlx::query_scalar(TABLES)
        .fetch_all(&mut connection)
        .await?;
    let has = |name| tables.iter().any(|table| table == name);
    // The list of migrations alone: somebody was cut off while setting up.
    let ours = has("_sqlx_migrations") && (has("inventory_refresh") || tables.len() == 1);
    if !tables.is_empty() && !ours {
        return Err(OpenError::NotOurTables);
    }
    let all = PORTABLE
        .iter()
        .chain(POSTGRES_ONLY.iter())
        .cloned()
        .collect();
    migrate(&Migrator::with_migrations(all), &mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Refuses a pooler that keeps a session for one transaction only: a worker's proof
/// of life is a lock that lasts as long as its session (tests/FAULTS.md 25).
///
/// Behind one, a session that nobody is using just now is given to the next.
async fn check_sessions(pool: &PgPool) -> Result<(), OpenError> {
    let look = async {
        let mut one = pool.acquire().await?;
        let mut other = pool.acquire().await?;
        let before = session(&mut one).await?;
        sqlx::raw_sql("BEGIN").execute(&mut *other).await?;
        let elsewhere = session(&mut other).await?;
        let after = session(&mut one).await?;
        sqlx::raw_sql("ROLLBACK").execute(&mut *other).await?;
        Ok(before == after && before != elsewhere)
    };
    match tokio::time::timeout(Duration::from_secs(10), look).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(OpenError::Pooled),
        Ok(Err(error)) => Err(unreachable(error)),
        Err(_) => Err(unreachable(sqlx::Error::PoolTimedOut)),
    }
}

/// Sent as plain text: what is prepared would be looked for in another session.
async fn session(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let row = sqlx::raw_sql("SELECT pg_backend_pid()")
        .fetch_one(connection)
        .await?;
    row.try_get(0)
}

/// The cause without the address, which may hold a password.
pub(super) fn unreachable(error: sqlx::Error) -> OpenError {
    OpenError::Unreachable(match error {
        // What PgBouncer says to the settings that a session begins with.
        sqlx::Error::Database(cause) if cause.message().contains("startup parameter") => {
            return OpenError::Pooled;
        }
        sqlx::Error::Database(cause) => cause.message().to_owned(),
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::Tls(cause) => cause.to_string(),
        sqlx::Error::PoolTimedOut => "it did not answer in time".to_owned(),
        _ => "it did not answer as Postgres does".to_owned(),
    })
}
