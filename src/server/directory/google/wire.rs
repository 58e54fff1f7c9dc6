//! Google's JSON, and what of it becomes ours. Fields that are not there have no
//! value; words that nobody has heard of are kept.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::domain::call::Verdict;
use crate::domain::device::DirectoryDevice;
use crate::domain::identifier;
use crate::domain::license::LicenseType;
use crate::domain::reason::DeprovisionReason;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, Timestamp};

/// The parts of a device that are asked for: those below.
pub const FIELDS: &str = "deviceId,serialNumber,annotatedAssetId,status,orgUnitPath,model,\
    annotatedUser,annotatedLocation,notes,osVersion,deviceLicenseType,lastSync,\
    firstEnrollmentTime,lastEnrollmentTime,autoUpdateThrough,autoUpdateExpiration,\
    deprovisionReason,lastDeprovisionTimestamp";

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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireBatch<'a> {
    device_ids: &'a [&'a str],
    change_chrome_os_device_status_action: &'static str,
    deprovision_reason: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireResults {
    change_chrome_os_device_status_results: Vec<WireResult>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireResult {
    device_id: String,
    error: Option<WireStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireStatus {
    code: i32,
    message: Option<String>,
}

impl<'a> WireBatch<'a> {
    pub fn deprovision(device_ids: &'a [&'a str], reason: DeprovisionReason) -> Self {
        Self {
            device_ids,
            change_chrome_os_device_status_action: "CHANGE_CHROME_OS_DEVICE_STATUS_ACTION_DEPROVISION",
            deprovision_reason: reason.api_value(),
        }
    }
}

impl WireResults {
    /// What is said of each device. Of those of which nothing clear is said, nothing.
    pub fn into_verdicts(self) -> Vec<(String, Verdict)> {
        let results = self.change_chrome_os_device_status_results.into_iter();
        results
            .filter_map(|result| Some((result.device_id, verdict(result.error)?)))
            .collect()
    }
}

/// What google.rpc's codes say of one device; `None` where they leave open whether it
/// was done.
fn verdict(error: Option<WireStatus>) -> Option<Verdict> {
    const INVALID_ARGUMENT: i32 = 3;
    const NOT_FOUND: i32 = 5;
    const PERMISSION_DENIED: i32 = 7;
    const FAILED_PRECONDITION: i32 = 9;
    let Some(error) = error else {
        return Some(Verdict::Done);
    };
    match error.code {
        NOT_FOUND => Some(Verdict::Gone),
        INVALID_ARGUMENT | PERMISSION_DENIED => Some(Verdict::Refused(clean(error.message))),
        FAILED_PRECONDITION => Some(Verdict::NotAsExpected),
        _ => None,
    }
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
        };
        Some(ReadDevice { device, unclear })
    }
}

/// A value without blanks around it: filters compare values as a whole.
fn clean(text: impl Into<Option<String>>) -> String {
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

    #[test]
    fn a_device_fails_only_by_a_code_that_says_so() {
        let results = r#"{"changeChromeOsDeviceStatusResults":[
            {"deviceId":"a","response":{}}, {"deviceId":"b","error":{"code":9}},
            {"deviceId":"c","error":{"code":5}}, {"deviceId":"d","error":{"code":7,"message":"Not Authorized"}},
            {"deviceId":"e","error":{"code":13}}, {"deviceId":"f","error":{}}]}"#;
        let results: WireResults = serde_json::from_str(results).unwrap();
        let verdicts: Vec<(String, Verdict)> = results.into_verdicts();
        let expected = [
            ("a", Verdict::Done),
            ("b", Verdict::NotAsExpected),
            ("c", Verdict::Gone),
            ("d", Verdict::Refused("Not Authorized".to_owned())),
        ];
        assert_eq!(
            verdicts,
            expected.map(|(id, verdict)| (id.to_owned(), verdict))
        );
    }
}
