//! Files applied to the local directory, on each database.

use std::io::Cursor;
use std::path::Path;

use sunset::domain::device::DirectoryDevice;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Date;
use sunset::server::csv_out::{CsvWriter, device_header, device_record};
use sunset::server::demo::fleet;
use sunset::server::import::{Progress, Report, import, run};
use sunset::server::store::Store;

use crate::support::{Console, on_each_database};

pub async fn take(store: &Store, file: impl Into<Vec<u8>>) -> Report {
    let file = file.into();
    import(store, || Ok(Cursor::new(file.clone())), false)
        .await
        .unwrap()
}

async fn refusal(store: &Store, file: &str) -> String {
    let open = || Ok(Cursor::new(file.to_owned()));
    import(store, open, false).await.unwrap_err().to_string()
}

pub async fn directory(store: &Store) -> Vec<DirectoryDevice> {
    store.directory_devices_after("", 100_000).await.unwrap()
}

/// The only device with this serial number.
pub async fn device(store: &Store, serial: &str) -> DirectoryDevice {
    let mut all = directory(store).await;
    all.retain(|device| device.serial == serial);
    assert_eq!(all.len(), 1, "{serial}");
    all.remove(0)
}

/// Added, changed, unchanged, refused.
pub fn counts(report: &Report) -> [u64; 4] {
    [
        report.added,
        report.changed,
        report.unchanged,
        report.refused,
    ]
}

pub fn reasons(report: &Report) -> Vec<String> {
    report
        .refusals
        .iter()
        .map(|(row, why)| format!("{row}: {why}"))
        .collect()
}

pub const ID_A: &str = "1b7f4c52-9e0d-4a76-8c31-5f2e6d90a114";
pub const ID_B: &str = "6f0a93de-27c4-4d18-b5a9-0e8b1c7342fd";

#[tokio::test]
async fn a_list_of_serials_is_enough() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let report = take(store, "Serial number\n 0012ab \nDEF456\n").await;
        assert_eq!(counts(&report), [2, 0, 0, 0]);
        let device = device(store, "0012AB").await;
        assert_eq!(device.status, DeviceStatus::Active);
        assert_eq!(device.org_unit, "/");
        assert_eq!(device.device_id.len(), 36);
    })
    .await;
}

#[tokio::test]
async fn importing_a_file_twice_changes_nothing_the_second_time() {
    on_each_database(async |console: Console| {
        let file = include_bytes!("../fixtures/import/gam-full.csv");
        let report = take(&console.store, *file).await;
        assert_eq!((counts(&report), report.repeated), ([3, 0, 0, 0], 2));
        let before = directory(&console.store).await;
        let report = take(&console.store, *file).await;
        assert_eq!((counts(&report), report.repeated), ([0, 0, 3, 0], 2));
        assert_eq!(directory(&console.store).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_changes_nothing() {
    on_each_database(async |console: Console| {
        let file = || Ok(Cursor::new("serial,notes\nABC123,x\nABC123,y\nDEF456,z\n"));
        let rehearsed = import(&console.store, file, true).await.unwrap();
        assert!(directory(&console.store).await.is_empty());
        let done = import(&console.store, file, false).await.unwrap();
        assert_eq!(counts(&rehearsed), [1, 0, 0, 2]);
        assert_eq!(
            (counts(&done), &done.refusals),
            (counts(&rehearsed), &rehearsed.refusals)
        );
    })
    .await;
}

#[tokio::test]
async fn a_missing_column_leaves_a_field_alone_and_a_blank_cell_clears_it() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(store, "serial,notes,room,status\nABC123,old,12,Disabled\n").await;
        let report = take(store, "serial,notes,status\nabc123,,\n").await;
        assert_eq!(counts(&report), [0, 1, 0, 0]);
        let device = device(store, "ABC123").await;
        assert_eq!(
            (device.notes.as_str(), device.location.as_str()),
            ("", "12")
        );
        assert_eq!(device.status, DeviceStatus::Disabled);
    })
    .await;
}

#[tokio::test]
async fn a_serial_matches_exactly_or_not_at_all() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(store, "serial,room\nABC123,12\n").await;
        let report = take(store, "serial,room\nABC12,99\nABC1234,99\n0ABC123,99\n").await;
        assert_eq!(counts(&report), [3, 0, 0, 0]);
        assert_eq!(device(store, "ABC123").await.location, "12");
    })
    .await;
}

#[tokio::test]
async fn an_ambiguous_serial_changes_no_device() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(
            store,
            format!("deviceId,serial\n{ID_A},ABC123\n{ID_B},DEF456\n"),
        )
        .await;
        let mut twin = device(store, "DEF456").await;
        twin.serial = "ABC123".to_owned();
        store.put_directory_device(&twin).await.unwrap();
        let before = directory(store).await;

        let report = take(store, "serial,notes\nABC123,x\n").await;
        let message = "2: 2 devices have the serial number ABC123; a device id is needed";
        assert_eq!(reasons(&report), [message]);
        assert_eq!(directory(store).await, before);
    })
    .await;
}

#[tokio::test]
async fn another_devices_serial_is_not_taken_over() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(store, format!("deviceId,serial\n{ID_A},ABC123\n")).await;
        let report = take(store, format!("deviceId,serial\n{ID_B},ABC123\n")).await;
        let message = format!("2: the serial number ABC123 belongs to another device, {ID_A}");
        assert_eq!(reasons(&report), [message]);
    })
    .await;
}

#[tokio::test]
async fn a_device_first_known_by_serial_is_the_same_when_its_id_is_told() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(store, "serial\nABC123\n").await;
        let report = take(store, format!("deviceId,serial,notes\n{ID_A},ABC123,x\n")).await;
        assert_eq!(counts(&report), [0, 1, 0, 0]);
        assert_eq!(device(store, "ABC123").await.notes, "x");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_breaks_off_changes_nothing() {
    on_each_database(async |console: Console| {
        let mut file = "serial,notes\n".to_owned();
        for n in 0..3_000 {
            file.push_str(&format!("SN{n:06},x\n"));
        }
        file.push_str("SN999999,\"never closed\nSN999998,x\n");
        let message = refusal(&console.store, &file).await;
        assert_eq!(message, "A quotation mark in row 3002 is never closed.");
        assert!(directory(&console.store).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_fleet_goes_out_and_in_again_as_it_was() {
    on_each_database(async |console: Console| {
        let mut file = CsvWriter::new(Vec::new());
        file.write(device_header()).unwrap();
        let mut devices: Vec<_> = fleet(3_000, Date(20_780)).collect();
        for device in &devices {
            file.write(device_record(device)).unwrap();
        }
        let report = take(&console.store, file.finish().unwrap()).await;
        assert_eq!(counts(&report), [3_000, 0, 0, 0]);
        devices.sort_by(|a, b| a.device_id.cmp(&b.device_id));
        let imported = directory(&console.store).await;
        assert_eq!(imported.len(), devices.len());
        for (imported, device) in imported.iter().zip(&devices) {
            assert_eq!(imported, device);
        }
    })
    .await;
}

#[tokio::test]
async fn real_devices_are_not_put_among_made_up_ones() {
    on_each_database(async |console: Console| {
        console.app.demonstrate(10).await.unwrap();
        let message = refusal(&console.store, "serial\nABC123\n").await;
        assert!(message.contains("demonstration fleet"), "{message}");
        assert_eq!(directory(&console.store).await.len(), 10);
    })
    .await;
}

#[tokio::test]
async fn the_report_says_what_was_read_and_what_was_refused() {
    on_each_database(async |console: Console| {
        let mut file = "Serial No.,Bought,Room\nABC123,2021,7\n".to_owned();
        for _ in 0..1_200 {
            file.push_str(",2021,\n");
        }
        let report = take(&console.store, file).await;
        assert_eq!((report.refused, report.refusals.len()), (1_200, 1_200));
        let message = report.to_string();
        for part in [
            "Columns read: serial number (\"Serial No.\"), location (\"Room\").\n",
            "Devices added: 1; changed: 0; left as they were: 0.\n",
            "Rows refused: 1,200.\n  Row 3: there is neither a serial number nor a device id.\n",
            "  … and 200 more rows.",
        ] {
            assert!(message.contains(part), "{message}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    on_each_database(async |console: Console| {
        let path = Path::new("/no/such/devices.csv");
        let message = run(&console.store, path, false, &Progress::default())
            .await
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("/no/such/devices.csv cannot be opened: "),
            "{message}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_list_of_before_does_not_bring_a_deprovisioned_device_back() {
    on_each_database(async |console| {
        let enrolled = async |status: &str, day: &str| {
            let file = format!("serialNumber,status,lastEnrollmentTime\nS1,{status},{day}\n");
            take(&console.store, file).await.to_string()
        };
        const OLDER: &str = "the list is older";
        enrolled("DEPROVISIONED", "2024-01-01").await;
        let report = take(&console.store, "serialNumber,status\nS1,ACTIVE\n").await;
        assert!(report.to_string().contains(OLDER), "{report}");
        let report = enrolled("ACTIVE", "2024-01-01").await;
        assert!(report.contains(OLDER), "{report}");
        let report = enrolled("ACTIVE", "2026-01-01").await;
        assert!(!report.contains(OLDER), "{report}");
    })
    .await;
}

#[tokio::test]
async fn what_an_import_leaves_aside_or_removes_is_told() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let first = "Serial number,Asset ID,Notes,License,Color\nSN1,A1,fine,education,red\n\
                     SN2,A2,,,blue\n";
        let message = take(store, first).await.to_string();
        assert!(message.contains("\nColumns not read: Color."), "{message}");
        assert!(!message.contains("Blank cells"), "{message}");

        let blank = "Serial number,Asset ID,Notes,License,Status\nSN1,,,,QUARANTINED\n\
                     SN2,A2,,,ACTIVE\n";
        let report = take(store, blank).await;
        assert_eq!(counts(&report), [0, 1, 1, 0]);
        assert_eq!(report.cleared, 3);
        let message = report.to_string();
        let removed = "Blank cells have removed 3 values; without their columns the values stay.";
        assert!(message.contains(removed), "{message}");
        let statuses = "Statuses that are none of Google's: QUARANTINED (1).";
        assert!(message.contains(statuses), "{message}");
        assert_eq!(device(store, "SN1").await.asset_id, "");
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_for_a_serial_number_is_refused_by_its_row() {
    on_each_database(async |console: Console| {
        let file = "Serial number\nNULL\n-\n+1+1\nSN1\n#N/A\n";
        let report = take(&console.store, file).await;
        assert_eq!(counts(&report), [1, 0, 0, 4]);
        let reasons = reasons(&report);
        assert!(reasons[0].starts_with("2: \"NULL\""), "{reasons:?}");
        assert!(reasons[2].contains("formula"), "{reasons:?}");
    })
    .await;
}
