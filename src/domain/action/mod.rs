//! What an operator can have done to devices: each action, and the effects that it is made
//! of.
//!
//! An action is chosen in the menu and reviewed as a plan; an effect is one thing that is
//! done to one device by one kind of call. All that the rest of the program does differently
//! from action to action is asked here, so a new action is added here.

pub mod command;
pub mod effect;
pub mod license;

pub mod reason;

use serde::{Deserialize, Serialize};

use super::eligibility::Rule;
use super::job::ItemState;
use super::status::DeviceStatus;
use super::words::words;
use effect::{Effect, EffectKind};
use reason::DeprovisionReason;

words! {
    /// What can be done to the selected devices.
    ActionKind {
        Deprovision = "deprovision",
        Disable = "disable",
        Reenable = "reenable",
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
        }
    }

    /// Whether the action can be carried out on a device in this status.
    ///
    /// # Errors
    /// The rule that leaves the device out.
    pub fn check(self, status: &DeviceStatus) -> Result<(), Rule> {
        self.main_effect().check(status)
    }

    /// The name of the action: "Deprovision".
    pub fn label(self) -> &'static str {
        self.main_effect().verb()
    }

    /// What a device of a job of this action is called in this state.
    pub fn label_of(self, state: ItemState) -> &'static str {
        match state {
            ItemState::Sent => self.main_effect().progressive(),
            ItemState::Succeeded => self.main_effect().done(),
            other => other.label(),
        }
    }

    /// What the operator must agree to before, in the words of Google's console where it
    /// has any.
    pub fn acknowledgement(self) -> &'static str {
        match self {
            Self::Deprovision => {
                "I acknowledge the need to wipe and re-enroll these devices for future management"
            }
            Self::Disable => {
                "I understand that nobody can use these devices until they are re-enabled"
            }
            Self::Reenable => "I understand that these devices can be used again",
        }
    }

    /// Whether there is no other action that takes it back.
    pub fn is_final(self) -> bool {
        match self {
            Self::Deprovision => true,
            Self::Disable | Self::Reenable => false,
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
    },
    Disable,
    Reenable,
}

impl Action {
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Deprovision { .. } => ActionKind::Deprovision,
            Self::Disable => ActionKind::Disable,
            Self::Reenable => ActionKind::Reenable,
        }
    }

    /// What is done to each device, in this order. An effect begins when the one before it
    /// has succeeded.
    pub fn effects(&self) -> Vec<Effect> {
        match self {
            Self::Deprovision { reason, powerwash } => {
                let mut effects = vec![Effect::Deprovision(*reason)];
                if *powerwash {
                    effects.push(Effect::Powerwash);
                }
                effects
            }
            Self::Disable => vec![Effect::Disable],
            Self::Reenable => vec![Effect::Reenable],
        }
    }

    /// Why the devices are deprovisioned, where they are.
    pub fn reason(&self) -> Option<DeprovisionReason> {
        match self {
            Self::Deprovision { reason, .. } => Some(*reason),
            Self::Disable | Self::Reenable => None,
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
        };
        for action in [deprovision, Action::Disable, Action::Reenable] {
            let kind = action.kind();
            assert_eq!(action.effects()[0].kind(), kind.main_effect());
            // The word that the database holds is the one that the options begin with.
            let options = serde_json::to_string(&action).unwrap();
            assert!(options.contains(kind.as_str()), "{options}");
            assert_eq!(serde_json::from_str::<Action>(&options).unwrap(), action);
        }
    }

    #[test]
    fn what_is_final_is_said_to_be() {
        let last: Vec<_> = ActionKind::ALL.iter().filter(|it| it.is_final()).collect();
        assert_eq!(last, [&ActionKind::Deprovision]);
    }
}
