//! Where a server keeps its database and its keys, unless it is told otherwise.

use std::path::PathBuf;

use super::Serve;
use crate::server::private::credential;
use crate::server::store::Database;

/// A file beside an SQLite database, or another place with Postgres.
pub(super) fn beside(database: &Database, ending: &str, otherwise: &str) -> PathBuf {
    match database {
        Database::Sqlite(path) => {
            let mut beside = path.clone().into_os_string();
            beside.push(ending);
            beside.into()
        }
        Database::Postgres(_) => PathBuf::from(otherwise),
    }
}

impl Serve {
    /// Where things are kept: what is rehearsed stays apart from what is.
    pub fn database(&self) -> Database {
        let ordinary = Database::Sqlite(PathBuf::from("data/sunset.db"));
        match &self.database.database {
            database if self.rehearsal && *database == ordinary => {
                Database::Sqlite(PathBuf::from("data/rehearsal.db"))
            }
            database => database.clone(),
        }
    }

    /// The file of the key that seals operators' secrets.
    pub fn seal_key(&self) -> PathBuf {
        let chosen = self.seal_key.clone().or_else(|| credential("seal-key"));
        chosen.unwrap_or_else(|| beside(&self.database(), ".key", "data/seal.key"))
    }

    /// The file of the key that signs the audit.
    pub fn signing_key(&self) -> PathBuf {
        self.signing_key.of(&self.database())
    }
}
