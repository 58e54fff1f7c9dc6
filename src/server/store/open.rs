//! Opening the database: set up as RELIABILITY.md asks, migrated, and ours.
//! Whatever is wrong is said in one sentence, and nothing was changed.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::Store;
use super::pool::Pool;

static PORTABLE: Migrator = sqlx::migrate!("./migrations");
static POSTGRES_ONLY: Migrator = sqlx::migrate!("./migrations/postgres");

/// Marks an SQLite file as ours (`PRAGMA application_id`): "SNST".
const APPLICATION_ID: i64 = 0x534e_5354;

/// The first SQLite without the WAL-reset race (RELIABILITY.md 0, decision 2).
const OLDEST_SQLITE: &str = "3.51.3";

const READERS: u32 = 4;

/// Which database, as `--database` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite(PathBuf),
    /// The whole address. It may hold a password: never shown or logged.
    Postgres(String),
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err("name a file, as in sqlite:/var/lib/sunset/sunset.db".to_owned());
            }
            Ok(Self::Sqlite(PathBuf::from(path)))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else {
            Err("a database is sqlite:PATH or postgres://USER@HOST/NAME".to_owned())
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("the Postgres database"),
        }
    }
}

/// Why a database cannot be used, in one sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("The folder {} does not exist.", .0.display())]
    NoFolder(PathBuf),
    #[error("{} cannot be written: {cause}.", path.display())]
    NotWritable {
        path: PathBuf,
        cause: std::io::Error,
    },
    #[error("Another Sunset is using {}. One process at a time can.", .0.display())]
    InUse(PathBuf),
    #[error(
        "{} is not a database of Sunset's. It was left as it is; name another file, \
         or restore a backup.", .0.display()
    )]
    NotOurs(PathBuf),
    #[error("The Postgres database holds tables that are not Sunset's. Name an empty one.")]
    NotOurTables,
    #[error("The Postgres database cannot be reached: {0}.")]
    Unreachable(String),
    #[error("The database was made by a newer Sunset. Use that one, or restore a backup.")]
    Newer,
    #[error("SQLite {0} is built in, and {OLDEST_SQLITE} or newer is needed.")]
    OldSqlite(String),
    #[error("The database did not take the setting {name}: it says {value}.")]
    Setting { name: &'static str, value: String },
    #[error("The database could not be set up: {0}.")]
    Failed(#[from] sqlx::Error),
    #[error("The database could not be migrated: {0}.")]
    Migration(MigrateError),
}

impl Store {
    /// Opens a database, makes or migrates its tables, and checks its settings.
    ///
    /// # Errors
    /// One sentence; the database is as before.
    pub async fn open(database: &Database) -> Result<Self, OpenError> {
        let (pool, lock) = match database {
            Database::Sqlite(path) => open_sqlite(path).await?,
            Database::Postgres(url) => (open_postgres(url).await?, None),
        };
        Ok(Self {
            pool,
            _lock: lock,
            counts: super::count_cache::CountCache::default(),
        })
    }
}

async fn open_sqlite(path: &Path) -> Result<(Pool, Option<File>), OpenError> {
    let lock = lock_beside(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true);
    check_ours(path, &options).await?;

    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The default of 1,000 pages would make a large job pay for a checkpoint
        // every few batches.
        .pragma("wal_autocheckpoint", "16000")
        .pragma("journal_size_limit", "67108864")
        .pragma("temp_store", "MEMORY");
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.clone())
        .await
        .map_err(|error| sqlite_failure(path, error))?;
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.pragma("query_only", "ON"))
        .await
        .map_err(|error| sqlite_failure(path, error))?;

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

    migrate(&PORTABLE, &mut *write.acquire().await?).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA application_id = {APPLICATION_ID}"
    )))
    .execute(&write)
    .await?;
    Ok((Pool::Sqlite { read, write }, Some(lock)))
}

/// Takes the lock file for as long as the returned handle lives.
fn lock_beside(path: &Path) -> Result<File, OpenError> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock_path = PathBuf::from(lock_path);
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|cause| OpenError::NotWritable {
            path: lock_path.clone(),
            cause,
        })?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(cause)) => {
            return Err(OpenError::NotWritable {
                path: lock_path,
                cause,
            });
        }
    }
    if path.exists() {
        OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(|cause| OpenError::NotWritable {
                path: path.to_owned(),
                cause,
            })?;
    }
    Ok(lock)
}

/// Refuses a file that some other program wrote, before any setting touches it.
async fn check_ours(path: &Path, options: &SqliteConnectOptions) -> Result<(), OpenError> {
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

async fn open_postgres(url: &str) -> Result<Pool, OpenError> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|_| OpenError::Unreachable("its address is malformed".to_owned()))?;
    let options = options.application_name("sunset").options([
        ("statement_timeout", "60s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("synchronous_commit", "on"),
        // Compiling a query costs more than any of ours takes.
        ("jit", "off"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(|error| OpenError::Unreachable(reachable_cause(&error)))?;

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
    Ok(Pool::Postgres(pool))
}

async fn migrate<C: Migrate>(migrator: &Migrator, connection: &mut C) -> Result<(), OpenError> {
    migrator
        .run_direct(None, connection, false)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => OpenError::Newer,
            other => OpenError::Migration(other),
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
