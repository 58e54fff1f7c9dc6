//! One device of a job: where it stands, and how it ended.

use serde::{Deserialize, Serialize};

use super::outcome::Cause;
use crate::domain::action::command::Reply;
use crate::domain::action::effect::EffectKind;
use crate::domain::action::license::LicenseType;
use crate::domain::chrome_os::OsType;
use crate::domain::device::DeviceId;
use crate::domain::eligibility::Rule;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;
use crate::domain::words::words;

words! {
    /// Where one device of a job stands.
    ItemState {
        /// Reviewed and eligible; the job has not started.
        Planned = "planned",
        Pending = "pending",
        /// The intent is on record and the directory is being called.
        Sent = "sent",
        /// Sent, and no answer came: it is read back before anything else.
        Unconfirmed = "unconfirmed",
        Succeeded = "succeeded",
        Failed = "failed",
        Skipped = "skipped",
        /// The job was stopped before this device's turn.
        NotAttempted = "not_attempted",
    }
}

impl ItemState {
    /// What a device in this state is called, whatever is done to it. For what depends on
    /// that, see `ActionKind::label_of`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Pending => "Waiting",
            Self::Sent => "Sending…",
            Self::Unconfirmed => "Unconfirmed",
            Self::Succeeded => "Done",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::NotAttempted => "Not attempted",
        }
    }

    /// Something still needs to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Sent | Self::Unconfirmed)
    }
}

words! {
    /// How an effect came to be.
    SuccessKind {
        /// By this job.
        Applied = "applied",
        /// It was so before the job came to it.
        Already = "already",
        /// No answer came, and reading it back showed it.
        Confirmed = "confirmed",
        /// The directory has taken the command. The device hears of it when it is online.
        Ordered = "ordered",
    }
}

/// What came of one effect on one device of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemEffect {
    pub kind: EffectKind,
    pub state: ItemState,
    pub how: Option<SuccessKind>,
    /// Why it was skipped.
    pub rule: Option<Rule>,
    /// Why it failed.
    pub cause: Option<Cause>,
    /// The directory's own words, or the device's.
    pub words: String,
    pub attempt: u32,
    /// The directory's number of a command that it has taken; empty for other effects.
    pub command_id: String,
    /// What the device has answered to the command.
    pub reply: Option<Reply>,
    pub finished_at: Option<Timestamp>,
}

impl ItemEffect {
    /// The job itself has done it, and not others before it.
    pub fn is_own_change(&self) -> bool {
        self.state == ItemState::Succeeded && self.how != Some(SuccessKind::Already)
    }

    /// Where it stands, in a word or two.
    pub fn label(&self) -> &'static str {
        match (self.state, self.reply) {
            (ItemState::Succeeded, Some(Reply::Done)) => self.kind.replied(),
            (ItemState::Succeeded, Some(Reply::Failed)) => ItemState::Failed.label(),
            (ItemState::Succeeded, None) => self.kind.done(),
            (ItemState::Sent, _) => self.kind.progressive(),
            (state, _) => state.label(),
        }
    }

    /// One sentence on how it ended, empty where the state says it all.
    pub fn detail(&self) -> String {
        match (self.state, self.how) {
            (ItemState::Skipped, _) => self.rule.map_or("", Rule::sentence).to_owned(),
            (ItemState::Failed, _) => self
                .cause
                .map_or_else(String::new, |cause| cause.sentence_with(&self.words)),
            (ItemState::Succeeded, Some(SuccessKind::Already)) => {
                let already = self.kind.already().unwrap_or_default();
                let mut letters = already.chars();
                let first = letters.next().into_iter().flat_map(char::to_uppercase);
                let sentence: String = first.chain(letters).collect();
                format!("{sentence} when the job reached it.")
            }
            (ItemState::Succeeded, Some(SuccessKind::Confirmed)) => {
                "Confirmed by reading the device back.".to_owned()
            }
            (ItemState::Succeeded, _) => self.words.clone(),
            _ => String::new(),
        }
    }
}

/// One device of a job, as tables and result files show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobItem {
    pub device: DeviceId,
    // As it was reviewed, down to `before`.
    pub device_id: String,
    pub serial: String,
    pub asset_id: String,
    pub org_unit: String,
    pub model: String,
    pub user: String,
    pub location: String,
    pub license: LicenseType,
    pub os_type: OsType,
    pub before: DeviceStatus,
    /// Why it was left out: by the plan, or by the job when its turn came.
    pub rule: Option<Rule>,
    /// That of the last effect that has begun.
    pub state: ItemState,
    /// In the order in which they were done; none of a device that is left out, and none
    /// before the job has started.
    pub effects: Vec<ItemEffect>,
}

impl JobItem {
    /// The effect that decides where the device stands.
    pub fn current(&self) -> Option<&ItemEffect> {
        self.effects.last()
    }

    /// What came of an effect of this kind.
    pub fn effect(&self, kind: EffectKind) -> Option<&ItemEffect> {
        self.effects.iter().find(|effect| effect.kind == kind)
    }

    /// The job itself has done this to it, and not others before it.
    pub fn was_done_by_job(&self, kind: EffectKind) -> bool {
        self.effect(kind).is_some_and(ItemEffect::is_own_change)
    }

    /// How the first effect came to be.
    pub fn how(&self) -> Option<SuccessKind> {
        self.effects.first()?.how
    }

    /// How often the first effect was sent.
    pub fn attempt(&self) -> u32 {
        self.effects.first().map_or(0, |effect| effect.attempt)
    }

    pub fn finished_at(&self) -> Option<Timestamp> {
        self.current()?.finished_at
    }

    /// What a person calls the device.
    pub fn name(&self) -> &str {
        crate::domain::device::name(&self.serial, &self.device_id)
    }

    /// One sentence for each effect of which there is more to say than its state.
    pub fn detail(&self) -> String {
        if self.effects.is_empty() {
            return self.rule.map_or("", Rule::sentence).to_owned();
        }
        let details = self.effects.iter().map(ItemEffect::detail);
        let details: Vec<String> = details.filter(|it| !it.is_empty()).collect();
        details.join(" ")
    }
}
