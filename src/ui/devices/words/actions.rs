//! The Actions menu, and what its items do.

use crate::domain::action::ActionKind;
use crate::domain::number::{counted, devices, grouped};

pub const ACTIONS: &str = "Actions";
pub const NOTHING_SELECTED: &str = "Select at least one device";

pub fn actions(selected: u64) -> String {
    format!("Actions ({})", grouped(selected))
}

/// Why nothing can be done on devices now.
pub fn directory_down(why: &str) -> String {
    format!("Directory connection is down. {why}")
}

// Export and copy.
pub const EXPORT_SELECTED: &str = "Export selected to CSV";
pub const TOO_MANY_TO_COPY: &str = "Too many to copy. Export them instead.";

pub fn serials_copied(count: u64) -> String {
    counted(count, "serial number copied.", "serial numbers copied.")
}

// Clear ineligible devices.
pub const CLEAR_INELIGIBLE: &str = "Clear ineligible from selection";
pub const CLEAR_INELIGIBLE_HINT: &str = "Keeps those that can be deprovisioned";
pub const ALL_ELIGIBLE: &str = "All selected devices are eligible";
pub const HOW_CLEARED: &str = "ineligible or deleted";

pub fn clear_ineligible(count: u64) -> String {
    format!("Clear {} ineligible from selection", grouped(count))
}

pub fn remove_deleted(count: u64) -> String {
    format!("Remove {} deleted from the inventory", devices(count))
}

pub fn removed_from_selection(count: u64) -> String {
    format!("{} removed from the selection.", devices(count))
}

// The actions.
pub fn action_checking(action: ActionKind, selected: u64) -> String {
    format!("{} (checking {}…)", action.label(), grouped(selected))
}

pub fn action_of(action: ActionKind, eligible: u64, selected: u64) -> String {
    let (verb, eligible) = (action.verb(), grouped(eligible));
    format!("{verb} {eligible} of {}", devices(selected))
}

pub fn action(action: ActionKind, selected: u64) -> String {
    format!("{} {}", action.verb(), grouped(selected))
}

pub fn none_eligible(action: ActionKind, why: &str) -> String {
    let past = action.main_effect().past();
    format!("No selected device can be {past}: {why}")
}
