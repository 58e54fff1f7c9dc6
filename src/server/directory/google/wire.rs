//! Google's JSON, and what of it becomes ours. Fields that are not there have no
//! value; words that nobody has heard of are kept.

use serde::{Deserialize, Serialize};

use crate::domain::call::Verdict;
use crate::domain::device::DirectoryDevice;
use crate::domain::licence::LicenceType;
use crate::domain::powerwash::Command;
use crate::domain::reason::DeprovisionReason;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, Timestamp};

/// The parts of a device that are asked for: those below.
pub const FIELDS: &str = "deviceId,serialNumber,annotatedAssetId,status,orgUnitPath,model,\
    annotatedUser,annotatedLocation,notes,osVersion,deviceLicenseType,lastSync,\
    firstEnrollmentTime,lastEnrollmentTime,autoUpdateThrough,autoUpdateExpiration,\
    deprovisionReason,lastDeprovisionTimestamp";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireDevice {
    device_id: Option<String>,
    serial_number: Option<String>,
    annotated_asset_id: Option<String>,
    status: Option<String>,
    org_unit_path: Option<String>,
    model: Option<String>,
    annotated_user: Option<String>,
    annotated_location: Option<String>,
    notes: Option<String>,
    os_version: Option<String>,
    device_license_type: Option<String>,
    last_sync: Option<String>,
    first_enrollment_time: Option<String>,
    last_enrollment_time: Option<String>,
    auto_update_through: Option<String>,
    auto_update_expiration: Option<String>,
    deprovision_reason: Option<String>,
    last_deprovision_timestamp: Option<String>,
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
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireOrder {
    command_type: &'static str,
}

/// Erases all of a device.
pub const POWERWASH: WireOrder = WireOrder {
    command_type: "REMOTE_POWERWASH",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireTaken {
    /// An int64, which JSON has as text.
    pub command_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireCommand {
    state: String,
    command_result: WireCommandResult,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireCommandResult {
    result: String,
    error_message: String,
}

impl From<WireCommand> for Command {
    /// A word that nobody has heard of leaves it open.
    fn from(wire: WireCommand) -> Self {
        let result = wire.command_result;
        match (wire.state.as_str(), result.result.as_str()) {
            ("EXPIRED", _) => {
                Self::Failed("The device was not online in time: the order has lapsed.".to_owned())
            }
            ("CANCELLED", _) => Self::Failed("The order was cancelled.".to_owned()),
            ("EXECUTED_BY_CLIENT", "SUCCESS") => Self::Done,
            ("EXECUTED_BY_CLIENT", "FAILURE" | "IGNORED") => {
                let told = result.error_message.trim_end_matches('.').to_owned();
                let told = if told.is_empty() { "no reason" } else { &told };
                Self::Failed(format!("The device did not erase itself: {told}."))
            }
            _ => Self::UnderWay,
        }
    }
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
    match error.map(|error| error.code) {
        None => Some(Verdict::Done),
        Some(NOT_FOUND) => Some(Verdict::Gone),
        Some(INVALID_ARGUMENT | PERMISSION_DENIED) => Some(Verdict::Refused),
        Some(FAILED_PRECONDITION) => Some(Verdict::NotAsExpected),
        Some(_) => None,
    }
}

/// A device that cannot be understood: what of it.
pub type NoDevice = &'static str;

impl TryFrom<WireDevice> for DirectoryDevice {
    type Error = NoDevice;

    fn try_from(wire: WireDevice) -> Result<Self, NoDevice> {
        let device_id = wire.device_id.filter(|id| !id.is_empty());
        Ok(Self {
            device_id: device_id.ok_or("its id")?,
            serial: wire.serial_number.unwrap_or_default(),
            asset_id: wire.annotated_asset_id.unwrap_or_default(),
            status: DeviceStatus::from(wire.status.ok_or("its status")?),
            org_unit: wire.org_unit_path.unwrap_or_default(),
            model: wire.model.unwrap_or_default(),
            user: wire.annotated_user.unwrap_or_default(),
            location: wire.annotated_location.unwrap_or_default(),
            notes: wire.notes.unwrap_or_default(),
            os_version: wire.os_version.unwrap_or_default(),
            licence: LicenceType::from(wire.device_license_type.unwrap_or_default()),
            last_sync: instant(wire.last_sync).ok_or("its last sync")?,
            first_enrolled: instant(wire.first_enrollment_time).ok_or("its first enrolment")?,
            // Whether a device was enrolled again is told by this.
            last_enrolled: instant(wire.last_enrollment_time).ok_or("its last enrolment")?,
            auto_update: last_update(wire.auto_update_through, wire.auto_update_expiration),
            deprovision_reason: wire.deprovision_reason.unwrap_or_default(),
            deprovisioned_at: instant(wire.last_deprovision_timestamp)
                .ok_or("when it was deprovisioned")?,
        })
    }
}

/// An instant, or that there is none; `None` if it cannot be read.
fn instant(text: Option<String>) -> Option<Option<Timestamp>> {
    match text.filter(|text| !text.is_empty()) {
        None => Some(None),
        Some(text) => text.parse().ok().map(Some),
    }
}

/// The last day with updates: as a date, or by the older field as milliseconds.
fn last_update(through: Option<String>, expiration: Option<String>) -> Option<Date> {
    let by_date = through.and_then(|text| text.parse::<Timestamp>().ok());
    let by_number = || Some(Timestamp(expiration?.parse().ok()?));
    by_date.or_else(by_number).map(Timestamp::date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(json: &str) -> Result<DirectoryDevice, NoDevice> {
        serde_json::from_str::<WireDevice>(json).unwrap().try_into()
    }

    #[test]
    fn a_device_on_the_wire_is_the_device_it_was() {
        use crate::server::demo;
        use crate::server::simulator::wire::{Projection, device};
        for original in demo::fleet(500, Date(20_780)) {
            let json = device(&original, 1, Projection::Full);
            let wire: WireDevice = serde_json::from_value(json).unwrap();
            assert_eq!(DirectoryDevice::try_from(wire), Ok(original));
        }
    }

    #[test]
    fn what_is_left_out_has_no_value_and_a_new_status_is_kept() {
        let device = device(r#"{"deviceId":"d","status":"QUARANTINED","notes":null}"#).unwrap();
        assert_eq!(device.status, DeviceStatus::Other("QUARANTINED".to_owned()));
        assert_eq!((device.last_enrolled, device.auto_update), (None, None));
        assert!(device.serial.is_empty() && device.notes.is_empty());
    }

    #[test]
    fn what_decides_over_a_device_is_never_guessed() {
        assert_eq!(device(r#"{"status":"ACTIVE"}"#), Err("its id"));
        assert_eq!(device(r#"{"deviceId":"d"}"#), Err("its status"));
        let enrolled = r#"{"deviceId":"d","status":"ACTIVE","lastEnrollmentTime":"soon"}"#;
        assert_eq!(device(enrolled), Err("its last enrolment"));
    }

    #[test]
    fn an_order_has_come_to_what_the_device_says() {
        let command = |state: &str, result: &str| {
            let json = serde_json::json!({ "state": state, "commandResult": { "result": result } });
            Command::from(serde_json::from_value::<WireCommand>(json).unwrap())
        };
        assert_eq!(command("EXECUTED_BY_CLIENT", "SUCCESS"), Command::Done);
        for under_way in ["PENDING", "SENT_TO_CLIENT", "ACKED_BY_CLIENT", "NEWS"] {
            assert_eq!(command(under_way, ""), Command::UnderWay);
        }
        let pending: WireCommand = serde_json::from_str(r#"{"state":"PENDING"}"#).unwrap();
        assert_eq!(Command::from(pending), Command::UnderWay);
        for failed in [
            ("EXPIRED", ""),
            ("CANCELLED", ""),
            ("EXECUTED_BY_CLIENT", "FAILURE"),
        ] {
            assert!(matches!(command(failed.0, failed.1), Command::Failed(_)));
        }
    }

    #[test]
    fn a_device_fails_only_by_a_code_that_says_so() {
        let results = r#"{"changeChromeOsDeviceStatusResults":[
            {"deviceId":"a","response":{}}, {"deviceId":"b","error":{"code":9}},
            {"deviceId":"c","error":{"code":5}}, {"deviceId":"d","error":{"code":7}},
            {"deviceId":"e","error":{"code":13}}, {"deviceId":"f","error":{}}]}"#;
        let results: WireResults = serde_json::from_str(results).unwrap();
        let verdicts: Vec<(String, Verdict)> = results.into_verdicts();
        let expected = [
            ("a", Verdict::Done),
            ("b", Verdict::NotAsExpected),
            ("c", Verdict::Gone),
            ("d", Verdict::Refused),
        ];
        assert_eq!(
            verdicts,
            expected.map(|(id, verdict)| (id.to_owned(), verdict))
        );
    }
}
