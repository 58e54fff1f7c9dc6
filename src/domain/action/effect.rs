//! One thing that is done to one device, by one kind of call.
//!
//! How an effect is sent, read back and told is decided by its kind, so that one path
//! through the store and the jobs serves all of them.

use serde::{Deserialize, Serialize};

use super::fields::FieldChanges;
use super::reason::DeprovisionReason;
use crate::domain::eligibility::Rule;
use crate::domain::job::outcome::Found;
use crate::domain::permission::Permission;
use crate::domain::status::DeviceStatus;
use crate::domain::words::words;

words! {
    /// The kinds of effects. The word is what the database and exports hold.
    EffectKind {
        Deprovision = "deprovision",
        Disable = "disable",
        Reenable = "reenable",
        Powerwash = "powerwash",
        ClearProfiles = "clear_profiles",
        Move = "move",
        UpdateFields = "update_fields",
    }
}

/// An effect with all that its call needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Deprovision(DeprovisionReason),
    Disable,
    Reenable,
    Powerwash,
    ClearProfiles,
    /// To the org unit of this path.
    Move(String),
    UpdateFields(FieldChanges),
}

impl Effect {
    pub fn kind(&self) -> EffectKind {
        match self {
            Self::Deprovision(_) => EffectKind::Deprovision,
            Self::Disable => EffectKind::Disable,
            Self::Reenable => EffectKind::Reenable,
            Self::Powerwash => EffectKind::Powerwash,
            Self::ClearProfiles => EffectKind::ClearProfiles,
            Self::Move(_) => EffectKind::Move,
            Self::UpdateFields(_) => EffectKind::UpdateFields,
        }
    }

    /// Whether the directory shows the device as the effect leaves it. Nothing shows a
    /// command: its state is asked for by its number.
    pub fn is_visible_in(&self, found: &Found) -> bool {
        match self {
            Self::Move(org_unit) => found.org_unit == *org_unit,
            Self::UpdateFields(changes) => changes.are_visible_in(&found.fields),
            other => other.kind().target().as_ref() == Some(&found.status),
        }
    }
}

impl EffectKind {
    /// The effect is a command: the directory only takes it, and the device carries it out
    /// when it is next online. It goes to one device at a time. One that was not answered is
    /// never sent again, since nothing tells whether it was taken.
    pub fn is_command(self) -> bool {
        matches!(self, Self::Powerwash | Self::ClearProfiles)
    }

    /// All that somebody needs to have it carried out.
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Powerwash | Self::ClearProfiles => &[Permission::Run, Permission::Erase],
            _ => &[Permission::Run],
        }
    }

    /// A call to a directory outside our database is about one device.
    pub fn is_single_device(self) -> bool {
        self.is_command() || self == Self::UpdateFields
    }

    /// The effect may follow only what the job itself has done to the device, not what it
    /// was found to be already.
    pub fn requires_change_by_job(self) -> bool {
        self == Self::Powerwash
    }

    /// A device that was silent for long and has synced since the review is left out: it was
    /// found and is in use. A lost device that shows up again is what Disable is for.
    pub fn skips_devices_in_use(self) -> bool {
        match self {
            Self::Deprovision | Self::Powerwash | Self::ClearProfiles => true,
            Self::Disable | Self::Reenable | Self::Move | Self::UpdateFields => false,
        }
    }

    /// The status of a device on which the effect was carried out, where it changes it.
    pub fn target(self) -> Option<DeviceStatus> {
        match self {
            Self::Deprovision => Some(DeviceStatus::Deprovisioned),
            Self::Disable => Some(DeviceStatus::Disabled),
            Self::Reenable => Some(DeviceStatus::Active),
            Self::Powerwash | Self::ClearProfiles | Self::Move | Self::UpdateFields => None,
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
            | (
                Self::Move | Self::UpdateFields,
                S::Active | S::Disabled | S::Delinquent | S::Deprovisioned,
            )
            | (Self::Disable | Self::ClearProfiles, S::Active)
            | (Self::Reenable, S::Disabled)
            | (Self::Powerwash, S::Deprovisioned) => Ok(()),
            (Self::Powerwash, _) => Err(Rule::NotDeprovisioned),
            (Self::ClearProfiles, S::Disabled) => Err(Rule::StatusForbids),
            (_, S::Deprovisioned) => Err(Rule::AlreadyDeprovisioned),
            (_, S::PreProvisioned) => Err(Rule::PreProvisioned),
            (Self::Disable, S::Disabled) => Err(Rule::AlreadyDisabled),
            (Self::Reenable, S::Active) => Err(Rule::NotDisabled),
            (Self::Deprovision, _) => Err(Rule::UnprovenStatus),
            _ => Err(Rule::StatusForbids),
        }
    }

    /// "Deprovision": on a button, and before a number of devices.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Deprovision => "Deprovision",
            Self::Disable => "Disable",
            Self::Reenable => "Re-enable",
            Self::Powerwash => "Powerwash",
            Self::ClearProfiles => "Clear user profiles",
            Self::Move => "Move",
            Self::UpdateFields => "Update fields",
        }
    }

    /// "deprovisioned": after a number of devices.
    pub fn past(self) -> &'static str {
        match self {
            Self::Deprovision => "deprovisioned",
            Self::Disable => "disabled",
            Self::Reenable => "re-enabled",
            Self::Powerwash => "powerwashed",
            Self::ClearProfiles => "told to clear user profiles",
            Self::Move => "moved",
            Self::UpdateFields => "updated",
        }
    }

    /// "Deprovisioned": what a device is called on which it was carried out.
    pub fn done(self) -> &'static str {
        match self {
            Self::Deprovision => "Deprovisioned",
            Self::Disable => "Disabled",
            Self::Reenable => "Re-enabled",
            Self::Powerwash | Self::ClearProfiles => "Sent",
            Self::Move => "Moved",
            Self::UpdateFields => "Updated",
        }
    }

    /// "Erased": what a device is called that has carried the command out.
    pub fn replied(self) -> &'static str {
        match self {
            Self::Powerwash => "Erased",
            Self::ClearProfiles => "Cleared",
            other => other.done(),
        }
    }

    /// "Deprovisioning…": while it is carried out.
    pub fn progressive(self) -> &'static str {
        match self {
            Self::Deprovision => "Deprovisioning…",
            Self::Disable => "Disabling…",
            Self::Reenable => "Re-enabling…",
            Self::Powerwash | Self::ClearProfiles => "Sending…",
            Self::Move => "Moving…",
            Self::UpdateFields => "Updating…",
        }
    }

    /// What is said of a device that was so before the job came to it; `None` where that
    /// cannot be.
    pub fn already(self) -> Option<&'static str> {
        match self {
            Self::Deprovision => Some("already deprovisioned"),
            Self::Disable => Some("already disabled"),
            Self::Reenable => Some("already enabled"),
            Self::Move => Some("already there"),
            Self::UpdateFields => Some("already up to date"),
            Self::Powerwash | Self::ClearProfiles => None,
        }
    }

    /// Why a job pauses in which more than a fifth of the effects fail.
    pub fn too_many_failed(self) -> &'static str {
        match self {
            Self::Powerwash => "More than a fifth of the powerwash commands were refused.",
            Self::ClearProfiles => "More than a fifth of the commands were refused.",
            _ => "More than a fifth of the devices failed.",
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
        assert_eq!(statuses_of(EffectKind::ClearProfiles), [S::Active]);
        let any = [S::Active, S::Disabled, S::Delinquent, S::Deprovisioned];
        for kind in [EffectKind::Move, EffectKind::UpdateFields] {
            let statuses = statuses_of(kind);
            assert_eq!(statuses.len(), any.len(), "{kind:?}");
            assert!(any.iter().all(|status| statuses.contains(status)));
        }
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
