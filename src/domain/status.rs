//! A device's status, as the directory says it.
//!
//! The directory's field is an open set, so a word we have never
//! seen is kept as it came, shown, and never treated as one we know.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The `status` of a ChromeOS device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DeviceStatus {
    Active,
    Disabled,
    Deprovisioned,
    PreProvisioned,
    Delinquent,
    Inactive,
    ReturnRequested,
    ReturnArrived,
    Shipped,
    Unknown,
    /// A word that is none of the above, as the directory wrote it.
    Other(String),
}

impl DeviceStatus {
    /// Every status that Google documents, in its order:
    /// <https://developers.google.com/workspace/admin/directory/reference/rest/v1/chromeosdevices>.
    pub const KNOWN: [Self; 10] = [
        Self::Active,
        Self::Disabled,
        Self::Deprovisioned,
        Self::PreProvisioned,
        Self::Delinquent,
        Self::Inactive,
        Self::ReturnRequested,
        Self::ReturnArrived,
        Self::Shipped,
        Self::Unknown,
    ];

    /// The directory's word, which is also what the database and the URL hold.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "ACTIVE",
            Self::Disabled => "DISABLED",
            Self::Deprovisioned => "DEPROVISIONED",
            Self::PreProvisioned => "PRE_PROVISIONED",
            Self::Delinquent => "DELINQUENT",
            Self::Inactive => "INACTIVE",
            Self::ReturnRequested => "RETURN_REQUESTED",
            Self::ReturnArrived => "RETURN_ARRIVED",
            Self::Shipped => "SHIPPED",
            Self::Unknown => "UNKNOWN",
            Self::Other(word) => word,
        }
    }

    /// What the operator reads.
    pub fn label(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Disabled => "Disabled",
            Self::Deprovisioned => "Deprovisioned",
            Self::PreProvisioned => "Pre-provisioned",
            Self::Delinquent => "Delinquent",
            Self::Inactive => "Inactive",
            Self::ReturnRequested => "Return requested",
            Self::ReturnArrived => "Return arrived",
            Self::Shipped => "Shipped",
            Self::Unknown => "Unknown",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for DeviceStatus {
    fn from(word: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|known| known.as_str() == word)
            .unwrap_or_else(|| Self::Other(word.to_owned()))
    }
}

impl From<String> for DeviceStatus {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<DeviceStatus> for String {
    fn from(status: DeviceStatus) -> Self {
        status.as_str().to_owned()
    }
}

impl fmt::Display for DeviceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_status_comes_back_from_its_word() {
        for status in DeviceStatus::KNOWN {
            assert_eq!(DeviceStatus::from(status.as_str()), status);
        }
    }

    #[test]
    fn an_unheard_of_status_is_kept_as_it_came() {
        let status = DeviceStatus::from("QUARANTINED");
        assert_eq!(status, DeviceStatus::Other("QUARANTINED".into()));
        assert_eq!(status.as_str(), "QUARANTINED");
    }
}
