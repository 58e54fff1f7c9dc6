//! Scans in their turn.

use proptest::prelude::*;

use super::*;
use crate::domain::action::license::LicenseType;
use crate::domain::device::DirectoryDevice;
use crate::domain::time::Timestamp;

fn device(id: u32, status: DeviceStatus) -> Device {
    Device {
        id: DeviceId(id),
        directory: DirectoryDevice {
            device_id: id.to_string(),
            serial: format!("SN{id}"),
            asset_id: String::new(),
            status,
            org_unit: "/".to_owned(),
            model: "HP".to_owned(),
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
            os_type: Default::default(),
            extended: Default::default(),
        },
        read_at: Timestamp(0),
        version: 1,
        gone: false,
        in_job: None,
    }
}

fn found(devices: &[Device]) -> Scanned {
    Scanned {
        devices: devices.to_vec(),
        ambiguous: false,
    }
}

#[test]
fn a_code_means_what_the_selection_does_not_have_yet() {
    let active = device(1, DeviceStatus::Active);
    let retired = device(2, DeviceStatus::Deprovisioned);
    let mut selection = Selection::default();
    let outcome = |scanned: &Scanned, selection: &Selection| ScanResult::of(scanned, selection).0;
    let one = found(std::slice::from_ref(&active));
    assert_eq!(outcome(&one, &selection), ScanResult::Selected);
    selection.set(active.id, true);
    assert_eq!(outcome(&one, &selection), ScanResult::Repeated);
    selection.set(retired.id, true);
    let gone = found(std::slice::from_ref(&retired));
    assert_eq!(outcome(&gone, &selection), ScanResult::Deprovisioned);
    assert_eq!(outcome(&found(&[]), &selection), ScanResult::Unknown);
    let both = found(&[active, retired]);
    assert_eq!(
        ScanResult::of(&both, &selection),
        (ScanResult::Ambiguous, None)
    );
    let ambiguous = Scanned {
        ambiguous: true,
        ..Scanned::default()
    };
    assert_eq!(outcome(&ambiguous, &selection), ScanResult::Ambiguous);
}

#[test]
fn a_scan_that_was_undone_takes_no_answer() {
    let mut log = ScanLog::default();
    log.begin(" SN1 ");
    log.begin("  ");
    assert_eq!(log.counts(), "1 scanned: 1 being checked");
    assert_eq!(log.undo().unwrap().code, "SN1");
    assert!(!log.complete(1, ScanResult::Selected, None));
    assert_eq!((log.undo(), log.counts()), (None, "0 scanned".to_owned()));
}

#[test]
fn what_could_not_be_checked_is_checked_again_in_its_turn() {
    let mut log = ScanLog::default();
    for code in ["A", "B", "C"] {
        log.begin(code);
    }
    log.complete(1, ScanResult::Failed, None);
    log.complete(2, ScanResult::Unknown, None);
    log.retry();
    assert_eq!(log.first_waiting(), Some((1, "A".to_owned())));
    assert_eq!(log.counts(), "3 scanned: 1 unknown, 2 being checked");
}

proptest! {
    #[test]
    fn every_scan_is_answered_once_and_in_order(
        codes in prop::collection::vec("[A-Z0-9]{1,30}", 1..50),
    ) {
        let mut log = ScanLog::default();
        for code in &codes {
            log.begin(code);
        }
        let mut answered = Vec::new();
        while let Some((number, code)) = log.first_waiting() {
            answered.push(code);
            prop_assert!(log.complete(number, ScanResult::Unknown, None));
        }
        prop_assert_eq!(&answered, &codes);
        prop_assert_eq!(log.count(ScanResult::Unknown), codes.len());
    }
}
