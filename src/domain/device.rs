//! A device, as the directory describes it and as the inventory keeps it.

use serde::{Deserialize, Serialize};

use super::chrome_os::{ExtendedUpdates, OsType};
use super::license::LicenseType;
use super::status::DeviceStatus;
use super::time::{Date, Timestamp};
use super::visible::shown;

/// The inventory's own number of a device: small and dense, so that a selection
/// of a million of them is a bitmap. Never shown, never sent to the directory.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct DeviceId(pub u32);

/// What the directory knows of a device. Empty text means the
/// directory has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryDevice {
    /// The directory's id, unique among a customer's devices.
    pub device_id: String,
    pub serial: String,
    pub asset_id: String,
    pub status: DeviceStatus,
    /// Full path, with the leading slash.
    pub org_unit: String,
    pub model: String,
    /// `annotatedUser`.
    pub user: String,
    /// `annotatedLocation`.
    pub location: String,
    pub notes: String,
    pub os_version: String,
    pub license: LicenseType,
    pub last_sync: Option<Timestamp>,
    pub first_enrolled: Option<Timestamp>,
    pub last_enrolled: Option<Timestamp>,
    /// `autoUpdateThrough`: the last day on which the device gets updates.
    pub auto_update: Option<Date>,
    /// The directory's own word, empty unless deprovisioned.
    pub deprovision_reason: String,
    pub deprovisioned_at: Option<Timestamp>,
    pub os_type: OsType,
    pub extended: ExtendedUpdates,
}

impl DirectoryDevice {
    /// What a person calls the device: its serial number, or the directory's id where there
    /// is none.
    pub fn name(&self) -> &str {
        name(&self.serial, &self.device_id)
    }

    /// The device as it is shown on screen.
    pub fn as_shown(&self) -> Self {
        Self {
            device_id: shown(&self.device_id),
            serial: shown(&self.serial),
            asset_id: shown(&self.asset_id),
            status: DeviceStatus::from(shown(self.status.as_str())),
            org_unit: shown(&self.org_unit),
            model: shown(&self.model),
            user: shown(&self.user),
            location: shown(&self.location),
            notes: shown(&self.notes),
            os_version: shown(&self.os_version),
            deprovision_reason: shown(&self.deprovision_reason),
            ..*self
        }
    }
}

/// A serial number, or the directory's id where there is none.
pub fn name<'a>(serial: &'a str, device_id: &'a str) -> &'a str {
    if serial.is_empty() { device_id } else { serial }
}

/// A device of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: DeviceId,
    pub directory: DirectoryDevice,
    /// When this was read from the directory.
    pub read_at: Timestamp,
    /// Rises with each change that the inventory sees.
    pub version: u32,
    /// The directory did not list it at the last complete refresh.
    pub gone: bool,
    /// The number of the unfinished job that holds this device.
    pub in_job: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_a_serial_number_is_named_by_the_directorys_id() {
        assert_eq!(name("5CD1", "d-1"), "5CD1");
        assert_eq!(name("", "d-1"), "d-1");
    }
}
