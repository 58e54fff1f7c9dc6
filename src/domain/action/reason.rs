//! Why a device is deprovisioned. Google has eleven values and
//! lets an admin select four; the others are only ever read.

use serde::{Deserialize, Serialize};

/// A reason that an operator can select.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeprovisionReason {
    SameModelReplacement,
    DifferentModelReplacement,
    RetiringDevice,
    UpgradeTransfer,
}

impl DeprovisionReason {
    pub const ALL: [Self; 4] = [
        Self::SameModelReplacement,
        Self::DifferentModelReplacement,
        Self::RetiringDevice,
        Self::UpgradeTransfer,
    ];

    /// The value of `deprovisionReason` in `batchChangeStatus`; also what the
    /// database holds.
    pub fn api_value(self) -> &'static str {
        match self {
            Self::SameModelReplacement => "DEPROVISION_REASON_SAME_MODEL_REPLACEMENT",
            Self::DifferentModelReplacement => "DEPROVISION_REASON_DIFFERENT_MODEL_REPLACEMENT",
            Self::RetiringDevice => "DEPROVISION_REASON_RETIRING_DEVICE",
            Self::UpgradeTransfer => "DEPROVISION_REASON_UPGRADE_TRANSFER",
        }
    }

    pub fn from_api_value(value: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.api_value() == value)
    }

    /// The Admin console's words.
    pub fn label(self) -> &'static str {
        match self {
            Self::SameModelReplacement => "Same model replacement",
            Self::DifferentModelReplacement => "Different model replacement",
            Self::RetiringDevice => "Retiring from fleet",
            Self::UpgradeTransfer => "ChromeOS Flex upgrade transfer",
        }
    }

    pub fn use_when(self) -> &'static str {
        match self {
            Self::SameModelReplacement => "Warranty replacement with the same or a similar model.",
            Self::DifferentModelReplacement => "Replaced by an upgraded or newer model.",
            Self::RetiringDevice => "Resale, donation, recycling, or disposal.",
            Self::UpgradeTransfer => {
                "A ChromeOS Flex device replaced by a Chromebook within a year."
            }
        }
    }
}
