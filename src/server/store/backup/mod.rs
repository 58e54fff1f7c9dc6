//! Backups: the whole database in one file, taken while it is in use.
//!
//! A backup is an SQLite database with Sunset's own tables, whichever database it was made
//! from. So either database can be restored from it, and no program of Postgres' is needed
//! that would have to fit the server's version.
//!
//! A backup contains no sessions, no API tokens and no links, so that an old file lets nobody in. A restore
//! voids device cookies and pauses open jobs: only a person knows what was done since.

mod postgres;
mod reset;
mod sqlite;
mod tables;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::Connection;
use tempfile::NamedTempFile;

use super::open::{Database, OpenError};
use super::sqlite_file::{BESIDE, beside};
use super::{Store, StoreError};
use crate::server::private;

/// How much a backup contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    pub devices: u64,
    pub jobs: u64,
    pub operators: u64,
}

/// The result of a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    pub contents: Contents,
    /// Open jobs, which are paused now.
    pub paused: u64,
}

/// Why there is no backup, or why it was not restored, in one sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("There is no database at {}.", .0.display())]
    NoDatabase(PathBuf),
    #[error("There is no backup at {}.", .0.display())]
    NoBackup(PathBuf),
    #[error("{} is there already, and nothing was written. Name another file.", .0.display())]
    Exists(PathBuf),
    #[error(
        "There is a database at {} already, and nothing was restored. Name another place, or \
         move the database away with all that is beside it.", .0.display()
    )]
    DatabaseExists(PathBuf),
    #[error(
        "The Postgres database holds devices, jobs or operators already, and nothing was \
         restored. Name an empty one."
    )]
    NotEmpty,
    #[error("{} cannot be written: {cause}.", path.display())]
    NotWritable {
        path: PathBuf,
        cause: std::io::Error,
    },
    #[error("The copy of the database is damaged: {0}.")]
    Damaged(String),
    #[error("The database could not be copied: {0}.")]
    Database(#[from] sqlx::Error),
    #[error("The database could not be copied: {0}.")]
    Store(#[from] StoreError),
}

/// Writes a backup of a database, which may be in use and is not changed.
///
/// # Errors
/// One sentence; no file was made.
pub async fn back_up(database: &Database, to: &Path) -> Result<Contents, BackupError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let not_writable = not_writable(to);
    let folder = folder_of(to);
    // Readable by its owner only, and removed if anything fails.
    let partial = NamedTempFile::new_in(folder).map_err(&not_writable)?;
    let mut copy = match database {
        Database::Sqlite(path) if !path.exists() => {
            return Err(BackupError::NoDatabase(path.clone()));
        }
        Database::Sqlite(path) => sqlite::copy(path, partial.path()).await?,
        Database::Postgres(url) => postgres::copy(url, partial.path()).await?,
    };
    let contents = sqlite::clean_and_check(&mut copy).await?;
    copy.close().await?;
    partial.as_file().sync_all().map_err(&not_writable)?;
    let kept = partial.persist_noclobber(to);
    kept.map_err(|error| not_writable(error.error))?;
    sync(folder).map_err(not_writable)?;
    Ok(contents)
}

/// Makes a database from a backup, where there is none yet.
///
/// # Errors
/// One sentence. The backup is as before, and no database was made; a Postgres database may
/// have got its tables.
pub async fn restore(from: &Path, database: &Database) -> Result<Restored, BackupError> {
    if !from.is_file() {
        return Err(BackupError::NoBackup(from.to_owned()));
    }
    let aside = match database {
        Database::Sqlite(path) => {
            check_free(path)?;
            tempfile::tempdir_in(folder_of(path)).map_err(not_writable(path))?
        }
        Database::Postgres(_) => {
            tempfile::tempdir().map_err(not_writable(&std::env::temp_dir()))?
        }
    };
    let made = aside.path().join("restored.db");
    private::open(&made, private::OWNER).map_err(not_writable(&made))?;
    let mut copy = sqlite::copy(from, &made).await?;
    let contents = sqlite::clean_and_check(&mut copy).await?;
    copy.close().await?;

    let store = Store::open(&Database::Sqlite(made.clone())).await?;
    let paused = store.reset_after_restore().await?;
    store.close().await;
    match database {
        Database::Sqlite(path) => {
            let move_there = || {
                File::open(&made)?.sync_all()?;
                fs::rename(&made, path)?;
                sync(folder_of(path))
            };
            move_there().map_err(not_writable(path))?;
        }
        Database::Postgres(_) => postgres::fill(&made, database).await?,
    }
    Ok(Restored { contents, paused })
}

/// Refuses a path with a database or the remains of one: SQLite would apply an old log to the
/// new database.
fn check_free(path: &Path) -> Result<(), BackupError> {
    if !folder_of(path).is_dir() {
        return Err(OpenError::NoFolder(folder_of(path).to_owned()).into());
    }
    let is_taken = |path: &Path| fs::symlink_metadata(path).is_ok();
    let mut others = BESIDE.iter().map(|name| beside(path, name));
    // The lock file stays when a database is moved away, and has no content.
    if is_taken(path) || others.any(|other| is_taken(&other) && !is_lock(&other)) {
        return Err(BackupError::DatabaseExists(path.to_owned()));
    }
    Ok(())
}

fn not_writable(path: &Path) -> impl Fn(std::io::Error) -> BackupError {
    let path = path.to_owned();
    move |cause| BackupError::NotWritable {
        path: path.clone(),
        cause,
    }
}

fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "lock")
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names in a folder survive a power loss.
fn sync(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
