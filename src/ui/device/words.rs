//! The texts of one device: its page, and the drawer beside the list.

use crate::domain::number::devices;
pub use crate::ui::words::{HOW_INDIVIDUALLY, JOBS, LOADING, job};

pub const DEVICE: &str = "Device";
pub const DETAILS: &str = "Device details";
pub const BACK: &str = "Back to Device Search";
pub const NO_JOBS: &str = "No jobs for this device";

/// The heading of its page.
pub fn device(name: &str) -> String {
    format!("Device {name}")
}

// The drawer.
pub const CLOSE: &str = "Close device details";
pub const OPEN_PAGE: &str = "Open page";

// Whether it can be deprovisioned.
pub const ELIGIBLE: &str = "Eligible";
pub const INELIGIBLE: &str = "Can't be deprovisioned";

// The button that selects it.
pub const SELECT: &str = "Add to selection";
pub const CLEAR: &str = "Remove from selection";

/// What the button did, and how many devices are selected now.
pub fn selection_changed(name: &str, is_selected: bool, selected: u64) -> String {
    let done = if is_selected { "added" } else { "removed" };
    format!("{name} {done}. {} selected.", devices(selected))
}

/// `possible` is what can be done to the device: deprovisioned, disabled, moved.
pub fn eligible_hint(possible: &[&str]) -> String {
    let possible = match possible {
        [others @ .., last] if 1 < others.len() => format!("{}, or {last}", others.join(", ")),
        few => few.join(" or "),
    };
    format!("It can be {possible}: select it and use Actions.")
}
