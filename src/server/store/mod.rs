//! The database: the only place with SQL.

mod api_token;
mod audit;
mod authority;
mod backup;
mod check;
mod device;
mod directory_device;
mod directory_import;
mod effect;
mod first;
mod inventory_state;
mod job;
mod lease;
mod named;
mod notice;
mod oidc;
mod open;
mod open_postgres;
mod open_sqlite;
mod operator;
mod pace;
pub(in crate::server) mod pool;
mod refresh;
mod roles;
mod row;
mod saved_view;
mod search;
mod search_row;
mod selected;
mod session;
mod sign_in;
mod sqlite_file;
mod upsert;
mod wake_up;

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::audit::Event;
use pool::Pool;

pub use api_token::{MAX_TOKENS, TokenLine, TokenOwner};
pub use audit::{AuditFilter, EvidenceItem, EvidenceOutcome, EvidencePlan};
pub use authority::ClaimError;
pub use backup::{BackupError, Contents, Restored, back_up, restore};
pub(in crate::server) use directory_import::{
    analyze_directory_devices, matching_directory_devices, save_directory_devices,
};
pub use effect::{
    Batch, Call, CallOutcome, JobToReread, Look, Recorded, Taken, Touched, Unchecked, Unconfirmed,
};
pub use inventory_state::{InventoryState, OpenJob};
pub use job::{
    Decided, Decider, GroupedBy, Hold, PlanDraft, Resume, Retry, ReviewedGroup, Start, Starting,
};
pub use lease::Worker;
pub use oidc::{OidcAttempt, OidcOperator};
pub use open::{Database, OpenError};
pub use operator::{Credentials, Invited, OperatorLine};
pub use pool::Tx;
pub use roles::Changed;
pub use search_row::SearchRow;
pub use selected::SelectionGroup;
pub use session::{NewSession, STRONG_MS, SessionLine, SignedIn, TimeLeft};
pub use sign_in::{Proof, SetUp};
pub use upsert::UpsertCounts;
pub use wake_up::WakeUps;

/// The application's tables in the configured database.
#[derive(Debug)]
pub struct Store {
    pool: Pool,
    work: Pool,
    /// Held while the store is open, on SQLite: one process at a time.
    _lock: Option<Arc<std::fs::File>>,
    /// The file of SQLite's log.
    log: Option<PathBuf>,
}

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A row that our own code cannot have written.
    #[error("the database contains invalid data: {what}")]
    InvalidData { what: String },
}

impl StoreError {
    fn invalid_data(what: impl Into<String>) -> Self {
        Self::InvalidData { what: what.into() }
    }

    /// What a test makes happen where it wants to.
    pub fn injected() -> Self {
        Self::invalid_data("an injected failure")
    }
}

impl Store {
    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.pool.begin().await
    }

    /// Puts something into the audit that changes nothing else.
    pub async fn record(&self, event: Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.record(event);
        tx.commit().await
    }

    /// The same database by the connections kept for work on jobs, which never waits
    /// for pages that are slow.
    #[must_use]
    pub fn at_work(&self) -> Self {
        Self {
            pool: self.work.clone(),
            work: self.work.clone(),
            _lock: self._lock.clone(),
            log: self.log.clone(),
        }
    }

    /// What is wrong with the log, in sentences. It is cut back whenever it has been
    /// taken over into the database, which a reader that does not end prevents.
    pub async fn log_trouble(&self) -> Option<&'static str> {
        const LARGE: u64 = 2 * open_sqlite::LOG_LIMIT;
        const TAKE_OVER: &str = "PRAGMA wal_checkpoint(PASSIVE)";
        let log = std::fs::metadata(self.log.as_ref()?).ok()?;
        let Pool::Sqlite { write, .. } = &self.pool else {
            return None;
        };
        if log.len() < LARGE {
            return None;
        }
        let (_, frames, taken): (i64, i64, i64) =
            sqlx::query_as(TAKE_OVER).fetch_one(write).await.ok()?;
        (taken < frames).then_some(
            "Another program has been reading the database for long, and its log grows \
             meanwhile. End that program, or the disk will be full.",
        )
    }

    /// Ends all connections, after those in use have been given back.
    pub async fn close(&self) {
        self.pool.close().await;
        self.work.close().await;
    }
}
