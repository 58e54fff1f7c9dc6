//! A device, as the directory describes it and as the inventory keeps it.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

use super::action::license::LicenseType;
use super::chrome_os::{ExtendedUpdates, OsType};
use super::columns::Columns;
use super::field::Field;
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
/// directory has no value. First comes what a list shows at first: what follows and is not set
/// is not written.
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
    #[serde(default)]
    pub last_sync: Option<Timestamp>,
    /// `autoUpdateThrough`: the last day on which the device gets updates.
    #[serde(default)]
    pub auto_update: Option<Date>,
    /// `annotatedLocation`.
    #[serde(default)]
    pub location: String,
    #[serde(default)]
    pub notes: String,
    #[serde(default)]
    pub os_version: String,
    #[serde(default)]
    pub license: LicenseType,
    #[serde(default)]
    pub first_enrolled: Option<Timestamp>,
    #[serde(default)]
    pub last_enrolled: Option<Timestamp>,
    /// The directory's own word, empty unless deprovisioned.
    #[serde(default)]
    pub deprovision_reason: String,
    #[serde(default)]
    pub deprovisioned_at: Option<Timestamp>,
    #[serde(default)]
    pub os_type: OsType,
    #[serde(default)]
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

/// Written as the list of its fields, without their names and without those at the end that are
/// not set: a page has up to 200 devices.
impl Serialize for DirectoryDevice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const ALWAYS: usize = 7;
        let is_set = [
            self.last_sync.is_some(),
            self.auto_update.is_some(),
            !self.location.is_empty(),
            !self.notes.is_empty(),
            !self.os_version.is_empty(),
            self.license != LicenseType::default(),
            self.first_enrolled.is_some(),
            self.last_enrolled.is_some(),
            !self.deprovision_reason.is_empty(),
            self.deprovisioned_at.is_some(),
            self.os_type != OsType::default(),
            self.extended != ExtendedUpdates::default(),
        ];
        let last = is_set.iter().rposition(|is_set| *is_set);
        let mut row = Row {
            left: last.map_or(ALWAYS, |last| ALWAYS + last + 1),
            list: serializer.serialize_seq(None)?,
        };
        row.put(&self.device_id)?;
        row.put(&self.serial)?;
        row.put(&self.asset_id)?;
        row.put(&self.status)?;
        row.put(&self.org_unit)?;
        row.put(&self.model)?;
        row.put(&self.user)?;
        row.put(&self.last_sync)?;
        row.put(&self.auto_update)?;
        row.put(&self.location)?;
        row.put(&self.notes)?;
        row.put(&self.os_version)?;
        row.put(&self.license)?;
        row.put(&self.first_enrolled)?;
        row.put(&self.last_enrolled)?;
        row.put(&self.deprovision_reason)?;
        row.put(&self.deprovisioned_at)?;
        row.put(&self.os_type)?;
        row.put(&self.extended)?;
        row.list.end()
    }
}

/// A list of which so many elements are still to be written.
struct Row<S> {
    left: usize,
    list: S,
}

impl<S: SerializeSeq> Row<S> {
    fn put<T: Serialize>(&mut self, value: &T) -> Result<(), S::Error> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        self.list.serialize_element(value)
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

impl Device {
    /// The device with what these columns show of it, and nothing else: whoever opens a
    /// page waits for each value. What names it stays, and so does its status.
    #[must_use]
    pub fn as_listed(self, columns: &Columns) -> Self {
        let text = |field, text| {
            if columns.shows(field) {
                text
            } else {
                String::new()
            }
        };
        let time = |field, at: Option<Timestamp>| at.filter(|_| columns.shows(field));
        let day = |field, day: Option<Date>| day.filter(|_| columns.shows(field));
        let flag = |field, flag: Option<bool>| flag.filter(|_| columns.shows(field));
        let it = self.directory;
        let directory = DirectoryDevice {
            asset_id: text(Field::AssetId, it.asset_id),
            org_unit: text(Field::OrgUnit, it.org_unit),
            model: text(Field::Model, it.model),
            user: text(Field::User, it.user),
            location: text(Field::Location, it.location),
            notes: text(Field::Notes, it.notes),
            os_version: text(Field::OsVersion, it.os_version),
            license: match columns.shows(Field::License) {
                true => it.license,
                false => LicenseType::default(),
            },
            last_sync: time(Field::LastSync, it.last_sync),
            first_enrolled: time(Field::FirstEnrolled, it.first_enrolled),
            last_enrolled: time(Field::LastEnrolled, it.last_enrolled),
            auto_update: day(Field::AutoUpdate, it.auto_update),
            deprovision_reason: text(Field::DeprovisionReason, it.deprovision_reason),
            deprovisioned_at: time(Field::DeprovisionedAt, it.deprovisioned_at),
            os_type: match columns.shows(Field::OsType) {
                true => it.os_type,
                false => OsType::default(),
            },
            extended: ExtendedUpdates {
                eligible: flag(Field::ExtendedEligible, it.extended.eligible),
                enabled: flag(Field::ExtendedEnabled, it.extended.enabled),
                start: day(Field::ExtendedStart, it.extended.start),
            },
            ..it
        };
        let read_at = match columns.shows(Field::ReadAt) {
            true => self.read_at,
            false => Timestamp(0),
        };
        Self {
            directory,
            read_at,
            ..self
        }
    }
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
    use super::super::field::SHOWN;
    use super::*;

    #[test]
    fn a_device_without_a_serial_number_is_named_by_the_directorys_id() {
        assert_eq!(name("5CD1", "d-1"), "5CD1");
        assert_eq!(name("", "d-1"), "d-1");
    }

    fn whole() -> Device {
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
        Device {
            id: DeviceId(1),
            directory,
            read_at: Timestamp(7),
            version: 2,
            gone: true,
            in_job: Some(3),
        }
    }

    #[test]
    fn a_device_written_as_a_list_is_read_back_whole() {
        for field in [None].into_iter().chain(SHOWN.map(Some)) {
            let columns = match field {
                Some(field) => Columns::none().with(field, true),
                None => Columns::none(),
            };
            for device in [whole(), whole().as_listed(&columns)] {
                let written = serde_json::to_vec(&device).unwrap();
                let read: Device = serde_json::from_slice(&written).unwrap();
                assert_eq!(read, device, "with {field:?}");
            }
        }
    }

    #[test]
    fn what_is_not_set_takes_no_room_at_the_end() {
        let row = whole().as_listed(&Columns::none()).directory;
        let written = serde_json::to_string(&row).unwrap();
        assert_eq!(written, r#"["id","serial","","DISABLED","","",""]"#);
    }

    #[test]
    fn a_row_has_what_its_columns_show() {
        let mut columns = Columns::none();
        let row = whole().as_listed(&columns).directory;
        assert_eq!((row.name(), row.device_id.as_str()), ("serial", "id"));
        assert_eq!(row.status, DeviceStatus::Disabled);
        assert_eq!((row.model.as_str(), row.notes.as_str()), ("", ""));
        assert_eq!((row.last_sync, row.extended.start), (None, None));

        for field in SHOWN {
            columns = columns.with(field, true);
        }
        assert_eq!(whole().as_listed(&columns), whole());
    }
}
