//! Which database. Its address may hold a password, so it may also come from a file, or as a
//! credential of the service.

use std::path::PathBuf;

use clap::Args;

use crate::server::private::{credential, read_secret};
use crate::server::store::Database;

#[derive(Clone, Debug, Args)]
pub struct DatabaseArg {
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "SUNSET_DATABASE",
        default_value = "sqlite:data/sunset.db",
        hide_env_values = true
    )]
    pub database: Database,
    /// A file with that address, which may then hold a password. Without it: the credential
    /// database-url of the service. Both come before the variable SUNSET_DATABASE.
    #[arg(long, env = "SUNSET_DATABASE_FILE", value_name = "FILE")]
    pub database_file: Option<PathBuf>,
    /// Connect to a Postgres on another computer without verified TLS: its
    /// address then needs no sslmode=verify-full.
    #[arg(long, env = "SUNSET_INSECURE_DATABASE")]
    pub insecure_database: bool,
    /// `--database` was typed, which comes before everything else.
    #[arg(skip)]
    pub(super) is_typed: bool,
}

impl DatabaseArg {
    /// Takes the address from its file or credential, if there is one.
    ///
    /// # Errors
    /// A sentence: the file cannot be used, or what is sent to the database could be read on
    /// the way.
    pub fn resolve(&mut self) -> Result<(), String> {
        let file = self.database_file.clone();
        let file = file.or_else(|| credential("database-url"));
        if let Some(file) = file.filter(|_| !self.is_typed) {
            let text = read_secret(&file).map_err(|error| error.to_string())?;
            self.database = text
                .trim()
                .parse()
                .map_err(|expected| format!("{} names no database: {expected}.", file.display()))?;
        }
        if self.insecure_database {
            return Ok(());
        }
        self.database
            .check_secure()
            .map_err(|error| error.to_string())
    }
}
