//! Erasing a device after it was deprovisioned.
//!
//! The order of the two matters. A device that is erased first enrolls itself again,
//! and one that is erased and then cannot be deprovisioned was erased for nothing. So
//! only what the job itself has deprovisioned is ordered to erase itself. The order is
//! taken by the directory and heard by the device when it is next online, which may be
//! in weeks: a job waits for the first and not for the second.

use serde::{Deserialize, Serialize};

use super::number;
use super::words::words;

/// When a device is erased, in a line.
pub const POWERWASH_ORDER: &str = "Each device, once it is deprovisioned";

words! {
    /// Where the erasing of one device stands.
    Powerwash {
        /// It is deprovisioned; the order comes next.
        Waiting = "waiting",
        /// The intent is on record and the directory is being called.
        Sent = "sent",
        /// The directory has taken the order. The device hears of it when it is online.
        Ordered = "ordered",
        Done = "done",
        /// The directory has taken the order, and the device has not carried it out.
        Failed = "failed",
        /// The directory has not taken the order.
        Refused = "refused",
        /// Nobody knows whether the directory has taken the order, and nothing tells:
        /// it is not sent again.
        Unconfirmed = "unconfirmed",
        /// The job was stopped before its turn.
        NotOrdered = "not_ordered",
    }
}

impl Powerwash {
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Sent => "Sending…",
            Self::Ordered => "Sent",
            Self::Done => "Erased",
            Self::Failed => "Failed",
            Self::Refused => "Refused",
            Self::Unconfirmed => "Unconfirmed",
            Self::NotOrdered => "Not sent",
        }
    }
}

/// A job's devices by what came of their orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerwashCounts {
    /// Still to be sent or answered.
    pub open: u64,
    /// Taken by the directory.
    pub ordered: u64,
    /// Refused, unanswered, or not sent because the job was stopped.
    pub not_ordered: u64,
}

impl PowerwashCounts {
    /// Every order that had to be given was taken.
    pub fn is_success(self) -> bool {
        self.open == 0 && self.not_ordered == 0
    }

    /// `powerwash ordered for 31, not for 3`.
    pub fn tally(self) -> String {
        format!("powerwash {}", self.orders())
    }

    /// `ordered for 31, not for 3`.
    pub fn orders(self) -> String {
        let mut text = format!("ordered for {}", number::grouped(self.ordered));
        if self.not_ordered != 0 {
            text.push_str(&format!(", not for {}", number::grouped(self.not_ordered)));
        }
        text
    }
}

/// What the directory shows of an order that it has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The device has not heard of it, or is at it.
    UnderWay,
    Done,
    /// A sentence: the device could not, or the order lapsed.
    Failed(String),
}

/// How long until an order is looked at again that was looked at so often, in
/// milliseconds: a device that is switched off stays so for days.
pub fn look_again_after(checks: u32) -> i64 {
    const FIRST: i64 = 10_000;
    const LONGEST: i64 = 30 * 60_000;
    (FIRST << checks.min(16)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_looked_at_ever_more_rarely() {
        let waits: Vec<i64> = (0..40).map(look_again_after).collect();
        assert_eq!(waits[..3], [10_000, 20_000, 40_000]);
        assert!(waits.is_sorted());
        assert_eq!(waits[39], 1_800_000);
    }

    #[test]
    fn success_is_that_every_order_was_taken() {
        let counts = PowerwashCounts {
            open: 0,
            ordered: 31,
            not_ordered: 3,
        };
        assert_eq!(counts.tally(), "powerwash ordered for 31, not for 3");
        assert!(!counts.is_success());
        let taken = PowerwashCounts {
            not_ordered: 0,
            ..counts
        };
        assert_eq!(taken.tally(), "powerwash ordered for 31");
        assert!(taken.is_success());
    }
}
