//! The files of backups.

use std::path::PathBuf;

use clap::Args;

use super::DatabaseArg;

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write. It must not be there yet; only its owner can read it.
    pub file: PathBuf,
    #[command(flatten)]
    pub database: DatabaseArg,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file that `sunset backup` wrote, from either kind of database.
    pub file: PathBuf,
    #[command(flatten)]
    pub database: DatabaseArg,
}
