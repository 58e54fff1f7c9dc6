//! What the panel says of an action. It is sent with the plan, so that the browser loads no
//! copy of the texts of all actions.

use serde::{Deserialize, Serialize};

use super::ActionKind;

/// What the panel says of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelTexts {
    // Step 1: what will happen.
    pub heading: String,
    pub warning_title: String,
    pub warning: String,
    /// What the operator must agree to before, in the words of Google's console where it has
    /// any.
    pub acknowledgement: String,
    /// What becomes of licenses in a few words, as long as that is open.
    pub licenses: String,
    /// The same as a sentence; empty where the reason decides it.
    pub license_note: String,
    // Step 3: all of it once more.
    pub undo_title: String,
    /// That a second person has to approve it; empty where nobody has to.
    #[serde(default)]
    pub approval: String,
}

const APPROVAL: &str = "A second person has to approve this job. After Execute it waits for them, \
    and nothing is sent before.";

const KEPT: &str = "Not affected";
const KEPT_NOTE: &str = "Licenses stay as they are.";

impl PanelTexts {
    pub fn of(action: ActionKind) -> Self {
        let [
            heading,
            warning_title,
            warning,
            acknowledgement,
            licenses,
            license_note,
            undo_title,
        ] = texts(action).map(str::to_owned);
        Self {
            heading,
            warning_title,
            warning,
            acknowledgement,
            licenses,
            license_note,
            undo_title,
            approval: String::new(),
        }
    }

    /// Says that the job waits for a second person.
    #[must_use]
    pub fn with_approval(mut self) -> Self {
        APPROVAL.clone_into(&mut self.approval);
        self
    }
}

/// The texts in the order of the fields of [`PanelTexts`].
fn texts(action: ActionKind) -> [&'static str; 7] {
    match action {
        ActionKind::Deprovision => [
            "Acknowledge device deprovisioning",
            "Deprovisioning removes devices and licenses",
            "Deprovisioning removes these devices from management and may release their \
             licenses. To manage them again, wipe and re-enroll them.",
            "I acknowledge the need to wipe and re-enroll these devices for future management",
            "Depends on the reason",
            "",
            "You can't undo this",
        ],
        ActionKind::Disable => [
            "Acknowledge device disabling",
            "Nobody can use a disabled device",
            "A disabled device shows a message that asks to return it. It stays managed, \
             and you can re-enable it at any time. Without forced re-enrollment, a wiped \
             device may get around this.",
            "I understand that nobody can use these devices until they are re-enabled",
            "Depends on the upgrade",
            "A disabled device may keep its license or release it, depending on the \
             upgrade.",
            "You can undo this: re-enable the devices",
        ],
        ActionKind::Reenable => [
            "Acknowledge device re-enabling",
            "Re-enabled devices can be used again",
            "Each device works again the next time it is online, with the policies of its \
             org unit.",
            "I understand that these devices can be used again",
            "May need a free license",
            "A device whose license was released needs a free one. Without one, it \
             fails.",
            "You can undo this: disable the devices",
        ],
        ActionKind::Move => [
            "Acknowledge moving devices",
            "Moved devices get other policies",
            "Each device gets the policies of its new org unit the next time it is \
             online. Administrators of the old org unit may no longer see it.",
            "I understand that these devices get the policies of another org unit",
            KEPT,
            KEPT_NOTE,
            "You can undo this: move the devices back",
        ],
        ActionKind::UpdateFields => [
            "Acknowledge updating fields",
            "The new values replace the old ones",
            "Asset ID, user, and location are overwritten on each device; a note is added \
             to its notes. The job's results keep the old values, but not the notes.",
            "I understand that these fields are overwritten",
            KEPT,
            KEPT_NOTE,
            "You can't undo this: enter the old values again",
        ],
        ActionKind::ClearProfiles => [
            "Acknowledge clearing profiles",
            "User data on the devices is lost",
            "Each device gets a command that removes all user profiles the next time it \
             is online. What users keep only on the device is lost. The device stays \
             enrolled.",
            "I understand that what users keep only on these devices is lost",
            KEPT,
            KEPT_NOTE,
            "You can't undo this",
        ],
    }
}
