//! The texts of the panel that carries an action out on a selection.

use crate::domain::action::ActionKind;
use crate::domain::number::{counted, devices, grouped};
use crate::domain::panel::steps;
use crate::domain::plan::{MAX_NOTE, RECENT_SYNC_DAYS};
pub use crate::ui::words::{
    CANCEL, CHECKING, CLOSE, COPY_SERIALS, DETAILS, DOWNLOAD_RESULTS, ERRORS, LOADING_JOB, NOTE,
    POWERWASH, REASON, RESUME, SKIPPED, TYPE_BEFORE_NUMBER, and_more,
};

// The titles of the panel and of the page.
pub fn title(action: ActionKind, count: u64) -> String {
    format!("{} {}", action.label(), devices(count))
}

pub fn step_title(action: ActionKind, number: usize, step: &str) -> String {
    let of = steps(action).len();
    format!(
        "Step {number} of {of}: {step} – {} – Device Search",
        action.label()
    )
}

pub fn job_title(action: ActionKind, heading: &str) -> String {
    format!("{heading} – {} – Device Search", action.label())
}

pub fn step_of(action: ActionKind, number: usize) -> String {
    format!("Step {number} of {}", steps(action).len())
}

// Leaving, and going on.
pub const CHECKING_DEVICES: &str = "Checking devices…";
pub const CANCELLED: &str = "Canceled. Nothing was changed.";
pub const BACK: &str = "Back";
pub const NEXT: &str = "Next";
pub const STARTING: &str = "Starting…";
pub const IS_STARTED: &str = "Checking whether the job started…";

pub fn execute(action: ActionKind, powerwash: bool, count: u64) -> String {
    let verb = action.label().to_ascii_lowercase();
    let also = match (action, powerwash) {
        (ActionKind::Deprovision, true) => " and powerwash",
        _ => "",
    };
    format!("Execute: {verb}{also} {}", devices(count))
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
pub const TALLY_LICENSES: &str = "License effect";

pub fn tally_eligible(action: ActionKind) -> String {
    format!("Will be {}", action.main_effect().past())
}

/// What becomes of licenses, as long as that is open.
pub fn tally_licenses(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Deprovision => "Depends on the reason",
        ActionKind::Disable => "Depends on the upgrade",
        ActionKind::Reenable => "May need a free license",
    }
}

// Step 1: what will happen.
pub fn warning_title(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Deprovision => "Deprovisioning removes devices and licenses",
        ActionKind::Disable => "Nobody can use a disabled device",
        ActionKind::Reenable => "Re-enabled devices can be used again",
    }
}

pub fn warning(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Deprovision => {
            "Deprovisioning removes these devices from management and may release their licenses. \
             To manage them again, wipe and re-enroll them."
        }
        ActionKind::Disable => {
            "A disabled device shows a message that asks to return it. It stays managed, and you \
             can re-enable it at any time. Without forced re-enrollment, a wiped device may get \
             around this."
        }
        ActionKind::Reenable => {
            "Each device works again the next time it is online, with the policies of its org \
             unit."
        }
    }
}

/// The licenses follow, then the other half of the sentence.
pub const LICENSES_BEFORE: &str = "Licenses: ";

pub fn licenses_after(action: ActionKind) -> String {
    match action {
        ActionKind::Deprovision => {
            ". The reason you choose next decides what happens to them.".to_owned()
        }
        other => format!(". {}", license_note(other)),
    }
}

/// What the action does to licenses, where no reason decides it.
pub fn license_note(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Deprovision => "",
        ActionKind::Disable => {
            "A disabled device may keep its license or release it, depending on the upgrade."
        }
        ActionKind::Reenable => {
            "A device whose license was released needs a free one. Without one, it fails."
        }
    }
}

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
pub fn to_be_done(action: ActionKind, count: u64) -> String {
    format!("{} to be {}", devices(count), action.main_effect().past())
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
pub fn undo_title(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Deprovision => "You can't undo this",
        ActionKind::Disable => "You can undo this: re-enable the devices",
        ActionKind::Reenable => "You can undo this: disable the devices",
    }
}

pub const NO_UNDO: &str = "Until you execute, you can go back or cancel.";
/// The sentence after the number that is to be typed.
pub const TYPE_TO_CONFIRM: &str = " to confirm";

pub fn type_hint(action: ActionKind) -> String {
    let past = action.main_effect().past();
    format!("The number of devices that will be {past}.")
}

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

pub fn starts_in(seconds: u32) -> String {
    format!("Starts in {seconds} s")
}

pub fn retries_in(seconds: u32) -> String {
    let wait = counted(seconds.into(), "second", "seconds");
    format!("The directory is limiting requests. Retrying in {wait}.")
}
