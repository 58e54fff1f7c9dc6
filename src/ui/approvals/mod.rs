//! Requests to approve a job: those that wait, and one with all that would run. The server
//! writes these pages whole; they are forms, and need no script.

mod devices;
mod list;
mod request;
pub mod words;

pub use list::{Approvals, RequestRow};
pub use request::{ApprovalRequest, Decision, RequestView};
