//! Erasing a device after it was deprovisioned.
//!
//! The order of the two matters. A device that is erased first enrolls itself again,
//! and one that is erased and then cannot be deprovisioned was erased for nothing. So
//! only what the job itself has deprovisioned is ordered to erase itself. The order is
//! taken by the directory and heard by the device when it is next online, which may be
//! in weeks: a job waits for the first and not for the second.

use serde::{Deserialize, Serialize};

use crate::domain::words::words;

/// When a device is erased, in a line.
pub const POWERWASH_SUMMARY: &str = "Each device, once it is deprovisioned";

words! {
    /// What a device has answered to a command that the directory had taken.
    Reply {
        Done = "done",
        /// The device could not, or the command lapsed.
        Failed = "failed",
    }
}

/// What the directory shows of a command that it has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The device has not heard of it, or is at it.
    UnderWay,
    Done,
    /// A sentence: the device could not, or the order lapsed.
    Failed(String),
}

/// How long until a command is asked after again that was asked after so often, in
/// milliseconds: a device that is switched off stays so for days.
pub fn ask_again_after(checks: u32) -> i64 {
    const FIRST: i64 = 10_000;
    const LONGEST: i64 = 30 * 60_000;
    (FIRST << checks.min(16)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_asked_after_ever_more_rarely() {
        let waits: Vec<i64> = (0..40).map(ask_again_after).collect();
        assert_eq!(waits[..3], [10_000, 20_000, 40_000]);
        assert!(waits.is_sorted());
        assert_eq!(waits[39], 1_800_000);
    }
}
