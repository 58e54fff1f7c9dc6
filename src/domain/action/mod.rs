//! What an operator can have done to devices: each action, and the effects that it is made
//! of.
//!
//! An action is chosen in the menu and reviewed as a plan; an effect is one thing that is
//! done to one device by one kind of call. All that the rest of the program does differently
//! from action to action is asked here, so a new action is added here.

pub mod command;
pub mod effect;
pub mod fields;
pub mod follow_up;
pub mod license;
pub mod reason;
pub mod texts;

use serde::{Deserialize, Serialize};

use super::eligibility::Rule;
use super::job::ItemState;
use super::org_unit;
use super::permission::Permission;
use super::status::DeviceStatus;
use super::words::words;
use command::POWERWASH_SUMMARY;
use effect::{Effect, EffectKind};
use fields::FieldChanges;
use follow_up::FollowUp;
use reason::DeprovisionReason;

words! {
    /// What can be done to the selected devices.
    ActionKind {
        Deprovision = "deprovision",
        Disable = "disable",
        Reenable = "reenable",
        Move = "move",
        UpdateFields = "update_fields",
        ClearProfiles = "clear_profiles",
    }
}

impl ActionKind {
    /// The effect that decides which devices are eligible, and what a device that is done
    /// is called.
    pub fn main_effect(self) -> EffectKind {
        match self {
            Self::Deprovision => EffectKind::Deprovision,
            Self::Disable => EffectKind::Disable,
            Self::Reenable => EffectKind::Reenable,
            Self::Move => EffectKind::Move,
            Self::UpdateFields => EffectKind::UpdateFields,
            Self::ClearProfiles => EffectKind::ClearProfiles,
        }
    }

    /// Whether the action can be carried out on a device in this status.
    ///
    /// # Errors
    /// The rule that leaves the device out.
    pub fn check(self, status: &DeviceStatus) -> Result<(), Rule> {
        self.main_effect().check(status)
    }

    /// All that somebody needs to carry it out.
    pub fn permissions(self) -> &'static [Permission] {
        self.main_effect().permissions()
    }

    /// The name of the action: "Deprovision".
    pub fn label(self) -> &'static str {
        self.main_effect().verb()
    }

    /// The same before a number of devices: "Update fields of".
    pub fn verb(self) -> &'static str {
        match self {
            Self::UpdateFields => "Update fields of",
            Self::ClearProfiles => "Clear user profiles of",
            other => other.label(),
        }
    }

    /// What a device of a job of this action is called in this state.
    pub fn label_of(self, state: ItemState) -> &'static str {
        match state {
            ItemState::Sent => self.main_effect().progressive(),
            ItemState::Succeeded => self.main_effect().done(),
            other => other.label(),
        }
    }

    /// Whether there is no other action that takes it back.
    pub fn is_final(self) -> bool {
        match self {
            Self::Deprovision | Self::ClearProfiles => true,
            Self::Disable | Self::Reenable | Self::Move | Self::UpdateFields => false,
        }
    }
}

/// Something that was chosen for an action, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub term: String,
    pub text: String,
}

impl Choice {
    pub(super) fn new(term: &str, text: &str) -> Self {
        Self {
            term: term.to_owned(),
            text: text.to_owned(),
        }
    }
}

/// An action with all that was chosen for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    Deprovision {
        reason: DeprovisionReason,
        /// Erase each device once it is deprovisioned.
        #[serde(default)]
        powerwash: bool,
        /// What else is done to each device then.
        #[serde(default, skip_serializing_if = "FollowUp::is_empty")]
        follow_up: FollowUp,
    },
    Disable,
    Reenable,
    Move {
        /// The path of the org unit to which the devices go.
        org_unit: String,
    },
    UpdateFields(FieldChanges),
    ClearProfiles,
}

impl Action {
    /// To deprovision, and nothing else.
    pub fn deprovision(reason: DeprovisionReason) -> Self {
        Self::Deprovision {
            reason,
            powerwash: false,
            follow_up: FollowUp::default(),
        }
    }

    /// The path of the org unit to which the devices go, where they do.
    pub fn org_unit(&self) -> Option<&str> {
        match self {
            Self::Move { org_unit } => Some(org_unit),
            Self::Deprovision { follow_up, .. } => follow_up.move_to.as_deref(),
            _ => None,
        }
    }

    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Deprovision { .. } => ActionKind::Deprovision,
            Self::Disable => ActionKind::Disable,
            Self::Reenable => ActionKind::Reenable,
            Self::Move { .. } => ActionKind::Move,
            Self::UpdateFields(_) => ActionKind::UpdateFields,
            Self::ClearProfiles => ActionKind::ClearProfiles,
        }
    }

    /// What is done to each device, in this order. An effect begins when the one before it
    /// has succeeded.
    pub fn effects(&self) -> Vec<Effect> {
        match self {
            Self::Deprovision {
                reason,
                powerwash,
                follow_up,
            } => {
                let mut effects = vec![Effect::Deprovision(*reason)];
                if *powerwash {
                    effects.push(Effect::Powerwash);
                }
                effects.extend(follow_up.effects());
                effects
            }
            Self::Disable => vec![Effect::Disable],
            Self::Reenable => vec![Effect::Reenable],
            Self::Move { org_unit } => vec![Effect::Move(org_unit.clone())],
            Self::UpdateFields(changes) => vec![Effect::UpdateFields(changes.clone())],
            Self::ClearProfiles => vec![Effect::ClearProfiles],
        }
    }

    /// Why the devices are deprovisioned, where they are.
    pub fn reason(&self) -> Option<DeprovisionReason> {
        match self {
            Self::Deprovision { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    /// What was chosen.
    pub fn choices(&self) -> Vec<Choice> {
        match self {
            Self::Move { org_unit } => vec![Choice::new("Org unit", org_unit)],
            Self::UpdateFields(changes) => changes.choices(),
            Self::Deprovision {
                reason,
                powerwash,
                follow_up,
            } => {
                let mut choices = vec![Choice::new("Reason", reason.label())];
                if *powerwash {
                    choices.push(Choice::new("Powerwash", POWERWASH_SUMMARY));
                }
                choices.extend(follow_up.choices());
                choices
            }
            _ => Vec::new(),
        }
    }

    /// Whether what was chosen can be carried out at all, whatever the device.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Move { org_unit } => org_unit::check(org_unit).map_err(str::to_owned),
            Self::UpdateFields(changes) => changes.check(),
            Self::Deprovision { follow_up, .. } => {
                if !follow_up.fields.is_empty() {
                    follow_up.fields.check()?;
                }
                let move_to = follow_up.move_to.as_deref();
                move_to.map_or(Ok(()), |path| org_unit::check(path).map_err(str::to_owned))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_begins_with_the_effect_that_decides_who_is_eligible() {
        let deprovision = Action::Deprovision {
            reason: DeprovisionReason::RetiringDevice,
            powerwash: true,
            follow_up: FollowUp {
                fields: FieldChanges::default(),
                move_to: Some("/Retired".to_owned()),
            },
        };
        let others = [
            Action::Disable,
            Action::Reenable,
            Action::Move {
                org_unit: "/Retired".to_owned(),
            },
            Action::UpdateFields(FieldChanges {
                user: Some(String::new()),
                ..FieldChanges::default()
            }),
            Action::ClearProfiles,
        ];
        assert_eq!(others.len() + 1, ActionKind::ALL.len());
        for action in [deprovision].into_iter().chain(others) {
            assert_eq!(action.check(), Ok(()));
            let kind = action.kind();
            assert_eq!(action.effects()[0].kind(), kind.main_effect());
            // The word that the database holds is the one that the options begin with.
            let options = serde_json::to_string(&action).unwrap();
            assert!(options.contains(kind.as_str()), "{options}");
            assert_eq!(serde_json::from_str::<Action>(&options).unwrap(), action);
        }
    }

    #[test]
    fn a_device_is_moved_last_and_erased_right_after_it_is_deprovisioned() {
        let action = Action::Deprovision {
            reason: DeprovisionReason::RetiringDevice,
            powerwash: true,
            follow_up: FollowUp {
                fields: FieldChanges {
                    user: Some(String::new()),
                    ..FieldChanges::default()
                },
                move_to: Some("/Retired".to_owned()),
            },
        };
        let kinds: Vec<_> = action.effects().iter().map(Effect::kind).collect();
        let expected = [
            EffectKind::Deprovision,
            EffectKind::Powerwash,
            EffectKind::UpdateFields,
            EffectKind::Move,
        ];
        assert_eq!(kinds, expected);
        // The options of jobs of before stay as they were.
        let plain = Action::deprovision(DeprovisionReason::RetiringDevice);
        let options = serde_json::to_string(&plain).unwrap();
        let before = r#"{"deprovision":{"reason":"retiring_device","powerwash":false}}"#;
        assert_eq!(options, before);
    }

    #[test]
    fn what_is_final_is_said_to_be() {
        let last: Vec<_> = ActionKind::ALL.iter().filter(|it| it.is_final()).collect();
        assert_eq!(last, [&ActionKind::Deprovision, &ActionKind::ClearProfiles]);
    }
}
