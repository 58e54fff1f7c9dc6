//! The devices, and which change each state of theirs allows.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::action::effect::EffectKind;
use crate::domain::device::DirectoryDevice;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// What can be done to a device's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// For a reason, in the API's words.
    Deprovision(String),
    Disable,
    Reenable,
}

/// Why one device of a batch is refused: a code of google.rpc, and its message.
pub type Refusal = (i32, &'static str);

pub const NO_TRANSITION: Refusal = (9, "Illegal device state transition.");
pub const NO_SUCH_DEVICE: Refusal = (5, "Device not found.");
pub const OUT_OF_REACH: Refusal = (7, "Not authorized to manage this device.");

#[derive(Clone, Debug)]
struct Kept {
    device: DirectoryDevice,
    version: u64,
    /// What readers are shown until then.
    before: Option<(Timestamp, Box<DirectoryDevice>)>,
}

#[derive(Debug)]
pub struct Fleet {
    devices: BTreeMap<String, Kept>,
    org_units: BTreeSet<String>,
}

impl Fleet {
    pub fn new(devices: impl IntoIterator<Item = DirectoryDevice>) -> Self {
        let mut fleet = Self {
            devices: BTreeMap::new(),
            org_units: BTreeSet::from(["/".to_owned()]),
        };
        for device in devices {
            fleet.put(device);
        }
        fleet
    }

    /// Every org unit's path, the root first.
    pub fn org_units(&self) -> &BTreeSet<String> {
        &self.org_units
    }

    /// A device as readers see it, and its version.
    pub fn shown(&self, device_id: &str, now: Timestamp) -> Option<(&DirectoryDevice, u64)> {
        Some(self.devices.get(device_id)?.shown(now))
    }

    /// All devices as readers see them, in the order of their ids.
    pub fn all(&self, now: Timestamp) -> impl Iterator<Item = &DirectoryDevice> {
        self.devices.values().map(move |kept| kept.shown(now).0)
    }

    pub fn truth(&self, device_id: &str) -> Option<&DirectoryDevice> {
        Some(&self.devices.get(device_id)?.device)
    }

    pub fn put(&mut self, device: DirectoryDevice) {
        let mut path = device.org_unit.as_str();
        while !path.is_empty() && self.org_units.insert(path.to_owned()) {
            path = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        let kept = Kept {
            version: 1,
            before: None,
            device,
        };
        self.devices.insert(kept.device.device_id.clone(), kept);
    }

    pub fn remove(&mut self, device_id: &str) -> bool {
        self.devices.remove(device_id).is_some()
    }

    /// Changes a device, seen at once. Returns whether there is one.
    pub fn alter(&mut self, device_id: &str, change: impl FnOnce(&mut DirectoryDevice)) -> bool {
        let Some(kept) = self.devices.get_mut(device_id) else {
            return false;
        };
        change(&mut kept.device);
        kept.version += 1;
        kept.before = None;
        let moved = kept.device.clone();
        let version = kept.version;
        // An org unit that was not there before is there now.
        self.put(moved);
        if let Some(kept) = self.devices.get_mut(device_id) {
            kept.version = version;
        }
        true
    }

    /// Changes a device's status; readers see it from `seen_at` on.
    ///
    /// # Errors
    /// It is not there, or its status forbids it.
    pub fn change_status(
        &mut self,
        device_id: &str,
        action: &Action,
        now: Timestamp,
        seen_at: Timestamp,
    ) -> Result<(), Refusal> {
        let kept = self.devices.get_mut(device_id).ok_or(NO_SUCH_DEVICE)?;
        let status = &kept.device.status;
        let may = match action {
            Action::Deprovision(_) => EffectKind::Deprovision.check(status).is_ok(),
            Action::Disable => *status == DeviceStatus::Active,
            Action::Reenable => *status == DeviceStatus::Disabled,
        };
        if !may {
            return Err(NO_TRANSITION);
        }
        if now < seen_at {
            kept.before = Some((seen_at, Box::new(kept.device.clone())));
        }
        kept.version += 1;
        match action {
            Action::Deprovision(reason) => {
                kept.device.status = DeviceStatus::Deprovisioned;
                kept.device.deprovision_reason.clone_from(reason);
                kept.device.deprovisioned_at = Some(now);
            }
            Action::Disable => kept.device.status = DeviceStatus::Disabled,
            Action::Reenable => kept.device.status = DeviceStatus::Active,
        }
        Ok(())
    }
}

impl Kept {
    fn shown(&self, now: Timestamp) -> (&DirectoryDevice, u64) {
        match &self.before {
            Some((until, before)) if now < *until => (before, self.version - 1),
            _ => (&self.device, self.version),
        }
    }
}

/// Whether a path is this org unit or below it.
pub fn is_within(path: &str, org_unit: &str) -> bool {
    org_unit == "/"
        || path
            .strip_prefix(org_unit)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What wiping a device and enrolling it again by hand does to it.
pub fn enroll_again(device: &mut DirectoryDevice, now: Timestamp) {
    device.status = DeviceStatus::Active;
    device.last_enrolled = Some(now);
    device.last_sync = Some(now);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(status: DeviceStatus) -> (Fleet, String) {
        let mut device = crate::server::demo::fleet(1, Timestamp(0).date())
            .next()
            .unwrap();
        device.status = status;
        let id = device.device_id.clone();
        (Fleet::new([device]), id)
    }

    #[test]
    fn a_status_changes_as_google_lets_it() {
        let deprovision = || Action::Deprovision("DEPROVISION_REASON_RETIRING_DEVICE".to_owned());
        let now = Timestamp(7);
        for (status, deprovisions, disables, reenables) in [
            (DeviceStatus::Active, true, true, false),
            (DeviceStatus::Disabled, true, false, true),
            (DeviceStatus::Deprovisioned, false, false, false),
            (DeviceStatus::PreProvisioned, false, false, false),
            (DeviceStatus::Delinquent, true, false, false),
            (DeviceStatus::Unknown, false, false, false),
        ] {
            let may = |action: Action| {
                let (mut fleet, id) = fleet(status.clone());
                fleet.change_status(&id, &action, now, now).is_ok()
            };
            let may = (
                may(deprovision()),
                may(Action::Disable),
                may(Action::Reenable),
            );
            assert_eq!(may, (deprovisions, disables, reenables), "{status}");
        }
    }

    #[test]
    fn a_change_can_be_seen_late() {
        let (mut fleet, id) = fleet(DeviceStatus::Active);
        let change = fleet.change_status(&id, &Action::Disable, Timestamp(5), Timestamp(9));
        assert_eq!(change, Ok(()));
        let status = |now| &fleet.shown(&id, Timestamp(now)).unwrap().0.status;
        assert_eq!(*status(8), DeviceStatus::Active);
        assert_eq!(*status(9), DeviceStatus::Disabled);
        assert_eq!(fleet.truth(&id).unwrap().status, DeviceStatus::Disabled);
    }

    #[test]
    fn an_org_unit_is_known_with_all_above_it() {
        let (mut fleet, id) = fleet(DeviceStatus::Active);
        fleet.alter(&id, |device| device.org_unit = "/A/B/C".to_owned());
        for path in ["/", "/A", "/A/B", "/A/B/C"] {
            assert!(fleet.org_units().contains(path), "{path}");
        }
        assert!(is_within("/A/B", "/A") && !is_within("/AB", "/A") && is_within("/A", "/"));
    }
}
