//! What else is done to a device once it is deprovisioned, so that retiring it is one job.

use serde::{Deserialize, Serialize};

use super::Choice;
use super::effect::Effect;
use super::fields::FieldChanges;

/// Effects that follow the deprovisioning of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FollowUp {
    #[serde(skip_serializing_if = "FieldChanges::is_empty")]
    pub fields: FieldChanges,
    /// The path of an org unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub move_to: Option<String>,
}

impl FollowUp {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = self.fields.choices();
        let move_to = self.move_to.as_deref();
        choices.extend(move_to.map(|path| Choice::new("Move to", path)));
        choices
    }

    /// In their order. The last moves the device: what comes before it is checked against
    /// the org unit that was reviewed.
    pub fn effects(&self) -> impl Iterator<Item = Effect> {
        let fields = Some(&self.fields).filter(|fields| !fields.is_empty());
        let fields = fields.cloned().map(Effect::UpdateFields);
        let moves = self.move_to.clone().map(Effect::Move);
        fields.into_iter().chain(moves)
    }
}
