//! One device of a job: where it stands, and how it ended.

use serde::{Deserialize, Serialize};

use super::chrome_os::OsType;
use super::device::DeviceId;
use super::eligibility::Rule;
use super::license::LicenseType;
use super::powerwash::Powerwash;
use super::status::DeviceStatus;
use super::time::Timestamp;
use super::words::words;

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
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Pending => "Waiting",
            Self::Sent => "Deprovisioning…",
            Self::Unconfirmed => "Unconfirmed",
            Self::Succeeded => "Deprovisioned",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::NotAttempted => "Not attempted",
        }
    }
}

words! {
    /// How a device came to be deprovisioned.
    How {
        /// By this job.
        Applied = "applied",
        /// It was so before the job came to it.
        Already = "already",
        /// No answer came, and reading it back showed it.
        Confirmed = "confirmed",
    }
}

/// One device of a job, as tables and result files show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobItem {
    pub device: DeviceId,
    pub device_id: String,
    pub serial: String,
    pub asset_id: String,
    pub org_unit: String,
    /// As it was reviewed.
    #[serde(default)]
    pub license: LicenseType,
    /// As it was reviewed.
    #[serde(default)]
    pub os_type: OsType,
    /// As it was reviewed.
    pub before: DeviceStatus,
    pub state: ItemState,
    pub how: Option<How>,
    /// Why it was skipped.
    pub rule: Option<Rule>,
    /// Why it failed, in the directory's words.
    pub message: String,
    pub attempt: u32,
    pub finished_at: Option<Timestamp>,
    /// What came of erasing it, where the job deprovisioned it and was to.
    #[serde(default)]
    pub powerwash: Option<Powerwash>,
    /// Why it was not erased.
    #[serde(default)]
    pub powerwash_message: String,
}

impl JobItem {
    /// The job itself has deprovisioned it, and not others before it.
    pub fn was_deprovisioned_by_job(&self) -> bool {
        self.state == ItemState::Succeeded && self.how != Some(How::Already)
    }

    /// What a person calls the device.
    pub fn name(&self) -> &str {
        super::device::name(&self.serial, &self.device_id)
    }

    /// One sentence on how it ended, empty where the state says it all.
    pub fn detail(&self) -> String {
        match (self.state, self.how, self.rule) {
            (ItemState::Skipped, _, Some(rule)) => rule.sentence().to_owned(),
            (ItemState::Succeeded, Some(How::Already), _) => {
                "Already deprovisioned when the job reached it.".to_owned()
            }
            (ItemState::Succeeded, Some(How::Confirmed), _) => format!(
                "Confirmed by reading the device back. {}",
                self.powerwash_message
            )
            .trim_end()
            .to_owned(),
            (ItemState::Succeeded, ..) => self.powerwash_message.clone(),
            _ => self.message.clone(),
        }
    }
}
