//! Changes to devices, and the devices that they make.

use super::*;

#[test]
fn a_made_up_id_is_always_the_same_and_has_the_directorys_shape() {
    assert_eq!(made_up_id("5CD1234XYZ"), made_up_id("5CD1234XYZ"));
    assert_ne!(made_up_id("5CD1234XYZ"), made_up_id("5CD1234XYY"));
    assert_eq!(
        values::device_id(&made_up_id("0012")),
        Some(made_up_id("0012"))
    );
}

#[test]
fn a_new_device_is_active_and_in_the_root_org_unit() {
    let change = DeviceChange {
        serial: Some("0012".into()),
        ..DeviceChange::default()
    };
    let device = change.new_device().unwrap();
    assert_eq!(
        (device.status, device.org_unit.as_str()),
        (DeviceStatus::Active, "/")
    );
    assert_eq!(
        DeviceChange::default().new_device(),
        Err(Refusal::NewWithoutSerial)
    );
}

#[test]
fn a_row_with_only_the_key_says_nothing() {
    let key = DeviceChange {
        serial: Some("0012".into()),
        notes: Some(String::new()),
        ..DeviceChange::default()
    };
    assert!(key.says_nothing());
    assert!(
        !DeviceChange {
            notes: Some("x".into()),
            ..key
        }
        .says_nothing()
    );
}
