//! The texts of the panel that carries an action out on a selection.

use crate::domain::action::ActionKind;
use crate::domain::number::{counted, devices, grouped};
use crate::domain::panel::steps;
use crate::domain::plan::{MAX_NOTE, RECENT_SYNC_DAYS};
pub use crate::ui::words::{
    CANCEL, CHECKING, CLOSE, COPY_SERIALS, DETAILS, DOWNLOAD_RESULTS, ERRORS, LOADING_JOB, NOTE,
    RESUME, SKIPPED, TYPE_BEFORE_NUMBER, and_more,
};

// The titles of the panel and of the page.
pub fn title(action: ActionKind, count: u64) -> String {
    format!("{} {}", action.verb(), devices(count))
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
    let verb = action.verb().to_ascii_lowercase();
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

// Step 1: what will happen. What differs by action comes with the plan.
/// The licenses follow, then the other half of the sentence.
pub const LICENSES_BEFORE: &str = "Licenses: ";

/// `note` says what becomes of them; empty where the reason decides it.
pub fn licenses_after(note: &str) -> String {
    match note {
        "" => ". The reason you choose next decides what happens to them.".to_owned(),
        note => format!(". {note}"),
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

// Step 2: what else is done to devices that are deprovisioned.
pub const FOLLOW_UP: &str = "After deprovisioning (optional)";
pub const FOLLOW_UP_NOTE: &str = "Add the note to each device";
pub const FOLLOW_UP_USER: &str = "Clear user and location";
pub const FOLLOW_UP_MOVE: &str = "Move to org unit";

// Step 2: where to.
pub const ORG_UNIT: &str = "Org unit";
pub const ORG_UNIT_HINT: &str =
    "The full path, for example /Retired. Type to see those that there are.";
pub const ORG_UNIT_UNKNOWN: &str = "The directory has no such org unit.";
pub const ORG_UNIT_NEW: &str = "No device is in this org unit yet. Check the spelling.";

// Step 2: which fields.
pub const FIELDS_HINT: &str = "Fields that you leave empty stay as they are.";
pub const ASSET_ID: &str = "Asset ID";
pub const USER: &str = "User";
pub const LOCATION: &str = "Location";
pub const ADD_NOTE: &str = "Add to the notes";
pub const ADD_NOTE_HINT: &str = "Added as a new line below the notes of each device.";

/// The box that empties a field.
pub const CLEAR: &str = "Clear";

pub fn clear_field(field: &str) -> String {
    format!("Clear {field}")
}

// Step 3: all of it once more.
pub const LICENSES: &str = "Licenses";

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
