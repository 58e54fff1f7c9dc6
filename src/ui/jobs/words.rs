//! The texts of the list of jobs, and of one job.

use crate::domain::number::{devices, grouped};
pub use crate::ui::words::{
    ALL_JOBS, ASSET_ID, CANCEL, DETAILS, DEVICE_SEARCH, DEVICES, DOWNLOAD_RESULTS, ERRORS, JOBS,
    LOADING, LOADING_JOB, NO_JOBS_AFTER_LINK, NO_JOBS_BEFORE_LINK, NOTE, ORG_UNIT, RESUME,
    SERIAL_NUMBER, SKIPPED, TYPE_BEFORE_NUMBER, job,
};

/// The name of a job's screen until its number is known.
pub const JOB: &str = "Job";

/// The page to print, from which evidence is downloaded.
pub const CERTIFICATE: &str = "Certificate and evidence";

// Columns and facts.
pub const ACTION: &str = "Action";
pub const DONE: &str = "Done";
pub const FAILED: &str = "Failed";
pub const FINISHED: &str = "Finished";
pub const OPERATOR: &str = "Operator";
pub const STARTED: &str = "Started";
pub const STATE: &str = "State";
pub const UNCONFIRMED: &str = "Unconfirmed";

// The list of jobs.
pub const ACTIONS_ALL: &str = "All actions";
pub const JOBS_BY_ACTION: &str = "Jobs by action";
pub const NO_JOBS_OF_ACTION: &str = "No jobs of this action.";
pub const JOBS_CAPTION: &str = "Jobs, running ones first";

/// What a number in a job's row stands for.
pub fn outcome_of_job(count: u64, outcome: &str, job: u32) -> String {
    format!("{} {outcome} of job {job}", grouped(count))
}

pub const VIEW_REQUEST: &str = "View request";

// What is known of a job.
pub const NOT_FINISHED: &str = "Not yet";
pub const PLAN_HASH: &str = "Review ID (hash)";
pub const PROVENANCE: &str = "Selected";
pub const APPROVED_BY: &str = "Approved by";
pub const RETRY_OF: &str = "Retry of";

pub fn selected_and_eligible(selected: u64, eligible: u64) -> String {
    format!(
        "{} selected, {} eligible",
        grouped(selected),
        grouped(eligible)
    )
}

// Its devices.
pub const OUTCOMES: &str = "Devices by outcome";
pub const OUTCOMES_ALL: &str = "All";
pub const ITEMS: &str = "Devices of the job";
pub const NO_ITEMS: &str = "No devices";
pub const BEFORE: &str = "Before";
pub const OUTCOME: &str = "Outcome";
pub const DETAIL: &str = "Detail";
pub const NOT_SENT: &str = "Not sent";

// Its buttons.
pub const STOP: &str = "Stop";
pub const STOP_JOB: &str = "Stop job";
pub const STOP_NOT: &str = "Keep running";
pub const PAUSE: &str = "Pause";
pub const VIEW_RETRY: &str = "View retry job";

pub fn check_unconfirmed(count: u64) -> String {
    format!("Check unconfirmed ({})", grouped(count))
}

// Retrying failed devices.
/// The sentence after the number that is to be typed.
pub const TYPE_TO_RETRY: &str = " to send the failed devices again";

pub fn retry_failed(count: u64) -> String {
    format!("Retry failed ({})", grouped(count))
}

pub fn retry(count: u64) -> String {
    format!("Retry {}", devices(count))
}

pub fn wrong_count(count: u64) -> String {
    format!("Enter {} to confirm.", grouped(count))
}
