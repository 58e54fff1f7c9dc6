//! When a job waits for a second person, and what came of asking one: one person, or one
//! stolen browser, must not be enough for many devices.

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;
use crate::domain::words::words;

/// Above so many devices a job waits, where the host says nothing else.
pub const DEFAULT_ABOVE: u64 = 200;

/// So many people must be able to approve before jobs wait without the host saying so: the
/// starter may be one of them.
const ENOUGH_APPROVERS: usize = 2;

/// Devices above which a job waits, counted over the jobs that its operator starts within an
/// hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApproveAbove {
    /// [`DEFAULT_ABOVE`], as soon as two people may approve; before, no job waits.
    #[default]
    Automatic,
    Devices(u64),
    /// No job waits.
    Never,
}

impl std::str::FromStr for ApproveAbove {
    type Err = String;

    /// `auto`, `never`, or a number.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Automatic),
            "never" => Ok(Self::Never),
            number => number.parse().map(Self::Devices).map_err(|_| {
                format!("write a number of devices, \"auto\" or \"never\", not {number:?}")
            }),
        }
    }
}

impl std::fmt::Display for ApproveAbove {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Automatic => f.write_str("auto"),
            Self::Never => f.write_str("never"),
            Self::Devices(devices) => write!(f, "{devices}"),
        }
    }
}

/// When a job waits for a second person. The host sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovalRule {
    pub above: ApproveAbove,
    /// A job that erases devices or user data waits whatever its size, where jobs wait at all.
    pub erase: bool,
    /// How long it waits before it is stopped, in milliseconds.
    pub waits_ms: i64,
}

impl ApprovalRule {
    /// No job waits.
    pub const NEVER: Self = Self {
        above: ApproveAbove::Never,
        erase: false,
        waits_ms: 0,
    };

    /// Whether a job waits. `devices` were started by its operator within the last hour, those
    /// of this job among them; so many `approvers` there are.
    pub fn holds(&self, devices: u64, erases: bool, approvers: usize) -> bool {
        let above = match self.above {
            ApproveAbove::Never => return false,
            ApproveAbove::Automatic if approvers < ENOUGH_APPROVERS => return false,
            ApproveAbove::Automatic => DEFAULT_ABOVE,
            ApproveAbove::Devices(above) => above,
        };
        above < devices || (erases && self.erase)
    }
}

impl Default for ApprovalRule {
    fn default() -> Self {
        Self::NEVER
    }
}

words! {
    /// Where a request for approval stands.
    ApprovalState {
        Open = "open",
        Approved = "approved",
        Refused = "refused",
        /// The job was stopped before anybody decided.
        Withdrawn = "withdrawn",
        Expired = "expired",
        /// What would run is not what approval was asked for.
        Changed = "changed",
    }
}

/// A request that a second person approves a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub state: ApprovalState,
    /// SHA-256, in hexadecimal, of all that would run; see docs/protocol.md.
    pub digest: String,
    pub asked_at: Timestamp,
    pub expires_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    /// The login of whoever approved or refused it.
    pub decided_by: String,
    /// Why it was refused.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(above: ApproveAbove) -> ApprovalRule {
        ApprovalRule {
            above,
            erase: true,
            waits_ms: 1,
        }
    }

    #[test]
    fn without_a_word_of_the_host_jobs_wait_as_soon_as_two_may_approve() {
        let rule = rule(ApproveAbove::Automatic);
        assert!(!rule.holds(100_000, true, 1));
        assert!(rule.holds(201, false, 2));
        assert!(!rule.holds(200, false, 2));
        assert!(rule.holds(1, true, 2));
    }

    #[test]
    fn what_the_host_says_counts_however_many_may_approve() {
        let above = |devices| rule(ApproveAbove::Devices(devices));
        assert!(above(0).holds(1, false, 0));
        assert!(above(5).holds(6, false, 0) && !above(5).holds(5, false, 9));
        assert!(!rule(ApproveAbove::Never).holds(u64::MAX, true, 9));
        let like_others = ApprovalRule {
            erase: false,
            ..above(5)
        };
        assert!(!like_others.holds(5, true, 2));
    }

    #[test]
    fn the_threshold_is_read_as_it_is_written() {
        for text in ["auto", "never", "0", "200"] {
            assert_eq!(text.parse::<ApproveAbove>().unwrap().to_string(), text);
        }
        for bad in ["", "-1", "always", "2.5"] {
            assert!(bad.parse::<ApproveAbove>().is_err(), "{bad}");
        }
    }
}
