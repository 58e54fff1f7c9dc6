//! Whether a device is still as it was reviewed, told from what the directory shows of
//! it at the moment of Execute. The inventory may be a day old; this makes that
//! harmless.

use super::outcome::{Cause, Found, Outcome, outcome_of};
use crate::domain::action::effect::Effect;
use crate::domain::device::DirectoryDevice;
use crate::domain::eligibility::Rule;
use crate::domain::time::Timestamp;

/// A device as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    pub org_unit: String,
    /// When it was enrolled last, in milliseconds since 1970; 0 if never.
    pub enrolled: i64,
    /// When the plan was made.
    pub at: Timestamp,
    /// It had not synced for [`SILENT_DAYS`] days by then.
    pub silent: bool,
}

/// A device that has not synced for so many days may be lost: if it syncs again after
/// the review, it was found and is in use. A device on the bench syncs by itself every
/// few hours, which says nothing about its use.
pub const SILENT_DAYS: i64 = 14;

impl Reviewed {
    /// `synced` is the last sync at the review in milliseconds since 1970: 0 if it never
    /// synced, -1 if that is not known.
    pub fn new(org_unit: String, enrolled: i64, synced: i64, at: Timestamp) -> Self {
        Self {
            org_unit,
            enrolled,
            at,
            silent: 0 <= synced && synced < at.0 - SILENT_DAYS * 86_400_000,
        }
    }
}

/// What the directory shows of a device when it is checked again.
#[derive(Clone, Debug)]
pub struct LiveDevice {
    pub found: Found,
    pub last_sync: Option<Timestamp>,
}

impl From<&DirectoryDevice> for LiveDevice {
    fn from(device: &DirectoryDevice) -> Self {
        Self {
            found: Found::from(device),
            last_sync: device.last_sync,
        }
    }
}

/// How a device ends that is not as it was reviewed. `None` if it is.
pub fn recheck(effect: &Effect, reviewed: &Reviewed, live: Option<&LiveDevice>) -> Option<Outcome> {
    let Some(live) = live else {
        return Some(Outcome::Skipped(Rule::NotInDirectory));
    };
    match outcome_of(effect, reviewed.enrolled, Some(&live.found)) {
        // The effect can be carried out.
        Outcome::Failed(_) => {}
        outcome => return Some(outcome),
    }
    if live.found.org_unit != reviewed.org_unit {
        return Some(Outcome::Skipped(Rule::MovedSinceReview));
    }
    if let Effect::UpdateFields(changes) = effect
        && changes.notes_after(&live.found.fields.notes).is_none()
    {
        return Some(Outcome::Failed(Cause::NotesFull));
    }
    let is_found = reviewed.silent && live.last_sync.is_some_and(|sync| reviewed.at < sync);
    let is_spared = is_found && effect.kind().skips_devices_in_use();
    is_spared.then_some(Outcome::Skipped(Rule::UsedSinceReview))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::license::LicenseType;
    use crate::domain::action::reason::DeprovisionReason;
    use crate::domain::chrome_os::{ExtendedUpdates, OsType};
    use crate::domain::job::SuccessKind;
    use crate::domain::status::DeviceStatus;

    const DEPROVISION: Effect = Effect::Deprovision(DeprovisionReason::RetiringDevice);

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
            license: LicenseType::Unspecified,
            last_sync: Some(Timestamp(90)),
            first_enrolled: None,
            last_enrolled: Some(Timestamp(50)),
            auto_update: None,
            deprovision_reason: String::new(),
            deprovisioned_at: None,
            os_type: OsType::Unknown,
            extended: ExtendedUpdates::default(),
        }
    }

    #[test]
    fn only_a_device_that_is_as_it_was_reviewed_is_sent() {
        let reviewed = Reviewed {
            org_unit: "/School".to_owned(),
            enrolled: 50,
            at: Timestamp(100),
            silent: true,
        };
        let checked = |change: fn(&mut DirectoryDevice)| {
            let mut device = device();
            change(&mut device);
            recheck(&DEPROVISION, &reviewed, Some(&LiveDevice::from(&device)))
        };
        let skipped = |rule| Some(Outcome::Skipped(rule));
        assert_eq!(checked(|_| {}), None);
        assert_eq!(checked(|it| it.status = DeviceStatus::Disabled), None);
        assert_eq!(
            checked(|it| it.status = DeviceStatus::Deprovisioned),
            Some(Outcome::Succeeded(SuccessKind::Already))
        );
        assert_eq!(
            checked(|it| it.last_enrolled = Some(Timestamp(99))),
            skipped(Rule::ChangedSinceReview)
        );
        assert_eq!(
            checked(|it| it.org_unit = "/School/Lab".to_owned()),
            skipped(Rule::MovedSinceReview)
        );
        assert_eq!(
            checked(|it| it.last_sync = Some(Timestamp(101))),
            skipped(Rule::UsedSinceReview)
        );
        assert_eq!(
            checked(|it| it.status = DeviceStatus::Inactive),
            skipped(Rule::UnprovenStatus)
        );
        assert_eq!(
            recheck(&DEPROVISION, &reviewed, None),
            skipped(Rule::NotInDirectory)
        );
    }

    #[test]
    fn only_a_device_that_was_silent_for_long_is_held_back_for_a_sync() {
        let day = 86_400_000;
        let at = Timestamp(1000 * day);
        let mut live = device();
        live.last_sync = Some(Timestamp(at.0 + 1));
        let recheck = |effect: &Effect, synced: i64| {
            let reviewed = Reviewed::new("/School".to_owned(), 50, synced, at);
            recheck(effect, &reviewed, Some(&LiveDevice::from(&live)))
        };
        let checked = |synced| recheck(&DEPROVISION, synced);
        let held_back = Some(Outcome::Skipped(Rule::UsedSinceReview));
        assert_eq!(checked(at.0 - day), None, "it is on the bench");
        assert_eq!(checked(at.0 - SILENT_DAYS * day), None);
        assert_eq!(checked(at.0 - SILENT_DAYS * day - 1), held_back);
        assert_eq!(checked(0), held_back, "it had never synced");
        assert_eq!(checked(-1), None, "not known");
        assert_eq!(recheck(&Effect::Disable, 0), None, "it was lost");
    }
}
