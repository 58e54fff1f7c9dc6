//! The texts of the panel that takes a selection out of service.

use crate::domain::number::{counted, devices, grouped};
use crate::domain::plan::{MAX_NOTE, RECENT_SYNC_DAYS};
pub use crate::ui::words::{
    CANCEL, CHECKING, CLOSE, COPY_SERIALS, DEPROVISION, DETAILS, DOWNLOAD_RESULTS, ERRORS,
    LOADING_JOB, NOTE, POWERWASH, REASON, RESUME, SKIPPED, TYPE_BEFORE_NUMBER, and_more,
};

// The titles of the panel and of the page.
pub fn title(count: u64) -> String {
    format!("Deprovision {}", devices(count))
}

pub fn step_title(number: usize, step: &str) -> String {
    format!("Step {number} of 3: {step} – Deprovision – Device Search")
}

pub fn job_title(heading: &str) -> String {
    format!("{heading} – Deprovision – Device Search")
}

pub fn step_of(number: usize) -> String {
    format!("Step {number} of 3")
}

// Leaving, and going on.
pub const CHECKING_DEVICES: &str = "Checking devices…";
pub const CANCELLED: &str = "Cancelled. Nothing was changed.";
pub const BACK: &str = "Back";
pub const NEXT: &str = "Next";
pub const STARTING: &str = "Starting…";
pub const IS_STARTED: &str = "Checking whether the job started…";

pub fn execute(powerwash: bool, count: u64) -> String {
    let deed = if powerwash {
        "deprovision and powerwash"
    } else {
        "deprovision"
    };
    format!("Execute: {deed} {}", devices(count))
}

pub fn offline(since: &str) -> String {
    format!("You're offline (since {since}). You can start the job when the connection is back.")
}

// A plan that cannot be executed any more.
pub const RECHECK_TITLE: &str = "Recheck devices";
pub const RECHECK: &str = "Recheck";
pub const SELECTION_CHANGED: &str = "Your selection changed. Recheck to update.";
pub const HOW_IN_REVIEW: &str = "in review";

// The three numbers.
pub const TALLY_ELIGIBLE: &str = "Will be deprovisioned";
pub const TALLY_LICENSES: &str = "License effect";
pub const TALLY_LICENSES_OPEN: &str = "Depends on the reason";

// Step 1: what will happen.
pub const WARNING_TITLE: &str = "Deprovisioning removes devices and licenses";
pub const WARNING: &str = "Deprovisioning removes these devices from management and may release \
                           their licenses. To manage them again, wipe and re-enroll them.";
/// The licenses follow, then the other half of the sentence.
pub const LICENSES_BEFORE: &str = "Licenses: ";
pub const LICENSES_AFTER: &str = ". The reason you choose next decides what happens to them.";
/// The provenance follows.
pub const HOW_SELECTED: &str = "How selected: ";
pub const CHECK: &str = "Check";
pub const ALSO_POWERWASH: &str = "Also powerwash these devices (optional)";
pub const ALSO_POWERWASH_HINT: &str = "Erases all data. Each device is deprovisioned first, then \
                                       gets a powerwash command that runs the next time it's \
                                       online. If a device can't be deprovisioned, it isn't \
                                       erased. If the command is rejected, wipe the device \
                                       manually.";
pub const ALL_SERIALS: &str = "Devices";
pub const FIRST_SERIALS: &str = "First devices";

/// Which serial numbers a button copies.
pub fn to_be_deprovisioned(count: u64) -> String {
    format!("{} to be deprovisioned", devices(count))
}

// What step 1 offers to put right.
pub const WHY_SKIPPED: &str = "Why devices will be skipped";
pub const REFRESH_AND_RECHECK: &str = "Refresh Cache and recheck";

/// Which serial numbers a button copies. `rule` says why the devices are left out.
pub fn left_out(count: u64, rule: &str) -> String {
    format!("{} {rule}", devices(count))
}

pub fn clear_ineligible(count: u64) -> String {
    format!("Clear {} ineligible from the selection", grouped(count))
}

pub fn newly_matching(count: u64) -> String {
    let devices = counted(count, "more device matches", "more devices match");
    format!("{devices} your filter now.")
}

pub fn add_newly_matching(count: u64) -> String {
    format!("Add {}", grouped(count))
}

pub fn no_longer_matching(count: u64) -> String {
    counted(
        count,
        "device selected no longer matches your filter.",
        "devices selected no longer match your filter.",
    )
}

pub fn remove_no_longer_matching(count: u64) -> String {
    format!("Remove {}", grouped(count))
}

/// The button that removes them follows.
pub fn recently_synced(count: u64) -> String {
    format!(
        "{} synced in the last {RECENT_SYNC_DAYS} days. A device that is switched on syncs by \
         itself; check that nobody uses these. ",
        devices(count)
    )
}

pub fn remove_recently_synced(count: u64) -> String {
    format!("Remove {} that synced recently", grouped(count))
}

/// The button that renews the data may follow.
pub fn data_age(ago: &str) -> String {
    format!("Read from the directory {ago}. ")
}

// Step 2: why.
pub const REASONS: &str = "Deprovision reason";
pub const ESTIMATE_HINT: &str = "(estimate): Google doesn't document this case.";
pub const NOTE_LABEL: &str = "Note or ticket number (optional)";

pub fn note_hint(used: usize) -> String {
    format!("{used}/{MAX_NOTE}. Saved with the job.")
}

/// What a reason does to licenses, as a sentence.
pub fn license_effect(effect: &str, is_documented: bool) -> String {
    let sure = if is_documented { "" } else { " (estimate)" };
    format!("{effect}{sure}.")
}

// Step 3: all of it once more.
pub const LICENSES: &str = "Licenses";
pub const NO_UNDO_TITLE: &str = "You can't undo this";
pub const NO_UNDO: &str = "Until you execute, you can go back or cancel.";
/// The sentence after the number that is to be typed.
pub const TYPE_TO_CONFIRM: &str = " to confirm";
pub const TYPE_HINT: &str = "The number of devices that will be deprovisioned.";

// The job.
pub const JOB_UNREADABLE: &str = "Can't show this job";
pub const JOB_KEEPS_RUNNING: &str = "You can close this panel. The job keeps running.";
pub const OK: &str = "OK";
pub const RUN_IN_BACKGROUND: &str = "Run in background";
pub const VIEW_DEVICES: &str = "View devices";

pub fn job_state(number: u32, state: &str) -> String {
    format!("Job #{number}: {state}")
}

// How far it is.
pub const DONE_BAR: &str = "Devices done";
pub const READING_BACK: &str = "Reading the devices from the directory to confirm…";

pub fn done_of(done: u64, all: u64) -> String {
    format!("{} of {}", grouped(done), grouped(all))
}

/// What came of the commands, and how many are still to be sent.
pub fn powerwash(orders: &str, open: u64) -> String {
    let open = match open {
        0 => String::new(),
        open => format!(", {} to go", grouped(open)),
    };
    format!("Powerwash {orders}{open}")
}

pub fn starts_in(seconds: u32) -> String {
    format!("Starts in {seconds} s")
}

pub fn retries_in(seconds: u32) -> String {
    let wait = counted(seconds.into(), "second", "seconds");
    format!("The directory is limiting requests. Retrying in {wait}.")
}
