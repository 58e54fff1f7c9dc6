//! The texts of the requests to approve a job.

use crate::domain::job::approval::ApprovalState;
use crate::domain::number::{devices, grouped};
pub use crate::ui::entrance::words::BACK;

// The list.
pub const TITLE: &str = "Approvals";
pub const WHAT_WAITS: &str = "Jobs that wait for approval";
pub const NOTHING_WAITS: &str = "No job waits for approval.";
pub const JOB: &str = "Job";
pub const ACTION: &str = "Action";
pub const DEVICES: &str = "Devices";
pub const ASKED_BY: &str = "Asked by";
pub const ASKED: &str = "Asked";
pub const EXPIRES: &str = "Stopped unless approved by";

// One request.
pub const ALL_REQUESTS: &str = "All requests";
pub const WHAT_WOULD_RUN: &str = "What would run";
pub const NOTE: &str = "Note";
pub const STATE: &str = "State";
pub const DECIDED: &str = "Decided";
pub const DECIDED_BY: &str = "Decided by";
pub const WHY_REFUSED: &str = "Reason to refuse";
pub const REQUESTERS_PAGE: &str =
    "How the devices were selected (as reported by the requester's browser)";
pub const DIGEST: &str = "Digest of all of this";
pub const DETAILS: &str = "Details";
pub const BY_ORG_UNIT: &str = "By org unit";
pub const BY_MODEL: &str = "By model";
pub const BY_STATUS: &str = "By status when reviewed";
pub const ORG_UNIT: &str = "Org unit";
pub const MODEL: &str = "Model";
pub const STATUS: &str = "Status";
pub const NO_VALUE: &str = "None";
pub const THE_DEVICES: &str = "Devices of the review";
pub const SERIAL_NUMBER: &str = "Serial number";
pub const ASSET_ID: &str = "Asset ID";
pub const USER: &str = "User";
pub const VERDICT: &str = "Verdict";
pub const AS_CSV: &str = "Download all as CSV";
pub const NEXT: &str = "Next page";
pub const PREVIOUS: &str = "Previous page";
pub const OPEN_JOB: &str = "Open the job";

// Deciding.
pub const DECIDE: &str = "Decide";
pub const APPROVE: &str = "Approve";
pub const APPROVE_HINT: &str = "The job begins after the usual grace. A device that has changed \
                                since the review is skipped.";
pub const REFUSE: &str = "Refuse";
pub const WHY_HINT: &str = "The requester reads it, and the job is stopped.";
pub const OWN: &str = "You started this job, so somebody else has to approve it. To withdraw it, \
                       stop the job.";
pub const NOT_YOURS: &str = "Only an approver for all of these org units can decide.";
pub const SIGN_IN_FIRST: &str = "Sign in again to decide on the job.";
pub const APPROVED: &str = "The job is approved.";
pub const REFUSED: &str = "The job is refused.";

pub fn job(number: u32) -> String {
    format!("Job #{number}")
}

pub fn request(number: u32) -> String {
    format!("Approve job #{number}?")
}

pub fn would_change(eligible: u64, total: u64) -> String {
    match total - eligible {
        0 => devices(eligible),
        left_out => format!(
            "{}, {} more are skipped",
            devices(eligible),
            grouped(left_out)
        ),
    }
}

pub fn page_of(page: u32, pages: u32) -> String {
    format!("Page {page} of {pages}")
}

pub fn state(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Open => "Waiting for approval",
        ApprovalState::Approved => "Approved",
        ApprovalState::Refused => "Refused",
        ApprovalState::Withdrawn => "Withdrawn: the job was stopped",
        ApprovalState::Expired => "Expired: nobody decided in time",
        ApprovalState::Changed => "Stopped: the job changed after the request",
    }
}
