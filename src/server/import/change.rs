//! What one row of a file says of a device.

use sha2::{Digest, Sha256};

use super::cells::Cells;
use super::columns::Columns;
use super::dates;
use super::error::{FileError, Refusal, shown};
use super::left::Left;
use super::records::Record;
use super::values;
use crate::domain::action::license::LicenseType;
use crate::domain::chrome_os::{ExtendedUpdates, OsType};
use crate::domain::device::DirectoryDevice;
use crate::domain::field::Field;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, Timestamp};

/// What to set on a device. `None`: the file has no such column, or the cell cannot be read, so
/// the stored value stays. A blank cell clears the field, except the id, serial, status and org
/// unit, which every device must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeviceChange {
    pub device_id: Option<String>,
    pub serial: Option<String>,
    pub asset_id: Option<String>,
    pub status: Option<DeviceStatus>,
    pub org_unit: Option<String>,
    pub model: Option<String>,
    pub user: Option<String>,
    pub location: Option<String>,
    pub notes: Option<String>,
    pub os_version: Option<String>,
    pub license: Option<LicenseType>,
    pub last_sync: Option<Option<Timestamp>>,
    pub first_enrolled: Option<Option<Timestamp>>,
    pub last_enrolled: Option<Option<Timestamp>>,
    pub auto_update: Option<Option<Date>>,
    pub deprovision_reason: Option<String>,
    pub deprovisioned_at: Option<Option<Timestamp>>,
    pub os_type: Option<OsType>,
    pub extended_eligible: Option<Option<bool>>,
    pub extended_enabled: Option<Option<bool>>,
    pub extended_start: Option<Option<Date>>,
    /// The row says no status, and this column and value may be one.
    pub unclear_status: Option<(String, String)>,
}

impl DeviceChange {
    /// The device with this change made. Its id stays.
    pub fn applied_to(&self, device: &DirectoryDevice) -> DirectoryDevice {
        let text = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        DirectoryDevice {
            device_id: device.device_id.clone(),
            serial: text(&self.serial, &device.serial),
            asset_id: text(&self.asset_id, &device.asset_id),
            status: self.status_after(&device.status),
            org_unit: text(&self.org_unit, &device.org_unit),
            model: text(&self.model, &device.model),
            user: text(&self.user, &device.user),
            location: text(&self.location, &device.location),
            notes: text(&self.notes, &device.notes),
            os_version: text(&self.os_version, &device.os_version),
            license: self.license.unwrap_or(device.license),
            last_sync: self.last_sync.unwrap_or(device.last_sync),
            first_enrolled: self.first_enrolled.unwrap_or(device.first_enrolled),
            last_enrolled: self.last_enrolled.unwrap_or(device.last_enrolled),
            auto_update: self.auto_update.unwrap_or(device.auto_update),
            deprovision_reason: text(&self.deprovision_reason, &device.deprovision_reason),
            deprovisioned_at: self.deprovisioned_at.unwrap_or(device.deprovisioned_at),
            os_type: self.os_type.unwrap_or(device.os_type),
            extended: ExtendedUpdates {
                eligible: self.extended_eligible.unwrap_or(device.extended.eligible),
                enabled: self.extended_enabled.unwrap_or(device.extended.enabled),
                start: self.extended_start.unwrap_or(device.extended.start),
            },
        }
    }

    /// A word that is none of Google's, such as an asset system's "Ready to Deploy", never
    /// replaces one that is.
    fn status_after(&self, before: &DeviceStatus) -> DeviceStatus {
        let is_other = |status: &DeviceStatus| matches!(status, DeviceStatus::Other(_));
        match &self.status {
            Some(status) if !is_other(status) || is_other(before) => status.clone(),
            _ => before.clone(),
        }
    }

    /// How many values of the device this removes: its cells are blank.
    pub fn removes_from(&self, device: &DirectoryDevice) -> u64 {
        let text = |new: &Option<String>, old: &String| {
            new.as_ref().is_some_and(String::is_empty) && !old.is_empty()
        };
        let date = |new: &Option<Option<Timestamp>>, old: Option<Timestamp>| {
            *new == Some(None) && old.is_some()
        };
        let removed = [
            text(&self.asset_id, &device.asset_id),
            text(&self.model, &device.model),
            text(&self.user, &device.user),
            text(&self.location, &device.location),
            text(&self.notes, &device.notes),
            text(&self.os_version, &device.os_version),
            text(&self.deprovision_reason, &device.deprovision_reason),
            date(&self.last_sync, device.last_sync),
            date(&self.first_enrolled, device.first_enrolled),
            date(&self.last_enrolled, device.last_enrolled),
            date(&self.deprovisioned_at, device.deprovisioned_at),
            self.auto_update == Some(None) && device.auto_update.is_some(),
            self.os_type == Some(OsType::Unknown) && device.os_type != OsType::Unknown,
            self.extended_eligible == Some(None) && device.extended.eligible.is_some(),
            self.extended_enabled == Some(None) && device.extended.enabled.is_some(),
            self.extended_start == Some(None) && device.extended.start.is_some(),
            self.license == Some(LicenseType::Unspecified)
                && device.license != LicenseType::Unspecified,
        ];
        removed.into_iter().filter(|removed| *removed).count() as u64
    }

    /// The device that this makes where there was none: active and in the root
    /// org unit unless the row says otherwise.
    ///
    /// # Errors
    /// It has no serial number, or it may not be active.
    pub fn new_device(&self) -> Result<DirectoryDevice, Refusal> {
        let serial = self.serial.as_deref().ok_or(Refusal::NewWithoutSerial)?;
        if let Some((column, value)) = self.unclear_status.clone() {
            return Err(Refusal::UnclearStatus { column, value });
        }
        let device_id = self.device_id.clone().unwrap_or_else(|| made_up_id(serial));
        let status = self.status.clone().unwrap_or(DeviceStatus::Active);
        Ok(DirectoryDevice {
            status,
            ..self.applied_to(&blank(device_id))
        })
    }

    /// Whether nothing is said but which device is meant: so do the further rows
    /// of some tools that print a device's lists below it.
    pub fn says_nothing(&self) -> bool {
        let key_only = Self {
            serial: None,
            ..self.clone()
        };
        let blank = blank(String::new());
        !matches!(self.status, Some(DeviceStatus::Other(_))) && key_only.applied_to(&blank) == blank
    }
}

fn blank(device_id: String) -> DirectoryDevice {
    DirectoryDevice {
        device_id,
        serial: String::new(),
        asset_id: String::new(),
        status: DeviceStatus::Active,
        org_unit: "/".to_owned(),
        model: String::new(),
        user: String::new(),
        location: String::new(),
        notes: String::new(),
        os_version: String::new(),
        license: LicenseType::Unspecified,
        last_sync: None,
        first_enrolled: None,
        last_enrolled: None,
        auto_update: None,
        deprovision_reason: String::new(),
        deprovisioned_at: None,
        os_type: OsType::Unknown,
        extended: ExtendedUpdates::default(),
    }
}

/// The device id of a device of which only the serial number is known: always the
/// same, and in the shape of the directory's.
pub fn made_up_id(serial: &str) -> String {
    let digest = Sha256::digest(format!("sunset device {serial}").as_bytes());
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "{}-{}-8{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

/// Reads what a row says, and which values of it cannot be taken.
///
/// # Errors
/// The outer error concerns the whole file, the inner one this row.
pub fn of_row(
    row: u64,
    record: &Record,
    columns: &Columns,
) -> Result<(Result<DeviceChange, Refusal>, Vec<Left>), FileError> {
    let extra_is_blank = (columns.width..record.len())
        .all(|at| record.get(at).is_none_or(|cell| cell.trim().is_empty()));
    if !extra_is_blank {
        let refusal = Refusal::Cells {
            found: record.len(),
            expected: columns.width,
        };
        return Ok((Err(refusal), Vec::new()));
    }
    let mut cells = Cells::of(row, record, columns)?;
    let change = cells.unfold_json().and_then(|()| of_cells(&mut cells));
    let change = change.map(|change| DeviceChange {
        unclear_status: unclear_status(&change, &cells, record, columns),
        ..change
    });
    Ok((change, cells.left))
}

/// What of a row without a status may be one: a column that is called so, a word that only
/// a status is, or when and why the device was deprovisioned.
fn unclear_status(
    change: &DeviceChange,
    cells: &Cells<'_>,
    record: &Record,
    columns: &Columns,
) -> Option<(String, String)> {
    if change.status.is_some() {
        return None;
    }
    let deprovisioned = [Field::DeprovisionReason, Field::DeprovisionedAt]
        .into_iter()
        .find_map(|field| cells.filled(field))
        .filter(|_| {
            let reason = change.deprovision_reason.as_deref().unwrap_or_default();
            !reason.is_empty() || change.deprovisioned_at.is_some_and(|at| at.is_some())
        });
    let unread = columns.unread.iter().find_map(|at| {
        let text = record.get(*at).unwrap_or_default().trim();
        let is_one =
            !text.is_empty() && (columns.other_status == Some(*at) || values::is_not_active(text));
        is_one.then(|| (columns.name_of(*at), text))
    });
    deprovisioned
        .or(unread)
        .map(|(column, text)| (shown(column), shown(text)))
}

fn of_cells(cells: &mut Cells<'_>) -> Result<DeviceChange, Refusal> {
    let device_id = cells
        .filled(Field::DeviceId)
        .map(|(column, text)| {
            values::device_id(text).ok_or_else(|| Refusal::DeviceId {
                column: shown(column),
                value: shown(text),
            })
        })
        .transpose()?;
    let serial = cells
        .filled(Field::Serial)
        .map(|(column, text)| {
            values::serial(text).map_err(|why| Refusal::Serial {
                column: shown(column),
                value: shown(text),
                why,
            })
        })
        .transpose()?;
    if device_id.is_none() && serial.is_none() {
        return Err(Refusal::NoKey);
    }
    let status = cells
        .filled(Field::Status)
        .map(|(column, text)| {
            values::status(text).ok_or_else(|| Refusal::Status {
                column: shown(column),
                value: shown(text),
            })
        })
        .transpose()?;
    if let Some((column, text)) = cells.filled(Field::OrgUnit)
        && values::org_unit(text).is_none()
    {
        return Err(Refusal::OrgUnitId {
            column: shown(column),
            value: shown(text),
        });
    }
    let org_unit = cells
        .trimmed(Field::OrgUnit)
        .filter(|text| !text.is_empty())
        .and_then(|text| values::org_unit(&text));
    Ok(DeviceChange {
        device_id,
        serial,
        asset_id: cells.identifier(Field::AssetId),
        status,
        org_unit,
        model: cells.trimmed(Field::Model),
        user: cells.trimmed(Field::User),
        location: cells.trimmed(Field::Location),
        notes: cells.exact(Field::Notes),
        os_version: cells.trimmed(Field::OsVersion),
        license: cells.license(values::license),
        last_sync: cells.date(Field::LastSync, dates::instant),
        first_enrolled: cells.date(Field::FirstEnrolled, dates::instant),
        last_enrolled: cells.date(Field::LastEnrolled, dates::instant),
        auto_update: cells.date(Field::AutoUpdate, dates::day),
        deprovision_reason: cells
            .trimmed(Field::DeprovisionReason)
            .map(|text| values::deprovision_reason(&text)),
        deprovisioned_at: cells.date(Field::DeprovisionedAt, dates::instant),
        os_type: cells.word(Field::OsType, values::os_type),
        extended_eligible: cells.word(Field::ExtendedEligible, values::flag),
        extended_enabled: cells.word(Field::ExtendedEnabled, values::flag),
        extended_start: cells.date(Field::ExtendedStart, dates::day),
        unclear_status: None,
    })
}

#[cfg(test)]
mod tests;
