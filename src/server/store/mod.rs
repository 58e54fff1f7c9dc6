//! The database: the only place with SQL.

mod count_cache;
mod device;
mod device_filter;
mod directory_device;
mod directory_import;
mod item;
mod job;
mod job_run;
mod notice;
mod open;
mod plan;
pub(in crate::server) mod pool;
mod refresh;
mod row;
mod selected;
mod upsert;

use pool::Pool;

pub use device::Facet;
pub(in crate::server) use directory_import::{
    analyze_directory_devices, matching_directory_devices, save_directory_devices,
};
pub use job::Start;
pub use job_run::Batch;
pub use open::{Database, OpenError};
pub use plan::PlanDraft;
pub use pool::Tx;
pub use upsert::UpsertCounts;

/// The application's tables in the configured database.
#[derive(Debug)]
pub struct Store {
    pool: Pool,
    /// Held while the store is open, on SQLite: one process at a time.
    _lock: Option<std::fs::File>,
    counts: count_cache::CountCache,
}

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A row that our own code cannot have written.
    #[error("the database holds {what}, which makes no sense")]
    Nonsense { what: String },
}

impl StoreError {
    fn nonsense(what: impl Into<String>) -> Self {
        Self::Nonsense { what: what.into() }
    }
}

impl Store {
    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.pool.begin().await
    }

    /// Ends all connections, after those in use have been given back.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
