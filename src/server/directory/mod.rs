//! The directory: the system of record for devices.

pub mod google;
pub mod local;
pub mod remote;
pub mod walk;

use std::future::Future;
use std::pin::Pin;

use crate::domain::action::effect::EffectKind;
use crate::domain::device::DirectoryDevice;
use crate::domain::directory_health::IdentityCheck;

/// What a call to the directory returns, in time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 'a>>;

/// What a look at who we are to the directory comes to, in time.
pub type Checked<'a> = Pin<Box<dyn Future<Output = IdentityCheck> + Send + 'a>>;

/// One page of the directory's devices.
#[derive(Debug)]
pub struct DirectoryPage {
    pub devices: Vec<DirectoryDevice>,
    /// The ids of devices that could not be read in full; empty for one without an id,
    /// which is not in `devices`.
    pub unclear: Vec<String>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

/// Devices that were asked for by name, as they are now.
#[derive(Debug, Default)]
pub struct Live {
    pub devices: Vec<DirectoryDevice>,
    /// Devices that the directory does not read, by its id, with its words.
    pub refused: Vec<(String, String)>,
}

/// A system of record for devices.
pub trait Directory: std::fmt::Debug + Send + Sync {
    /// What it is called, and told by from others: whose devices they are.
    fn name(&self) -> String;

    /// Whether it can carry out effects of this kind.
    fn can(&self, effect: EffectKind) -> bool;

    /// How many devices there are, where the directory can tell.
    fn size(&self) -> Answer<'_, Option<u64>>;

    /// A page of devices; the first without a token.
    fn list(&self, page: Option<String>) -> Answer<'_, DirectoryPage>;

    /// These devices as they are now, by the directory's ids and in any order; those
    /// that it does not have are left out. `None` where asking would tell nothing that
    /// the listing does not.
    fn live<'a>(&'a self, _device_ids: &'a [&'a str]) -> Answer<'a, Option<Live>> {
        Box::pin(async { Ok(None) })
    }

    /// The paths of all org units. `None` where there are no others than those of devices,
    /// and a device may be moved to any.
    fn org_units(&self) -> Answer<'_, Option<Vec<String>>> {
        Box::pin(async { Ok(None) })
    }

    /// Looks whether we are still who we should be to it.
    fn check(&self) -> Checked<'_> {
        Box::pin(async { IdentityCheck::default() })
    }
}

/// Why the directory did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("the local directory failed")]
    Store(#[from] super::store::StoreError),
    /// It did not answer, or asked to wait: later it may.
    #[error("the directory could not be reached: {0}")]
    Unreachable(String),
    #[error("the directory could not be read: {0}")]
    Unreadable(String),
    /// It does not understand what was asked of one device. Its words.
    #[error("the directory does not read the device: {0}")]
    Refused(String),
}
