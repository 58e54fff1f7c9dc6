//! Google's JSON, and what of it becomes ours. Fields that are not there have no
//! value; words that nobody has heard of are kept.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::domain::action::license::LicenseType;
use crate::domain::chrome_os::{ExtendedUpdates, OsType, flag};
use crate::domain::device::DirectoryDevice;
use crate::domain::identifier;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, Timestamp};

/// The parts of a device that are asked for: those below.
pub const FIELDS: &str = "deviceId,serialNumber,annotatedAssetId,status,orgUnitPath,model,\
    annotatedUser,annotatedLocation,notes,osVersion,deviceLicenseType,lastSync,\
    firstEnrollmentTime,lastEnrollmentTime,autoUpdateThrough,autoUpdateExpiration,\
    deprovisionReason,lastDeprovisionTimestamp,chromeOsType,extendedSupportEligible,\
    extendedSupportEnabled,extendedSupportStart";

/// A text, or another value in its place: one field of another kind must not make the
/// whole answer unreadable.
#[derive(Debug, Default)]
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }))
    }
}

impl From<Text> for Option<String> {
    fn from(text: Text) -> Self {
        text.0
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireDevice {
    device_id: Text,
    serial_number: Text,
    annotated_asset_id: Text,
    status: Text,
    org_unit_path: Text,
    model: Text,
    annotated_user: Text,
    annotated_location: Text,
    notes: Text,
    os_version: Text,
    device_license_type: Text,
    last_sync: Text,
    first_enrollment_time: Text,
    last_enrollment_time: Text,
    auto_update_through: Text,
    auto_update_expiration: Text,
    deprovision_reason: Text,
    last_deprovision_timestamp: Text,
    chrome_os_type: Text,
    extended_support_eligible: Text,
    extended_support_enabled: Text,
    extended_support_start: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WirePage {
    pub chromeosdevices: Vec<WireDevice>,
    pub next_page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct WireCount {
    /// An int64, which JSON has as text.
    pub count: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireOrgUnits {
    pub organization_units: Vec<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireOrgUnitPaths {
    pub organization_units: Vec<WireOrgUnitPath>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireOrgUnitPath {
    pub org_unit_path: String,
}

/// A device as far as the answer can be read.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadDevice {
    pub device: DirectoryDevice,
    /// The field that could not be read: its value in `device` is unknown or never.
    pub unclear: Option<&'static str>,
}

impl WireDevice {
    /// Reads what can be read. `None` if the device has no id.
    pub fn read(self) -> Option<ReadDevice> {
        let mut unclear = None;
        let device_id = self.device_id.0.filter(|id| !id.trim().is_empty())?;
        let status = match clean(self.status) {
            status if status.is_empty() => {
                unclear = Some("its status");
                DeviceStatus::Unknown
            }
            status => DeviceStatus::from(status),
        };
        let mut instant = |text: Text, what: &'static str| match clean(text) {
            text if text.is_empty() => None,
            text => {
                let at = text.parse::<Timestamp>().ok();
                unclear = unclear.or(at.is_none().then_some(what));
                at
            }
        };
        let device = DirectoryDevice {
            device_id,
            serial: identifier(self.serial_number),
            asset_id: identifier(self.annotated_asset_id),
            status,
            org_unit: clean(self.org_unit_path),
            model: clean(self.model),
            user: self.annotated_user.0.unwrap_or_default(),
            location: self.annotated_location.0.unwrap_or_default(),
            notes: self.notes.0.unwrap_or_default(),
            os_version: clean(self.os_version),
            license: LicenseType::from(clean(self.device_license_type)),
            last_sync: instant(self.last_sync, "its last sync"),
            first_enrolled: instant(self.first_enrollment_time, "its first enrollment"),
            // Whether a device was enrolled again is told by this.
            last_enrolled: instant(self.last_enrollment_time, "its last enrollment"),
            auto_update: last_update(self.auto_update_through.0, self.auto_update_expiration.0),
            deprovision_reason: clean(self.deprovision_reason),
            deprovisioned_at: instant(self.last_deprovision_timestamp, "when it was deprovisioned"),
            os_type: OsType::from(clean(self.chrome_os_type)),
            extended: ExtendedUpdates {
                eligible: flag(&clean(self.extended_support_eligible)),
                enabled: flag(&clean(self.extended_support_enabled)),
                start: last_update(self.extended_support_start.0, None),
            },
        };
        Some(ReadDevice { device, unclear })
    }
}

/// A value without blanks around it: filters compare values as a whole.
pub(super) fn clean(text: impl Into<Option<String>>) -> String {
    let text = text.into().unwrap_or_default();
    match text.trim() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

/// An identifier as it is compared everywhere.
fn identifier(text: Text) -> String {
    identifier::clean(&text.0.unwrap_or_default()).into_owned()
}

/// The last day with updates: as a date, or by the older field as milliseconds.
fn last_update(through: Option<String>, expiration: Option<String>) -> Option<Date> {
    // The days that a date with four digits of a year can have.
    const YEARS: std::ops::Range<i64> = -62_167_219_200_000..253_402_300_800_000;
    let by_date = through.and_then(|text| text.parse::<Timestamp>().ok());
    let by_number = || {
        let millis: i64 = expiration?.trim().parse().ok()?;
        YEARS.contains(&millis).then_some(Timestamp(millis))
    };
    by_date.or_else(by_number).map(Timestamp::date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(json: &str) -> Option<ReadDevice> {
        serde_json::from_str::<WireDevice>(json).unwrap().read()
    }

    #[test]
    fn a_device_on_the_wire_is_the_device_it_was() {
        use crate::server::demo;
        use crate::server::simulator::wire::{Projection, device};
        for original in demo::fleet(500, Date(20_780)) {
            let json = device(&original, 1, Projection::Full);
            let wire: WireDevice = serde_json::from_value(json).unwrap();
            let read = wire.read().unwrap();
            assert_eq!((read.device, read.unclear), (original, None));
        }
    }

    #[test]
    fn every_field_is_asked_for_and_read_by_its_name_in_the_table() {
        use crate::domain::field::{EXPORTED, Field};
        use crate::server::csv_out::device_record;
        for (at, field) in EXPORTED.into_iter().enumerate() {
            let name = field.names().wire;
            assert!(FIELDS.split(',').any(|asked| asked == name), "{name}");
            let value = match field {
                Field::Status => "DISABLED",
                Field::License => "enterprise",
                Field::AutoUpdate | Field::ExtendedStart => "2031-06-01",
                Field::OsType => "chromeOsFlex",
                Field::ExtendedEligible | Field::ExtendedEnabled => "true",
                Field::LastSync
                | Field::FirstEnrolled
                | Field::LastEnrolled
                | Field::DeprovisionedAt => "2026-11-23T10:42:07Z",
                _ => "text",
            };
            let mut json = serde_json::json!({ "deviceId": "d", "status": "ACTIVE" });
            json[name] = value.into();
            let wire: WireDevice = serde_json::from_value(json).unwrap();
            let device = wire.read().unwrap().device;
            assert_eq!(device_record(&device)[at], value, "{name}");
        }
    }

    #[test]
    fn what_is_left_out_has_no_value_and_a_new_status_is_kept() {
        let device = device(r#"{"deviceId":"d","status":"QUARANTINED","notes":null}"#);
        let ReadDevice { device, unclear } = device.unwrap();
        assert_eq!(unclear, None);
        assert_eq!(device.status, DeviceStatus::Other("QUARANTINED".to_owned()));
        assert_eq!((device.last_enrolled, device.auto_update), (None, None));
        assert!(device.serial.is_empty() && device.notes.is_empty());
    }

    #[test]
    fn a_value_that_cannot_be_read_is_unknown_or_never_and_the_rest_is_taken() {
        assert_eq!(device(r#"{"status":"ACTIVE"}"#), None);
        let unclear = |json| device(json).unwrap();
        let read = unclear(r#"{"deviceId":"d","serialNumber":"S"}"#);
        assert_eq!(read.unclear, Some("its status"));
        assert_eq!(read.device.status, DeviceStatus::Unknown);
        assert_eq!(read.device.serial, "S");
        let read = unclear(r#"{"deviceId":"d","status":"ACTIVE","lastEnrollmentTime":"soon"}"#);
        assert_eq!(read.unclear, Some("its last enrollment"));
        assert_eq!(read.device.last_enrolled, None);
        assert_eq!(read.device.status, DeviceStatus::Active);
        let read = unclear(r#"{"deviceId":"d","status":"ACTIVE","lastSync":17,"notes":5}"#);
        assert_eq!(read.unclear, Some("its last sync"));
        assert_eq!(read.device.notes, "5");
    }

    #[test]
    fn blanks_around_a_value_are_left_out() {
        let json = r#"{"deviceId":"d","status":" ACTIVE ","serialNumber":" S1\t",
            "model":"M 1 ","orgUnitPath":" /A B"}"#;
        let device = device(json).unwrap().device;
        let values = [device.serial, device.model, device.org_unit];
        assert_eq!(values, ["S1", "M 1", "/A B"]);
        assert_eq!(device.status, DeviceStatus::Active);
    }

    #[test]
    fn what_is_not_told_of_the_system_is_unknown_and_never_no() {
        let parsed = |json| device(json).unwrap().device;
        let silent = parsed(r#"{"deviceId":"d","chromeOsType":"chromeOsTypeUnspecified"}"#);
        assert_eq!(silent.os_type, OsType::Unknown);
        assert_eq!(silent.extended, ExtendedUpdates::default());
        let flex = r#"{"deviceId":"d","chromeOsType":"chromeOsFlex","extendedSupportEligible":true,
            "extendedSupportEnabled":false,"extendedSupportStart":"2027-06-01T00:00:00.000Z"}"#;
        let flex = parsed(flex);
        assert_eq!(flex.os_type, OsType::Flex);
        let parsed = (flex.extended.eligible, flex.extended.enabled);
        assert_eq!(parsed, (Some(true), Some(false)));
        assert_eq!(flex.extended.start.unwrap().to_string(), "2027-06-01");
    }

    #[test]
    fn identifiers_are_cleaned_as_in_an_import() {
        let json = r#"{"deviceId":"d","serialNumber":"\u200bS1\u00a0",
            "annotatedAssetId":"\u001f00\u000012"}"#;
        let device = device(json).unwrap().device;
        assert_eq!([device.serial, device.asset_id], ["S1", "0012"]);
    }

    #[test]
    fn a_last_day_beyond_all_dates_is_none() {
        let day = |millis: &str| last_update(None, Some(millis.to_owned()));
        assert_eq!(day("86400000"), Some(Date(1)));
        for bad in ["9223372036854775807", "-9223372036854775808", "1e30"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
