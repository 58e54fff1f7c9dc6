//! Rows, and the domain types they become.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sqlx::FromRow;

use super::StoreError;
use crate::domain::action::license::LicenseType;
use crate::domain::chrome_os::{ExtendedUpdates, OsType, flag};
use crate::domain::device::{Device, DeviceId, DirectoryDevice};
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, Timestamp};

/// The columns that `device` and `directory_device` share, in the order of
/// `push_directory!`.
pub const DIRECTORY_COLUMNS: &str = "device_id, serial, asset_id, status, org_unit, model, \
    annotated_user, location, notes, os_version, license, last_sync, first_enrolled, \
    last_enrolled, auto_update, deprovision_reason, deprovisioned_at, os_type, extended_eligible, \
    extended_enabled, extended_start";

#[derive(Clone, Debug, FromRow, Deserialize)]
pub struct DirectoryRow {
    pub device_id: String,
    serial: String,
    asset_id: String,
    status: String,
    org_unit: String,
    model: String,
    annotated_user: String,
    location: String,
    notes: String,
    os_version: String,
    license: String,
    last_sync: i64,
    first_enrolled: i64,
    last_enrolled: i64,
    auto_update: i64,
    deprovision_reason: String,
    deprovisioned_at: i64,
    os_type: String,
    extended_eligible: String,
    extended_enabled: String,
    extended_start: i64,
}

impl From<DirectoryRow> for DirectoryDevice {
    fn from(row: DirectoryRow) -> Self {
        Self {
            device_id: row.device_id,
            serial: row.serial,
            asset_id: row.asset_id,
            status: DeviceStatus::from(row.status),
            org_unit: row.org_unit,
            model: row.model,
            user: row.annotated_user,
            location: row.location,
            notes: row.notes,
            os_version: row.os_version,
            license: LicenseType::from(row.license),
            last_sync: instant(row.last_sync),
            first_enrolled: instant(row.first_enrolled),
            last_enrolled: instant(row.last_enrolled),
            auto_update: day(row.auto_update),
            deprovision_reason: row.deprovision_reason,
            deprovisioned_at: instant(row.deprovisioned_at),
            os_type: OsType::from(row.os_type),
            extended: ExtendedUpdates {
                eligible: flag(&row.extended_eligible),
                enabled: flag(&row.extended_enabled),
                start: day(row.extended_start),
            },
        }
    }
}

#[derive(Clone, Debug, FromRow, Deserialize)]
pub struct DeviceRow {
    id: i32,
    #[sqlx(flatten)]
    directory: DirectoryRow,
    read_at: i64,
    version: i32,
    #[serde(deserialize_with = "flag_of")]
    gone: bool,
    in_job: Option<i32>,
}

/// A flag, which SQLite writes as a number into JSON.
pub fn flag_of<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(flag) => flag,
        value => value.as_i64() == Some(1),
    })
}

impl TryFrom<DeviceRow> for Device {
    type Error = StoreError;

    fn try_from(row: DeviceRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: device_id(row.id)?,
            directory: row.directory.into(),
            read_at: Timestamp(row.read_at),
            version: row.version as u32,
            gone: row.gone,
            in_job: row.in_job.map(|number| number as u32),
        })
    }
}

/// Binds a device's values in the order of [`DIRECTORY_COLUMNS`] into one row of a `VALUES`
/// list.
macro_rules! push_directory {
    ($row:expr, $device:expr) => {{
        let device: &$crate::domain::device::DirectoryDevice = $device;
        $row.push_bind(device.device_id.as_str())
            .push_bind(device.serial.as_str())
            .push_bind(device.asset_id.as_str())
            .push_bind(device.status.as_str())
            .push_bind(device.org_unit.as_str())
            .push_bind(device.model.as_str())
            .push_bind(device.user.as_str())
            .push_bind(device.location.as_str())
            .push_bind(device.notes.as_str())
            .push_bind(device.os_version.as_str())
            .push_bind(device.license.as_str())
            .push_bind($crate::server::store::row::ms(device.last_sync))
            .push_bind($crate::server::store::row::ms(device.first_enrolled))
            .push_bind($crate::server::store::row::ms(device.last_enrolled))
            .push_bind($crate::server::store::row::days(device.auto_update))
            .push_bind(device.deprovision_reason.as_str())
            .push_bind($crate::server::store::row::ms(device.deprovisioned_at))
            .push_bind(device.os_type.as_str())
            .push_bind($crate::domain::chrome_os::flag_word(
                device.extended.eligible,
            ))
            .push_bind($crate::domain::chrome_os::flag_word(
                device.extended.enabled,
            ))
            .push_bind($crate::server::store::row::days(device.extended.start));
    }};
}
pub(super) use push_directory;

/// An instant as a column holds it.
pub fn ms(at: Option<Timestamp>) -> i64 {
    at.map_or(0, |at| at.0)
}

/// A day as a column holds it.
pub fn days(date: Option<Date>) -> i64 {
    date.map_or(0, |date| i64::from(date.0))
}

/// A day out of a column.
fn day(days: i64) -> Option<Date> {
    (days != 0).then_some(Date(days as i32))
}

/// An instant out of a column.
pub fn instant(ms: i64) -> Option<Timestamp> {
    (ms != 0).then_some(Timestamp(ms))
}

pub fn device_id(id: i32) -> Result<DeviceId, StoreError> {
    u32::try_from(id)
        .map(DeviceId)
        .map_err(|_| StoreError::invalid_data(format!("a device numbered {id}")))
}

/// A selection out of [`Pool::listed_ids`](super::pool::Pool::listed_ids).
pub fn selection_of(ids: &str) -> Result<Selection, StoreError> {
    let id = |id: &str| match id.parse() {
        Ok(id) => Ok(DeviceId(id)),
        Err(_) => Err(StoreError::invalid_data(format!("a device numbered {id}"))),
    };
    let mut ids: Vec<DeviceId> = ids
        .split(',')
        .filter(|it| !it.is_empty())
        .map(id)
        .collect::<Result<_, _>>()?;
    ids.sort_unstable();
    Ok(ids.into_iter().collect())
}

/// A count out of a column.
pub fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
