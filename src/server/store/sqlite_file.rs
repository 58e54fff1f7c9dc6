//! The files of an SQLite database: which they are, that they are ours alone, and that
//! nobody else can read them.
//!
//! The lock goes by the file's name, and SQLite finds its log by the name. A file that is
//! opened under two names would have two locks and two logs, and would be destroyed.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::open::OpenError;
use crate::server::private::{self, Access};

/// What SQLite and we keep beside a database.
const LOG: &str = "-wal";
const LOCK: &str = ".lock";
pub(super) const BESIDE: [&str; 4] = [LOG, "-shm", "-journal", LOCK];

/// The only name of a database: symbolic links are followed to their end.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    if fs::symlink_metadata(path).is_ok() {
        return fs::canonicalize(path).map_err(|_| OpenError::DeadLink(path.to_owned()));
    }
    let folder = fs::canonicalize(folder).map_err(|cause| not_writable(path, cause))?;
    let name = path.file_name().unwrap_or_default();
    Ok(folder.join(name))
}

/// Refuses what is no file, or is one under several names, before it is opened: a named
/// pipe would be waited for without end.
pub(super) fn check_kind(path: &Path) -> Result<(), OpenError> {
    for name in BESIDE {
        if let Ok(file) = fs::symlink_metadata(beside(path, name)) {
            check_is_file(&beside(path, name), &file)?;
        }
    }
    let Ok(file) = fs::metadata(path) else {
        return Ok(());
    };
    check_is_file(path, &file)?;
    if file.nlink() != 1 {
        let names = file.nlink();
        return Err(OpenError::ManyNames {
            path: path.to_owned(),
            names,
        });
    }
    Ok(())
}

fn check_is_file(path: &Path, file: &Metadata) -> Result<(), OpenError> {
    let kind = file.file_type();
    let what = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_symlink() {
        "a symbolic link"
    } else {
        "a device of the system"
    };
    Err(OpenError::NotAFile {
        path: path.to_owned(),
        what,
    })
}

/// Takes the lock file for as long as the returned handle lives.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = beside(path, LOCK);
    // Whoever may write the database may take its lock.
    let group = fs::metadata(path).map_or(0, |file| group_of(&file));
    let lock = private::open(&lock_path, private::OWNER | group)
        .map_err(|cause| not_writable(&lock_path, cause))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(cause)) => return Err(not_writable(&lock_path, cause)),
    }
    if path.exists() {
        OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(|cause| not_writable(path, cause))?;
    }
    Ok(lock)
}

/// Makes the database's file, if there is none, for its owner alone: SQLite gives the log
/// the same mode. Refuses one with devices in it that everybody can read.
pub(super) fn keep_private(path: &Path) -> Result<(), OpenError> {
    let open_to_all = |path: &Path| OpenError::OpenToAll(path.to_owned());
    private::open(path, private::OWNER).map_err(|cause| not_writable(path, cause))?;
    let file = fs::metadata(path).map_err(|cause| not_writable(path, cause))?;
    if Access::of(&file) == Access::Everybody {
        if file.len() != 0 {
            return Err(open_to_all(path));
        }
        private::close_to_everybody(path, private::OWNER).map_err(|_| open_to_all(path))?;
    }
    let mode = private::OWNER | group_of(&file);
    for name in BESIDE {
        let path = beside(path, name);
        private::close_to_everybody(&path, mode).map_err(|_| open_to_all(&path))?;
    }
    Ok(())
}

/// What the group may do.
fn group_of(file: &Metadata) -> u32 {
    file.permissions().mode() & 0o060
}

/// Where SQLite keeps the log of a database.
pub(super) fn log_of(path: &Path) -> PathBuf {
    beside(path, LOG)
}

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn not_writable(path: &Path, cause: std::io::Error) -> OpenError {
    OpenError::NotWritable {
        path: path.to_owned(),
        cause,
    }
}
