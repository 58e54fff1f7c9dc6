//! One thing that is done to one device, by one kind of call.
//!
//! How an effect is sent, read back and told is decided by its kind, so that one path
//! through the store and the jobs serves all of them.

use serde::{Deserialize, Serialize};

use super::reason::DeprovisionReason;
use crate::domain::eligibility::Rule;
use crate::domain::status::DeviceStatus;
use crate::domain::words::words;

words! {
    /// The kinds of effects. The word is what the database and exports hold.
    EffectKind {
        Deprovision = "deprovision",
        Disable = "disable",
        Reenable = "reenable",
        Powerwash = "powerwash",
    }
}

/// An effect with all that its call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Deprovision(DeprovisionReason),
    Disable,
    Reenable,
    Powerwash,
}

impl Effect {
    pub fn kind(&self) -> EffectKind {
        match self {
            Self::Deprovision(_) => EffectKind::Deprovision,
            Self::Disable => EffectKind::Disable,
            Self::Reenable => EffectKind::Reenable,
            Self::Powerwash => EffectKind::Powerwash,
        }
    }
}

impl EffectKind {
    /// The effect is a command: the directory only takes it, and the device carries it out
    /// when it is next online. It goes to one device at a time. One that was not answered is
    /// never sent again, since nothing tells whether it was taken.
    pub fn is_command(self) -> bool {
        match self {
            Self::Powerwash => true,
            Self::Deprovision | Self::Disable | Self::Reenable => false,
        }
    }

    /// The effect may follow only what the job itself has done to the device, not what it
    /// was found to be already.
    pub fn needs_own_deed_before(self) -> bool {
        self == Self::Powerwash
    }

    /// A device that was silent for long and has synced since the review is left out: it was
    /// found and is in use. A lost device that shows up again is what Disable is for.
    pub fn spares_found_devices(self) -> bool {
        match self {
            Self::Deprovision | Self::Powerwash => true,
            Self::Disable | Self::Reenable => false,
        }
    }

    /// The status of a device on which the effect was carried out, where it changes it.
    pub fn target(self) -> Option<DeviceStatus> {
        match self {
            Self::Deprovision => Some(DeviceStatus::Deprovisioned),
            Self::Disable => Some(DeviceStatus::Disabled),
            Self::Reenable => Some(DeviceStatus::Active),
            Self::Powerwash => None,
        }
    }

    /// Whether the effect can be carried out on a device in this status.
    ///
    /// # Errors
    /// The rule that leaves the device out.
    pub fn check(self, status: &DeviceStatus) -> Result<(), Rule> {
        use DeviceStatus as S;
        match (self, status) {
            (Self::Deprovision, S::Active | S::Disabled | S::Delinquent)
            | (Self::Disable, S::Active)
            | (Self::Reenable, S::Disabled)
            | (Self::Powerwash, S::Deprovisioned) => Ok(()),
            (Self::Powerwash, _) => Err(Rule::NotDeprovisioned),
            (_, S::Deprovisioned) => Err(Rule::AlreadyDeprovisioned),
            (_, S::PreProvisioned) => Err(Rule::PreProvisioned),
            (Self::Disable, S::Disabled) => Err(Rule::AlreadyDisabled),
            (Self::Reenable, S::Active) => Err(Rule::NotDisabled),
            (Self::Deprovision, _) => Err(Rule::UnprovenStatus),
            (Self::Disable | Self::Reenable, _) => Err(Rule::StatusForbids),
        }
    }

    /// "Deprovision": on a button, and before a number of devices.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Deprovision => "Deprovision",
            Self::Disable => "Disable",
            Self::Reenable => "Re-enable",
            Self::Powerwash => "Powerwash",
        }
    }

    /// "deprovisioned": after a number of devices.
    pub fn past(self) -> &'static str {
        match self {
            Self::Deprovision => "deprovisioned",
            Self::Disable => "disabled",
            Self::Reenable => "re-enabled",
            Self::Powerwash => "powerwashed",
        }
    }

    /// "Deprovisioned": what a device is called on which it was carried out.
    pub fn done(self) -> &'static str {
        match self {
            Self::Deprovision => "Deprovisioned",
            Self::Disable => "Disabled",
            Self::Reenable => "Re-enabled",
            Self::Powerwash => "Sent",
        }
    }

    /// "Erased": what a device is called that has carried the command out.
    pub fn replied(self) -> &'static str {
        match self {
            Self::Powerwash => "Erased",
            other => other.done(),
        }
    }

    /// "Deprovisioning…": while it is carried out.
    pub fn progressive(self) -> &'static str {
        match self {
            Self::Deprovision => "Deprovisioning…",
            Self::Disable => "Disabling…",
            Self::Reenable => "Re-enabling…",
            Self::Powerwash => "Sending…",
        }
    }

    /// What is said of a device that was so before the job came to it; `None` where that
    /// cannot be.
    pub fn already(self) -> Option<&'static str> {
        match self {
            Self::Deprovision => Some("already deprovisioned"),
            Self::Disable => Some("already disabled"),
            Self::Reenable => Some("already enabled"),
            Self::Powerwash => None,
        }
    }

    /// Why a job pauses in which more than a fifth of the effects fail.
    pub fn too_many_failed(self) -> &'static str {
        match self {
            Self::Powerwash => "More than a fifth of the orders to erase were refused.",
            Self::Deprovision | Self::Disable | Self::Reenable => {
                "More than a fifth of the devices failed."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses_of(kind: EffectKind) -> Vec<DeviceStatus> {
        let may = |status: &DeviceStatus| kind.check(status).is_ok();
        DeviceStatus::KNOWN.into_iter().filter(may).collect()
    }

    #[test]
    fn each_effect_has_its_statuses() {
        use DeviceStatus as S;
        let deprovision = statuses_of(EffectKind::Deprovision);
        assert_eq!(deprovision, [S::Active, S::Disabled, S::Delinquent]);
        assert_eq!(statuses_of(EffectKind::Disable), [S::Active]);
        assert_eq!(statuses_of(EffectKind::Reenable), [S::Disabled]);
        assert_eq!(statuses_of(EffectKind::Powerwash), [S::Deprovisioned]);
    }

    #[test]
    fn nothing_is_done_to_a_device_in_a_status_that_nobody_has_heard_of() {
        let status = DeviceStatus::Other("QUARANTINED".into());
        for kind in EffectKind::ALL {
            assert!(kind.check(&status).is_err(), "{kind:?}");
        }
    }

    #[test]
    fn a_device_that_is_done_is_not_eligible_once_more() {
        for kind in EffectKind::ALL {
            if let Some(target) = kind.target() {
                assert!(kind.check(&target).is_err(), "{kind:?}");
            }
        }
    }
}
