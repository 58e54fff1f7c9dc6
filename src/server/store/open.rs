//! Opening the database: set up so that a commit survives a power loss, migrated, and ours.
//! Whatever is wrong is said in one sentence, and nothing was changed.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::Store;
use super::open_postgres::{check_secure, open_postgres, read_postgres};
use super::open_sqlite::{OLDEST_SQLITE, open_sqlite, read_sqlite};
use super::pool::Pool;
use crate::server::private::chmod_line;

pub(super) static PORTABLE: Migrator = sqlx::migrate!("./migrations");

/// An open database.
pub(super) struct Opened {
    /// For what operators ask.
    pub pool: Pool,
    /// For work on jobs: however many pages ask, it never waits for them.
    pub work: Pool,
    pub lock: Option<File>,
    /// Where SQLite keeps its log.
    pub log: Option<PathBuf>,
}

/// Which database, as `--database` names it.
#[derive(Clone, PartialEq, Eq)]
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
            Err("a database is sqlite:PATH or postgres://HOST/NAME".to_owned())
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

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Database {
    /// Whether what is sent to the database, its password and all devices, is safe on the
    /// way there.
    ///
    /// # Errors
    /// It is on another computer, and nothing proves which one answers.
    pub fn check_secure(&self) -> Result<(), OpenError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) => check_secure(url),
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
    #[error("{} is a link to a file that does not exist.", .0.display())]
    DeadLink(PathBuf),
    #[error("{} is {what}, not a file. Name a file.", path.display())]
    NotAFile { path: PathBuf, what: &'static str },
    #[error(
        "{} has {names} names (hard links), and another Sunset could open it by one of the \
         others. Keep one and remove the rest.", path.display()
    )]
    ManyNames { path: PathBuf, names: u64 },
    #[error(
        "{} can be read by everybody on this computer. Run: {}", .0.display(), chmod_line(.0)
    )]
    OpenToAll(PathBuf),
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
    #[error(
        "The Postgres database is on another computer, {0}: add sslmode=verify-full to its \
         address so that nobody on the way can read or change anything, and sslrootcert=FILE \
         if its certificate is your own. --insecure-database does without."
    )]
    Insecure(String),
    #[error(
        "Something before the Postgres database gives each transaction another session, and \
         Sunset's locks need one to last. Name the server itself, or pool by session."
    )]
    Pooled,
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
        let Opened {
            pool,
            work,
            lock,
            log,
        } = match database {
            Database::Sqlite(path) => open_sqlite(path).await?,
            Database::Postgres(url) => open_postgres(url).await?,
        };
        Ok(Self {
            pool,
            work,
            _lock: lock.map(Arc::new),
            log,
        })
    }
}

impl Store {
    /// Opens a database to read it, which may be in use and is not changed.
    ///
    /// # Errors
    /// One sentence.
    pub async fn open_to_read(database: &Database) -> Result<Self, OpenError> {
        let pool = match database {
            Database::Sqlite(path) => read_sqlite(path).await?,
            Database::Postgres(url) => read_postgres(url).await?,
        };
        Ok(Self {
            work: pool.clone(),
            pool,
            _lock: None,
            log: None,
        })
    }
}

pub(super) async fn migrate<C: Migrate>(
    migrator: &Migrator,
    connection: &mut C,
) -> Result<(), OpenError> {
    migrator
        .run_direct(None, connection, false)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => OpenError::Newer,
            other => OpenError::Migration(other),
        })
}
