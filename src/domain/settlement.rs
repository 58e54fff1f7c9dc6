//! How a device ended, told from what the directory shows of it: the rules of
//! RELIABILITY.md T5, as far as they do not need a clock.

use super::eligibility::{Rule, check_deprovision};
use super::job::How;
use super::status::DeviceStatus;

/// A device as the directory shows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub status: DeviceStatus,
    /// When it was enrolled last, as in the snapshot it is compared with.
    pub enrolled: i64,
}

/// How an item ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Settlement {
    Succeeded(How),
    Skipped(Rule),
    Failed(Cause),
}

/// Why a device could not be deprovisioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    Gone,
    Refused,
}

impl Cause {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "The directory no longer has the device.",
            Self::Refused => "The directory did not deprovision the device.",
        }
    }
}

/// Settles a device on which the call had no effect.
pub fn settle(reviewed_enrolled: i64, found: Option<&Found>) -> Settlement {
    let Some(found) = found else {
        return Settlement::Failed(Cause::Gone);
    };
    if found.enrolled != reviewed_enrolled {
        return Settlement::Skipped(Rule::ChangedSinceReview);
    }
    match check_deprovision(&found.status) {
        Err(Rule::AlreadyDeprovisioned) => Settlement::Succeeded(How::Already),
        Err(rule) => Settlement::Skipped(rule),
        Ok(()) => Settlement::Failed(Cause::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(status: DeviceStatus, enrolled: i64) -> Found {
        Found { status, enrolled }
    }

    #[test]
    fn a_device_enrolled_again_is_never_counted_as_done() {
        for status in [DeviceStatus::Active, DeviceStatus::Deprovisioned] {
            let settlement = settle(1, Some(&found(status, 2)));
            assert_eq!(settlement, Settlement::Skipped(Rule::ChangedSinceReview));
        }
    }

    #[test]
    fn a_device_deprovisioned_already_is_no_failure() {
        let settlement = settle(1, Some(&found(DeviceStatus::Deprovisioned, 1)));
        assert_eq!(settlement, Settlement::Succeeded(How::Already));
    }

    #[test]
    fn a_device_that_is_gone_failed() {
        assert_eq!(settle(1, None), Settlement::Failed(Cause::Gone));
    }
}
