//! What every demonstration fleet holds.

use std::collections::{HashMap, HashSet};

use super::*;

/// 2026-11-23.
const TODAY: Date = Date(20_780);

#[test]
fn the_same_day_has_the_same_fleet_and_a_larger_one_begins_with_it() {
    let small: Vec<_> = fleet(500, TODAY).collect();
    let large: Vec<_> = fleet(2_000, TODAY).take(500).collect();
    assert_eq!(small, large);
}

#[test]
fn no_two_devices_share_an_id_or_a_serial() {
    let mut ids = HashSet::new();
    let mut serials = HashSet::new();
    for device in fleet(200_000, TODAY) {
        assert!(
            serials.insert(device.serial.clone()),
            "{} twice",
            device.serial
        );
        assert!(ids.insert(device.device_id));
    }
}

#[test]
fn ten_thousand_devices_hold_every_status_and_license_in_realistic_shares() {
    let mut statuses: HashMap<DeviceStatus, u32> = HashMap::new();
    let mut licenses: HashMap<LicenseType, u32> = HashMap::new();
    for device in fleet(10_000, TODAY) {
        *statuses.entry(device.status).or_default() += 1;
        *licenses.entry(device.license).or_default() += 1;
    }
    for status in DeviceStatus::KNOWN {
        assert!(statuses.contains_key(&status), "no {status}");
    }
    for license in LicenseType::ALL {
        assert!(licenses.contains_key(&license), "no {}", license.label());
    }
    assert!((8_300..8_900).contains(&statuses[&DeviceStatus::Active]));
    assert!((700..1_100).contains(&statuses[&DeviceStatus::Deprovisioned]));
}

#[test]
fn only_a_deprovisioned_device_has_a_reason_and_a_time_for_it() {
    for device in fleet(10_000, TODAY) {
        let deprovisioned = device.status == DeviceStatus::Deprovisioned;
        assert_eq!(!device.deprovision_reason.is_empty(), deprovisioned);
        assert_eq!(device.deprovisioned_at.is_some(), deprovisioned);
    }
}

#[test]
fn nothing_happened_after_today_or_in_an_impossible_order() {
    for device in fleet(20_000, TODAY) {
        let moments = [
            device.first_enrolled,
            device.last_enrolled,
            device.last_sync,
            device.deprovisioned_at,
            Some(TODAY.start()),
        ];
        let known: Vec<_> = moments.into_iter().flatten().collect();
        assert!(known.is_sorted(), "{device:?}");
    }
}

#[test]
fn some_devices_never_synced_and_some_not_for_a_year() {
    let synced: Vec<_> = fleet(10_000, TODAY)
        .filter(|device| device.status == DeviceStatus::Active)
        .map(|device| device.last_sync)
        .collect();
    let year_ago = TODAY.plus_days(-365).start();
    assert!(synced.iter().filter(|at| at.is_none()).count() > 50);
    assert!(synced.iter().flatten().filter(|at| **at < year_ago).count() > 100);
}

#[test]
fn the_fleet_holds_what_breaks_naive_tools() {
    let fleet: Vec<_> = fleet(10_000, TODAY).collect();
    let units: HashSet<_> = fleet
        .iter()
        .map(|device| device.org_unit.as_str())
        .collect();
    assert!(units.iter().all(|unit| unit.starts_with('/')));
    assert!((200..2_000).contains(&units.len()), "{}", units.len());
    for part in ["&", "+", "é", "日本語", "النور", "/Retired/"] {
        assert!(
            units.iter().any(|unit| unit.contains(part)),
            "no org unit with {part}"
        );
    }
    let notes: HashSet<_> = fleet.iter().map(|device| device.notes.as_str()).collect();
    assert!(notes.contains("=1+1"));
    assert!(notes.iter().any(|note| note.contains("</script>")));
    assert!(notes.iter().any(|note| note.chars().count() == 500));
    assert!(fleet.iter().any(|device| device.asset_id.starts_with('0')));
    assert!(fleet.iter().any(|device| device.asset_id.is_empty()));
}

#[test]
fn updates_end_on_the_last_day_of_a_month() {
    let model = models::MODELS
        .iter()
        .find(|model| model.name == "Dell Chromebook 3100");
    let last = model
        .and_then(Model::auto_update)
        .map(|day| day.to_string());
    assert_eq!(last.as_deref(), Some("2029-06-30"));
}
