//! The process on its computer: signals, limits, the log, the service manager, and the commands
//! that an administrator runs.

mod backup;
mod healthcheck;
mod log;
mod notify;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use log::{Log, start_log};
pub use notify::ServiceManager;

use super::private;
use super::store::{Database, Store};

/// Ends some time after the token was cancelled.
pub async fn after(stop: CancellationToken, grace: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(grace).await;
}

/// Cancels the token when the process is asked to end, from now on.
pub fn stop_on_signal(stop: CancellationToken) -> JoinHandle<()> {
    let terminated = signal(SignalKind::terminate());
    let interrupted = signal(SignalKind::interrupt());
    tokio::spawn(async move {
        tokio::select! {
            () = received(terminated) => {}
            () = received(interrupted) => {}
        }
        stop.cancel();
    })
}

/// Ends when the signal comes, and never where it cannot be listened to.
async fn received(signal: io::Result<Signal>) {
    match signal {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

/// Lets the process have as many open files as it may: each connection is one, and the
/// usual limit of 1,024 is reached before that of the connections.
pub fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(cause) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%cause, "the limit of open files could not be raised");
    }
}

/// Protects the memory, which contains keys, from other programs of the same user, and writes
/// no core files.
pub fn forbid_dumps() {
    #[cfg(target_os = "linux")]
    if let Err(cause) =
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::warn!(%cause, "other programs of this user may look into this one's memory");
    }
}

/// The folder with the browser's part: as told, or beside the program.
///
/// # Errors
/// A sentence: there is none.
pub fn site_root(chosen: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(chosen) = chosen {
        return if chosen.join("pkg").is_dir() {
            Ok(chosen.to_owned())
        } else {
            Err(format!(
                "{} does not contain the web assets.",
                chosen.display()
            ))
        };
    }
    let program = std::env::current_exe().map_err(|cause| cause.to_string())?;
    let beside = program.parent().map(PathBuf::from).unwrap_or_default();
    [beside.join("site"), beside.join("../site")]
        .into_iter()
        .find(|folder| folder.join("pkg").is_dir())
        .ok_or_else(|| {
            "The web assets (folder `site`) are not beside the program: build them with `cargo xtask serve`."
                .to_owned()
        })
}

/// Opens the database. The folder of the default one is made, and a file there that a
/// Sunset of before made for everybody to read is closed to them.
///
/// # Errors
/// A sentence.
pub async fn open(database: &Database) -> Result<Store, String> {
    make_default_folder(database)?;
    if let Database::Sqlite(path) = database
        && ["data/sunset.db", "data/rehearsal.db"]
            .map(Path::new)
            .contains(&path.as_path())
    {
        // Where that does not succeed, the store says what to do.
        let _ = private::close_to_everybody(path, private::OWNER);
    }
    Store::open(database)
        .await
        .map_err(|error| error.to_string())
}

fn make_default_folder(database: &Database) -> Result<(), String> {
    match database {
        Database::Sqlite(path) if path.parent() == Some(Path::new("data")) => {
            private::make_folder(Path::new("data"))
                .map_err(|cause| format!("The folder data cannot be made: {cause}."))
        }
        _ => Ok(()),
    }
}
