//! `batchChangeStatus` on the wire: what is sent, and what is said of each device.

use serde::{Deserialize, Serialize};

use super::wire::clean;
use crate::domain::action::effect::Effect;
use crate::domain::job::answer::DeviceResult;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireBatch<'a> {
    device_ids: &'a [&'a str],
    change_chrome_os_device_status_action: &'static str,
    /// Google wants it for a deprovisioning, and refuses it for anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprovision_reason: Option<&'static str>,
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
    /// `None` if the effect is no change of status.
    pub fn new(device_ids: &'a [&'a str], effect: &Effect) -> Option<Self> {
        let (action, reason) = match effect {
            Effect::Deprovision(reason) => (
                "CHANGE_CHROME_OS_DEVICE_STATUS_ACTION_DEPROVISION",
                Some(reason.api_value()),
            ),
            Effect::Disable => ("CHANGE_CHROME_OS_DEVICE_STATUS_ACTION_DISABLE", None),
            Effect::Reenable => ("CHANGE_CHROME_OS_DEVICE_STATUS_ACTION_REENABLE", None),
            Effect::Powerwash
            | Effect::ClearProfiles
            | Effect::Move(_)
            | Effect::UpdateFields(_) => return None,
        };
        Some(Self {
            device_ids,
            change_chrome_os_device_status_action: action,
            deprovision_reason: reason,
        })
    }
}

impl WireResults {
    /// What is said of each device. Of those of which nothing clear is said, nothing.
    pub fn into_verdicts(self) -> Vec<(String, DeviceResult)> {
        let results = self.change_chrome_os_device_status_results.into_iter();
        results
            .filter_map(|result| Some((result.device_id, verdict(result.error)?)))
            .collect()
    }
}

/// What google.rpc's codes say of one device; `None` where they leave open whether it
/// was done.
fn verdict(error: Option<WireStatus>) -> Option<DeviceResult> {
    const INVALID_ARGUMENT: i32 = 3;
    const NOT_FOUND: i32 = 5;
    const PERMISSION_DENIED: i32 = 7;
    const FAILED_PRECONDITION: i32 = 9;
    let Some(error) = error else {
        return Some(DeviceResult::Done);
    };
    match error.code {
        NOT_FOUND => Some(DeviceResult::Gone),
        INVALID_ARGUMENT | PERMISSION_DENIED => Some(DeviceResult::Refused(clean(error.message))),
        FAILED_PRECONDITION => Some(DeviceResult::NotAsExpected),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_fails_only_by_a_code_that_says_so() {
        let results = r#"{"changeChromeOsDeviceStatusResults":[
            {"deviceId":"a","response":{}}, {"deviceId":"b","error":{"code":9}},
            {"deviceId":"c","error":{"code":5}}, {"deviceId":"d","error":{"code":7,"message":"Not Authorized"}},
            {"deviceId":"e","error":{"code":13}}, {"deviceId":"f","error":{}}]}"#;
        let results: WireResults = serde_json::from_str(results).unwrap();
        let verdicts: Vec<(String, DeviceResult)> = results.into_verdicts();
        let expected = [
            ("a", DeviceResult::Done),
            ("b", DeviceResult::NotAsExpected),
            ("c", DeviceResult::Gone),
            ("d", DeviceResult::Refused("Not Authorized".to_owned())),
        ];
        assert_eq!(
            verdicts,
            expected.map(|(id, verdict)| (id.to_owned(), verdict))
        );
    }
}
