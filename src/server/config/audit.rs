//! How the audit and evidence are looked at on the host.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DatabaseArg;
use super::files::beside;
use crate::server::private::credential;
use crate::server::store::Database;

/// The key that signs the audit.
#[derive(Clone, Debug, Args)]
pub struct SigningKeyArg {
    /// The file of the key that signs the audit and evidence. It is made when the server
    /// starts for the first time; by default the credential signing-key of the service, else
    /// beside an SQLite database, with `.signing-key` after its name, and data/signing.key
    /// with Postgres.
    #[arg(long, env = "SUNSET_SIGNING_KEY_FILE", value_name = "FILE")]
    pub signing_key: Option<PathBuf>,
}

impl SigningKeyArg {
    /// Whether somebody said where it is.
    pub fn is_told(&self) -> bool {
        self.signing_key.is_some() || credential("signing-key").is_some()
    }

    /// The file, for this database.
    pub fn of(&self, database: &Database) -> PathBuf {
        let chosen = self.signing_key.clone();
        let chosen = chosen.or_else(|| credential("signing-key"));
        chosen.unwrap_or_else(|| beside(database, ".signing-key", "data/signing.key"))
    }
}

#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that nothing in the audit was changed, removed or put in between.
    Verify(VerifyAudit),
    /// Write all rows and checkpoints as lines of JSON to standard output.
    Export(DatabaseArg),
    /// Say which key signs, by its fingerprint.
    Key(AuditKey),
    /// Make another signing key, for which the present one vouches. While the server is
    /// stopped.
    RotateKey(AuditKey),
}

impl AuditCommand {
    pub fn database_mut(&mut self) -> &mut DatabaseArg {
        match self {
            Self::Verify(verify) => &mut verify.database,
            Self::Export(database) => database,
            Self::Key(key) | Self::RotateKey(key) => &mut key.database,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct AuditKey {
    #[command(flatten)]
    pub signing_key: SigningKeyArg,
    #[command(flatten)]
    pub database: DatabaseArg,
}

#[derive(Clone, Debug, Args)]
pub struct VerifyAudit {
    /// A file with a checkpoint that was kept elsewhere, as a line of JSON: the chain must go
    /// through it.
    #[arg(long, value_name = "CHECKPOINT")]
    pub since: Option<PathBuf>,
    /// The fingerprint of a key that is trusted. By default that of the host's signing key.
    #[arg(long, value_name = "FINGERPRINT")]
    pub key: Vec<String>,
    /// Verify a copy, as `--audit-copy` or `sunset audit export` writes it, in place of the
    /// database.
    #[arg(long, value_name = "FILE")]
    pub copy: Option<PathBuf>,
    #[command(flatten)]
    pub signing_key: SigningKeyArg,
    #[command(flatten)]
    pub database: DatabaseArg,
}

#[derive(Clone, Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Check the evidence of a job. Needs neither a database nor a network.
    Verify(VerifyEvidence),
}

#[derive(Clone, Debug, Args)]
pub struct VerifyEvidence {
    /// The file, as the page of the job gives it.
    pub file: PathBuf,
    /// The fingerprint of the key that must have signed it.
    #[arg(long, value_name = "FINGERPRINT", conflicts_with = "key_file")]
    pub key: Option<String>,
    /// A file with that fingerprint.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}
