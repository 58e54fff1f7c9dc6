//! A device, as the directory describes it and as the inventory keeps it.

use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};

use super::action::license::LicenseType;
use super::chrome_os::{ExtendedUpdates, OsType};
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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

/// Written as the list of its fields, without their names: a page has up to 200 devices.
impl Serialize for DirectoryDevice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_tuple(19)?;
        row.serialize_element(&self.device_id)?;
        row.serialize_element(&self.serial)?;
        row.serialize_element(&self.asset_id)?;
        row.serialize_element(&self.status)?;
        row.serialize_element(&self.org_unit)?;
        row.serialize_element(&self.model)?;
        row.serialize_element(&self.user)?;
        row.serialize_element(&self.location)?;
        row.serialize_element(&self.notes)?;
        row.serialize_element(&self.os_version)?;
        row.serialize_element(&self.license)?;
        row.serialize_element(&self.last_sync)?;
        row.serialize_element(&self.first_enrolled)?;
        row.serialize_element(&self.last_enrolled)?;
        row.serialize_element(&self.auto_update)?;
        row.serialize_element(&self.deprovision_reason)?;
        row.serialize_element(&self.deprovisioned_at)?;
        row.serialize_element(&self.os_type)?;
        row.serialize_element(&self.extended)?;
        row.end()
    }
}

/// A serial number, or the directory's id where there is none.
pub fn name<'a>(serial: &'a str, device_id: &'a str) -> &'a str {
    if serial.is_empty() { device_id } else { serial }
}

/// A device of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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

/// Written as the list of its fields, too.
impl Serialize for Device {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            id,
            directory,
            read_at,
            version,
            gone,
            in_job,
        } = self;
        (id, directory, read_at, version, gone, in_job).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_a_serial_number_is_named_by_the_directorys_id() {
        assert_eq!(name("5CD1", "d-1"), "5CD1");
        assert_eq!(name("", "d-1"), "d-1");
    }

    #[test]
    fn a_device_written_as_a_list_is_read_back_whole() {
        let day = |number: i64| Some(Timestamp(number * 86_400_000));
        let text = str::to_owned;
        let directory = DirectoryDevice {
            device_id: text("id"),
            serial: text("serial"),
            asset_id: text("asset"),
            status: DeviceStatus::Disabled,
            org_unit: text("/unit"),
            model: text("model"),
            user: text("user"),
            location: text("location"),
            notes: text("notes"),
            os_version: text("1.2"),
            license: LicenseType::from(text("kioskUpgrade")),
            last_sync: day(1),
            first_enrolled: day(2),
            last_enrolled: day(3),
            auto_update: day(4).map(Timestamp::date),
            deprovision_reason: text("reason"),
            deprovisioned_at: day(5),
            os_type: OsType::Flex,
            extended: ExtendedUpdates {
                eligible: Some(true),
                enabled: Some(false),
                start: day(6).map(Timestamp::date),
            },
        };
        let device = Device {
            id: DeviceId(1),
            directory,
            read_at: Timestamp(7),
            version: 2,
            gone: true,
            in_job: Some(3),
        };
        let written = serde_json::to_vec(&device).unwrap();
        assert_eq!(serde_json::from_slice::<Device>(&written).unwrap(), device);
    }
}
