//! Whether a device can be deprovisioned, and if not, by which rule.
//!
//! The one place that decides: the Actions menu, the plan and the job's worker all
//! ask here.

use serde::{Deserialize, Serialize};

use super::status::DeviceStatus;

/// Why a device is left out. The id is what the database and exports hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    AlreadyDeprovisioned,
    PreProvisioned,
    UnprovenStatus,
    NotInDirectory,
    BusyInJob,
    /// Found at run time: it was enrolled again after the review.
    ChangedSinceReview,
    /// Found at run time: it is in another org unit than reviewed.
    MovedSinceReview,
    /// Found at run time: somebody has it switched on.
    UsedSinceReview,
}

impl Rule {
    pub const ALL: [Self; 8] = [
        Self::AlreadyDeprovisioned,
        Self::PreProvisioned,
        Self::UnprovenStatus,
        Self::NotInDirectory,
        Self::BusyInJob,
        Self::ChangedSinceReview,
        Self::MovedSinceReview,
        Self::UsedSinceReview,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "already-deprovisioned",
            Self::PreProvisioned => "pre-provisioned",
            Self::UnprovenStatus => "unproven-status",
            Self::NotInDirectory => "not-in-directory",
            Self::BusyInJob => "busy-in-job",
            Self::ChangedSinceReview => "changed-since-review",
            Self::MovedSinceReview => "moved-since-review",
            Self::UsedSinceReview => "used-since-review",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }

    /// After a number: "2 already deprovisioned".
    pub fn short(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "already deprovisioned",
            Self::PreProvisioned => "pre-provisioned",
            Self::UnprovenStatus => "in a status that can't be deprovisioned",
            Self::NotInDirectory => "no longer in the directory",
            Self::BusyInJob => "in another running job",
            Self::ChangedSinceReview => "changed since the review",
            Self::MovedSinceReview => "moved since the review",
            Self::UsedSinceReview => "in use since the review",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "The device is already deprovisioned.",
            Self::PreProvisioned => {
                "The device is pre-provisioned for zero-touch enrollment and was never enrolled."
            }
            Self::UnprovenStatus => "A device in this status can't be deprovisioned.",
            Self::NotInDirectory => "The directory no longer lists the device.",
            Self::BusyInJob => "Another job is working on the device.",
            Self::ChangedSinceReview => "The device was enrolled again after it was reviewed.",
            Self::MovedSinceReview => "The device was moved to another org unit after the review.",
            Self::UsedSinceReview => "The device has synced after it was reviewed: it is in use.",
        }
    }

    /// What would make the device eligible.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::AlreadyDeprovisioned => "Nothing to do.",
            Self::PreProvisioned => "Delete its zero-touch registration in the Admin console.",
            Self::UnprovenStatus => "Wait until the device is Active or Disabled.",
            Self::NotInDirectory => "Refresh the cache. If it doesn't come back, it was deleted.",
            Self::BusyInJob => "Wait for that job to end.",
            Self::ChangedSinceReview | Self::MovedSinceReview => {
                "Select it again and review its new state."
            }
            Self::UsedSinceReview => "Check that nobody needs it, then select it again.",
        }
    }
}

/// Tells whether a device in this status can be deprovisioned.
///
/// # Errors
/// The rule that leaves it out.
pub fn check_deprovision(status: &DeviceStatus) -> Result<(), Rule> {
    match status {
        DeviceStatus::Active | DeviceStatus::Disabled | DeviceStatus::Delinquent => Ok(()),
        DeviceStatus::Deprovisioned => Err(Rule::AlreadyDeprovisioned),
        DeviceStatus::PreProvisioned => Err(Rule::PreProvisioned),
        DeviceStatus::Inactive
        | DeviceStatus::ReturnRequested
        | DeviceStatus::ReturnArrived
        | DeviceStatus::Shipped
        | DeviceStatus::Unknown
        | DeviceStatus::Other(_) => Err(Rule::UnprovenStatus),
    }
}

/// Every status in which a device can be deprovisioned.
pub fn eligible_statuses() -> impl Iterator<Item = DeviceStatus> {
    DeviceStatus::KNOWN
        .into_iter()
        .filter(|status| check_deprovision(status).is_ok())
}

/// Tells whether a device of the inventory can be deprovisioned now.
///
/// # Errors
/// The rule that leaves it out; where several do, the one that lasts longest.
pub fn verdict(status: &DeviceStatus, gone: bool, busy: bool) -> Result<(), Rule> {
    if gone {
        return Err(Rule::NotInDirectory);
    }
    check_deprovision(status)?;
    if busy { Err(Rule::BusyInJob) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_three_statuses_are_eligible() {
        let eligible: Vec<_> = eligible_statuses().collect();
        assert_eq!(
            eligible,
            [
                DeviceStatus::Active,
                DeviceStatus::Disabled,
                DeviceStatus::Delinquent
            ]
        );
    }

    #[test]
    fn an_unheard_of_status_is_ineligible() {
        let status = DeviceStatus::Other("QUARANTINED".into());
        assert_eq!(check_deprovision(&status), Err(Rule::UnprovenStatus));
    }

    #[test]
    fn every_rule_comes_back_from_its_id() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(rule));
        }
    }
}
