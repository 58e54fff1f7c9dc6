//! Whether an action can be carried out on a device, and if not, by which rule.
//!
//! The one place that decides: the Actions menu, the plan and the job's worker all
//! ask here. Which statuses an action needs is said by its effect (`action/effect.rs`).

use serde::{Deserialize, Serialize};

use super::action::ActionKind;
use super::status::DeviceStatus;

/// Why a device is left out. The id is what the database and exports hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    AlreadyDeprovisioned,
    AlreadyDisabled,
    NotDisabled,
    PreProvisioned,
    UnprovenStatus,
    /// A status other than those that the action needs.
    StatusForbids,
    NotInDirectory,
    /// The directory has no such command.
    DirectoryCannot,
    BusyInJob,
    /// The operator may not do this, or not to devices of this org unit.
    NotPermitted,
    /// Found at run time: it was enrolled again after the review.
    ChangedSinceReview,
    /// Found at run time: it is in another org unit than reviewed.
    MovedSinceReview,
    /// Found at run time: somebody has it switched on.
    UsedSinceReview,
    /// Found at run time: it is to be erased, and is not deprovisioned.
    NotDeprovisioned,
    /// Found at run time: nobody knows whether the job itself has deprovisioned it.
    NotOurs,
}

impl Rule {
    pub const ALL: [Self; 15] = [
        Self::AlreadyDeprovisioned,
        Self::AlreadyDisabled,
        Self::NotDisabled,
        Self::PreProvisioned,
        Self::UnprovenStatus,
        Self::StatusForbids,
        Self::NotInDirectory,
        Self::DirectoryCannot,
        Self::BusyInJob,
        Self::NotPermitted,
        Self::ChangedSinceReview,
        Self::MovedSinceReview,
        Self::UsedSinceReview,
        Self::NotDeprovisioned,
        Self::NotOurs,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "already-deprovisioned",
            Self::AlreadyDisabled => "already-disabled",
            Self::NotDisabled => "not-disabled",
            Self::PreProvisioned => "pre-provisioned",
            Self::UnprovenStatus => "unproven-status",
            Self::StatusForbids => "status-forbids",
            Self::NotInDirectory => "not-in-directory",
            Self::DirectoryCannot => "directory-cannot",
            Self::BusyInJob => "busy-in-job",
            Self::NotPermitted => "not-permitted",
            Self::ChangedSinceReview => "changed-since-review",
            Self::MovedSinceReview => "moved-since-review",
            Self::UsedSinceReview => "used-since-review",
            Self::NotDeprovisioned => "not-deprovisioned",
            Self::NotOurs => "not-ours",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }

    /// After a number: "2 already deprovisioned".
    pub fn short(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "already deprovisioned",
            Self::AlreadyDisabled => "already disabled",
            Self::NotDisabled => "not disabled",
            Self::PreProvisioned => "pre-provisioned",
            Self::UnprovenStatus => "in a status that can't be deprovisioned",
            Self::StatusForbids => "in a status that can't be changed this way",
            Self::NotInDirectory => "no longer in the directory",
            Self::DirectoryCannot => "in a directory that can't send commands",
            Self::BusyInJob => "in another running job",
            Self::NotPermitted => "not yours to change",
            Self::ChangedSinceReview => "changed since the review",
            Self::MovedSinceReview => "moved since the review",
            Self::UsedSinceReview => "in use since the review",
            Self::NotDeprovisioned => "not deprovisioned",
            Self::NotOurs => "deprovisioned by others",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "The device is already deprovisioned.",
            Self::AlreadyDisabled => "The device is already disabled.",
            Self::NotDisabled => "The device isn't disabled.",
            Self::PreProvisioned => {
                "The device is pre-provisioned for zero-touch enrollment and was never enrolled."
            }
            Self::UnprovenStatus => "A device in this status can't be deprovisioned.",
            Self::StatusForbids => "A device in this status can't be changed this way.",
            Self::NotInDirectory => "The directory no longer lists the device.",
            Self::DirectoryCannot => "This directory can't send commands to devices.",
            Self::BusyInJob => "Another job is working on the device.",
            Self::NotPermitted => "Your roles don't let you do this to the device.",
            Self::ChangedSinceReview => "The device was enrolled again after it was reviewed.",
            Self::MovedSinceReview => "The device was moved to another org unit after the review.",
            Self::UsedSinceReview => "The device has synced after it was reviewed: it is in use.",
            Self::NotDeprovisioned => "The directory shows the device as not deprovisioned.",
            Self::NotOurs => {
                "The directory did not answer when the device was deprovisioned. It shows that it \
                 is, and not by whom, so it was not ordered to erase itself."
            }
        }
    }

    /// What would make the device eligible.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned | Self::AlreadyDisabled | Self::NotDisabled => {
                "Nothing to do."
            }
            Self::PreProvisioned => "Delete its zero-touch registration in the Admin console.",
            Self::UnprovenStatus | Self::StatusForbids => {
                "Wait until the device is Active or Disabled."
            }
            Self::NotInDirectory => "Refresh the cache. If it doesn't come back, it was deleted.",
            Self::DirectoryCannot => "Connect Sunset to Google's directory.",
            Self::BusyInJob => "Wait for that job to end.",
            Self::NotPermitted => "Ask an operator of its org unit.",
            Self::ChangedSinceReview | Self::MovedSinceReview | Self::NotDeprovisioned => {
                "Select it again and review its new state."
            }
            Self::NotOurs => "Wipe the device by hand.",
            Self::UsedSinceReview => "Check that nobody needs it, then select it again.",
        }
    }
}

/// Every status in which the action can be carried out.
pub fn eligible_statuses(action: ActionKind) -> impl Iterator<Item = DeviceStatus> {
    DeviceStatus::KNOWN
        .into_iter()
        .filter(move |status| action.check(status).is_ok())
}

/// Tells whether the action can be carried out on a device of the inventory now.
///
/// # Errors
/// The rule that leaves it out; where several do, the one that lasts longest.
pub fn verdict(
    action: ActionKind,
    status: &DeviceStatus,
    gone: bool,
    busy: bool,
) -> Result<(), Rule> {
    if gone {
        return Err(Rule::NotInDirectory);
    }
    action.check(status)?;
    if busy { Err(Rule::BusyInJob) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_gone_or_busy_is_left_out_whatever_is_to_be_done() {
        for action in ActionKind::ALL {
            let status = eligible_statuses(*action).next().unwrap();
            let found = |gone, busy| verdict(*action, &status, gone, busy);
            assert_eq!(found(false, false), Ok(()));
            assert_eq!(found(true, true), Err(Rule::NotInDirectory));
            assert_eq!(found(false, true), Err(Rule::BusyInJob));
        }
    }

    #[test]
    fn every_rule_comes_back_from_its_id() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(rule));
        }
    }
}
