//! Whether a device is still as it was reviewed, told from what the directory shows of
//! it at the moment of Execute. The inventory may be a day old; this makes that
//! harmless.

use super::device::DirectoryDevice;
use super::eligibility::Rule;
use super::settlement::{Found, Settlement, settle};
use super::time::Timestamp;

/// A device as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    pub org_unit: String,
    /// When it was enrolled last, in milliseconds since 1970; 0 if never.
    pub enrolled: i64,
    /// When the plan was made.
    pub at: Timestamp,
}

/// How a device ends that is not as it was reviewed. `None` if it is.
pub fn recheck(reviewed: &Reviewed, live: Option<&DirectoryDevice>) -> Option<Settlement> {
    let Some(live) = live else {
        return Some(Settlement::Skipped(Rule::NotInDirectory));
    };
    match settle(reviewed.enrolled, Some(&Found::from(live))) {
        // It can be deprovisioned.
        Settlement::Failed(_) => {}
        settlement => return Some(settlement),
    }
    if live.org_unit != reviewed.org_unit {
        return Some(Settlement::Skipped(Rule::MovedSinceReview));
    }
    if live.last_sync.is_some_and(|sync| reviewed.at < sync) {
        return Some(Settlement::Skipped(Rule::UsedSinceReview));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::How;
    use crate::domain::licence::LicenceType;
    use crate::domain::status::DeviceStatus;

    fn device() -> DirectoryDevice {
        DirectoryDevice {
            device_id: "d".to_owned(),
            serial: "S".to_owned(),
            asset_id: String::new(),
            status: DeviceStatus::Active,
            org_unit: "/School".to_owned(),
            model: String::new(),
            user: String::new(),
            location: String::new(),
            notes: String::new(),
            os_version: String::new(),
            licence: LicenceType::Unspecified,
            last_sync: Some(Timestamp(90)),
            first_enrolled: None,
            last_enrolled: Some(Timestamp(50)),
            auto_update: None,
            deprovision_reason: String::new(),
            deprovisioned_at: None,
        }
    }

    #[test]
    fn only_a_device_that_is_as_it_was_reviewed_is_sent() {
        let reviewed = Reviewed {
            org_unit: "/School".to_owned(),
            enrolled: 50,
            at: Timestamp(100),
        };
        let told = |change: fn(&mut DirectoryDevice)| {
            let mut device = device();
            change(&mut device);
            recheck(&reviewed, Some(&device))
        };
        let skipped = |rule| Some(Settlement::Skipped(rule));
        assert_eq!(told(|_| {}), None);
        assert_eq!(told(|it| it.status = DeviceStatus::Disabled), None);
        assert_eq!(
            told(|it| it.status = DeviceStatus::Deprovisioned),
            Some(Settlement::Succeeded(How::Already))
        );
        assert_eq!(
            told(|it| it.last_enrolled = Some(Timestamp(99))),
            skipped(Rule::ChangedSinceReview)
        );
        assert_eq!(
            told(|it| it.org_unit = "/School/Lab".to_owned()),
            skipped(Rule::MovedSinceReview)
        );
        assert_eq!(
            told(|it| it.last_sync = Some(Timestamp(101))),
            skipped(Rule::UsedSinceReview)
        );
        assert_eq!(
            told(|it| it.status = DeviceStatus::Inactive),
            skipped(Rule::UnprovenStatus)
        );
        assert_eq!(recheck(&reviewed, None), skipped(Rule::NotInDirectory));
    }
}
