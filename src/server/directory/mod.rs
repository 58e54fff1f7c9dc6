//! The directory: the system of record for devices.

pub mod local;
pub mod remote;

use std::future::Future;
use std::pin::Pin;

use crate::domain::device::DirectoryDevice;

/// What a call to the directory returns, in time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 'a>>;

/// One page of the directory's devices.
#[derive(Debug)]
pub struct DirectoryPage {
    pub devices: Vec<DirectoryDevice>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

/// A system of record for devices.
pub trait Directory: std::fmt::Debug + Send + Sync {
    /// How many devices there are, where the directory can tell.
    fn size(&self) -> Answer<'_, Option<u64>>;

    /// A page of devices; the first without a token.
    fn list(&self, page: Option<String>) -> Answer<'_, DirectoryPage>;
}

/// Why the directory did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("the local directory failed")]
    Store(#[from] super::store::StoreError),
    #[error("the directory could not be read: {0}")]
    Unreadable(String),
}
