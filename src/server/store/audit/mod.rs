//! The audit in the database. `Tx::record` puts something into it.

mod append;
mod evidence;
mod read;

pub(in crate::server::store) use append::append;
pub use evidence::{EvidenceItem, EvidenceOutcome, EvidencePlan};
pub use read::AuditFilter;
