//! The texts of the audit and of certificates.

use crate::domain::number::{devices, grouped};

// The audit.
pub const AUDIT: &str = "Audit";
pub const BACK: &str = "Back to Sunset";
pub const FIND: &str = "Find";
pub const SHOW: &str = "Show";
pub const SHOW_ALL: &str = "Show all";
pub const WHO: &str = "Who";
pub const WHAT: &str = "What";
pub const ANYTHING: &str = "Anything";
pub const TARGET: &str = "On what";
pub const TARGET_HINT: &str = "A login, or the id of a job as in its address.";
pub const FROM: &str = "From (UTC)";
pub const UNTIL: &str = "Up to and including (UTC)";
pub const DAY_HINT: &str = "As 2026-11-30.";
pub const ROWS: &str = "What was done, the newest first";
pub const NUMBER: &str = "Number";
pub const WHEN: &str = "When";
pub const ADDRESS: &str = "Address";
pub const OUTCOME: &str = "Outcome";
pub const DETAILS: &str = "Details";
pub const NOTHING: &str = "No rows match.";
pub const OLDER: &str = "Older";
pub const NEWEST: &str = "Newest";
pub const TAKE_AWAY: &str = "Download";
pub const AS_CSV: &str = "Download as CSV";
pub const AS_JSON_LINES: &str = "Download as JSON lines";
pub const TAKE_AWAY_HINT: &str = "What is shown by these filters, on all pages. On the server, \
                                  sunset audit verify checks the whole.";

pub fn outcome(word: &str) -> &'static str {
    match word {
        "done" => "Done",
        "refused" => "Refused",
        "failed" => "Failed",
        _ => "",
    }
}

// The certificate.
pub const PRINT_HINT: &str = "Print this page, or save it as PDF, with your browser.";
pub const EVIDENCE: &str = "Download evidence";
pub const TO_JOB: &str = "Back to the job";
pub const METHOD: &str = "Method";
pub const STARTED_BY: &str = "Started by";
pub const STARTED: &str = "Started";
pub const FINISHED: &str = "Finished";
pub const APPROVED_BY: &str = "Approved by";
pub const NOT_APPROVED: &str = "No approval was needed";
pub const DIRECTORY: &str = "Directory";
pub const NOTE: &str = "Note";
pub const PLAN_HASH: &str = "Review ID (hash)";
pub const SIGNING_KEY: &str = "Key that signs the evidence";
pub const OUTCOMES: &str = "Outcome";
pub const MODEL: &str = "Make and model";
pub const SERIAL: &str = "Serial number";
pub const ASSET_ID: &str = "Asset ID";
pub const DONE: &str = "What was done";
pub const DEVICES: &str = "Devices";
pub const NOT_OVER: &str = "This job is not over: outcomes may still change.";
pub const SIGNATURE: &str = "Signature";
pub const SHEETS: &str = "Sheets";

pub fn certificate(job: u32) -> String {
    format!("Certificate of job {job}")
}

pub fn counts(succeeded: u64, others: u64) -> String {
    match others {
        0 => devices(succeeded),
        _ => format!("{}, not done on {}", devices(succeeded), grouped(others)),
    }
}

pub fn sheet(number: u32) -> String {
    format!("Sheet {number}")
}

pub fn sheet_of(number: u32, of: u32) -> String {
    format!("Sheet {number} of {of}")
}

/// What was chosen for an action: `Reason: Retiring from fleet`.
pub fn choice(what: &str, value: &str) -> String {
    format!("{what}: {value}")
}

pub fn approved(by: &str, at: &str) -> String {
    format!("{by}, {at} UTC")
}
