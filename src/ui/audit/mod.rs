//! The audit as administrators read it, and the certificate of a job. The server writes these
//! pages whole; nothing of them is in the browser's part.

mod certificate;
mod page;
pub mod words;

pub use certificate::{Certificate, CertificateDevice, CertificateFacts};
pub use page::{AuditForm, AuditPage};
