//! Lists as spreadsheets and other systems leave them: what they have destroyed or do
//! not know never replaces what is stored.

use std::io::Cursor;

use sunset::domain::action::license::LicenseType;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::csv_out::{CsvWriter, device_header, device_record};
use sunset::server::import::import;
use sunset::server::store::Store;

use crate::import::{counts, device, directory, reasons, take};
use crate::support::{Console, on_each_database};

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/import/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

async fn refusal(store: &Store, file: &str) -> String {
    let open = || Ok(Cursor::new(file.to_owned()));
    import(store, open, false).await.unwrap_err().to_string()
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[tokio::test]
async fn the_admin_consoles_own_names_for_status_and_deprovisioning_are_read() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let report = take(store, fixture("admin-console-provision-status.csv")).await;
        assert_eq!(counts(&report), [3, 0, 0, 0]);
        let retired = device(store, "ADM0002").await;
        assert_eq!(retired.status, DeviceStatus::Deprovisioned);
        assert_eq!(retired.deprovisioned_at, at("2025-06-10T10:00:00Z"));
        assert_eq!(
            device(store, "ADM0003").await.status,
            DeviceStatus::Disabled
        );
        assert_eq!(device(store, "ADM0001").await.status, DeviceStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn a_column_that_may_hold_the_status_is_never_passed_over() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        for name in ["Lifecycle status", "chromeStatus", "Status (2026)"] {
            let message = refusal(store, &format!("Serial,{name}\nA1,DEPROVISIONED\n")).await;
            let expected = format!("The column \"{name}\" may hold the status");
            assert!(message.starts_with(&expected), "{message}");
        }
        assert!(directory(store).await.is_empty());
        let file = "deviceId,serialNumber,osUpdateStatus.state\n,A1,x\n";
        assert_eq!(counts(&take(store, file).await), [1, 0, 0, 0]);
        let file = "Serial,Status,Battery status\nA2,DISABLED,worn\n";
        assert_eq!(counts(&take(store, file).await), [1, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_status_that_is_none_of_googles_never_replaces_one_that_is() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        for known in ["ACTIVE", "DISABLED", "DEPROVISIONED"] {
            take(store, format!("serial,status\nSNO00001,{known}\n")).await;
            let report = take(store, fixture("asset-system-statuses.csv")).await;
            assert_eq!(report.refused, 0);
            assert_eq!(device(store, "SNO00001").await.status.as_str(), known);
            let message = report.to_string();
            let statuses = "none of Google's: Ready to Deploy (1).";
            assert!(message.contains(statuses), "{message}");
        }
        take(store, "serial,status\nNEW1,Lost/Stolen\n").await;
        take(store, "serial,status\nNEW1,Ready to Deploy\n").await;
        let status = DeviceStatus::Other("Ready to Deploy".into());
        assert_eq!(device(store, "NEW1").await.status, status);
    })
    .await;
}

#[tokio::test]
async fn what_a_spreadsheet_has_destroyed_replaces_nothing() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let good = "serial,asset id,model,notes,room,ou,aue\n\
                    S1,100235000123,HP,fine,7,/Staff,2027-06-30\n";
        take(store, good).await;
        let before = device(store, "S1").await;
        let bad = "serial,asset id,model,notes,room,ou,aue\n\
                   S1,1.00235E+11,#REF!,#N/A,#NV,#VALUE!,#NAME?\n\
                   5.01235E+12,1,,,,,\n\"5,01235E+12\",2,,,,,\n5.01235e+12,3,,,,,\n";
        let report = take(store, bad).await;
        assert_eq!(counts(&report), [0, 0, 1, 3]);
        assert_eq!(directory(store).await, [before]);
        let message = report.to_string();
        let rounded = "\n  Row 2: \"1.00235E+11\" in \"asset id\": a spreadsheet has rounded it";
        assert!(message.contains(rounded), "{message}");
        let error = "\"#REF!\" in \"model\": it is a spreadsheet's error.";
        assert!(message.contains(error), "{message}");
        assert_eq!(report.cleared, 0);
    })
    .await;
}

#[tokio::test]
async fn identifiers_are_cleaned_of_what_nobody_sees() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(
            store,
            "Serial,Asset Tag\n5CD0000007,A7\n5CD0000008,A8\n5CD0000009,A9\n",
        )
        .await;
        let report = take(store, fixture("invisible-characters.csv")).await;
        assert_eq!((report.added, directory(store).await.len()), (0, 3));
        take(store, fixture("unit-separator.csv")).await;
        assert_eq!(device(store, "USX00001").await.asset_id, "0012345");
        assert_eq!(device(store, "USX00002").await.asset_id, "0012346");
        let file = "Serial,Asset Tag,Room,Notes\n\
                    \"=\"\"5CD0000005\"\"\",\"=\"\"0012345\"\"\",\"=\"\"007\"\"\",\"=\"\"x\"\"\"\n";
        take(store, file).await;
        let unwrapped = device(store, "5CD0000005").await;
        let values = [unwrapped.asset_id, unwrapped.location, unwrapped.notes];
        assert_eq!(values, ["0012345", "007", "x"]);
    })
    .await;
}

#[tokio::test]
async fn headings_and_totals_among_the_rows_are_refused() {
    on_each_database(async |console: Console| {
        let file = "Serial number,Model,Price\nS1,HP,1\nSerial number,Model,Price\nS2,HP,1\n\
                    TOTAL,2,2\nTotal devices: 2,,\n";
        let report = take(&console.store, file).await;
        assert_eq!(counts(&report), [2, 0, 0, 3]);
        let reasons = reasons(&report);
        assert!(
            reasons[0].ends_with("it is the name of a column"),
            "{reasons:?}"
        );
        assert!(
            reasons[1].ends_with("it is the title of a total"),
            "{reasons:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn licenses_are_known_by_their_names_and_an_unknown_word_replaces_none() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let mut base = "Serial Number,deviceLicenseType\n".to_owned();
        for n in 1..=5 {
            base.push_str(&format!("LIC000{n},educationUpgradePerpetual\n"));
        }
        take(store, base).await;
        let mut file = fixture("license-words.csv");
        file.extend(b"LIC0005,Bronze plan\n");
        let report = take(store, file).await;
        for (serial, expected) in [
            ("LIC0001", LicenseType::EducationPerpetual),
            ("LIC0002", LicenseType::EducationPerpetual),
            ("LIC0003", LicenseType::Kiosk),
            ("LIC0004", LicenseType::Unspecified),
            ("LIC0005", LicenseType::EducationPerpetual),
        ] {
            assert_eq!(device(store, serial).await.license, expected, "{serial}");
        }
        assert_eq!(report.cleared, 1);
        let message = report.to_string();
        let word = "\"Bronze plan\" in \"License type\": no license is known by this name.";
        assert!(message.contains(word), "{message}");
    })
    .await;
}

#[tokio::test]
async fn dates_of_spreadsheets_are_read_if_they_are_one_day_only() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let report = take(store, fixture("spreadsheet-us-dates.csv")).await;
        assert_eq!(counts(&report), [2, 0, 0, 0]);
        let us = device(store, "XLUS0001").await;
        assert_eq!(us.last_sync, at("2026-11-20T13:05:00Z"));
        assert_eq!(us.auto_update, "2027-06-30".parse().ok());
        take(store, fixture("spreadsheet-german-dates.csv")).await;
        let german = device(store, "XLDE0001").await;
        assert_eq!(
            (german.last_sync, german.auto_update),
            (us.last_sync, us.auto_update)
        );

        let file = "Serial,Room,AUE\nXLUS0001,7,5/6/2028\nXLDE0001,8,soon\n";
        let report = take(store, file).await;
        assert_eq!(counts(&report), [0, 2, 0, 0]);
        let after = device(store, "XLUS0001").await;
        assert_eq!(
            (after.location.as_str(), after.auto_update),
            ("7", us.auto_update)
        );
        let message = report.to_string();
        for part in [
            "Row 2: \"5/6/2028\" in \"AUE\": it could be two different days",
            "Row 3: \"soon\" in \"AUE\": it is not a date",
        ] {
            assert!(message.contains(part), "{message}");
        }
    })
    .await;
}

#[tokio::test]
async fn cells_that_a_row_lacks_at_its_end_are_blank() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let file = "Serial,Asset Tag,Notes\nR1,A1,ok,,,\nR2\nR3,A3\nR4,A4,x,surplus\nA;B\n";
        let report = take(store, file).await;
        assert_eq!(counts(&report), [3, 0, 0, 2]);
        assert_eq!(device(store, "R3").await.asset_id, "A3");
    })
    .await;
}

#[tokio::test]
async fn of_two_columns_for_one_field_the_more_exact_counts() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let report = take(store, fixture("asset-system-location-and-room.csv")).await;
        assert_eq!(counts(&report), [2, 0, 0, 0]);
        assert_eq!(
            device(store, "IIQ0002").await.location,
            "Garfield Elementary"
        );
        let message = report.to_string();
        let line = "\n\"Room\" is read only where \"Location\" is blank.";
        assert!(message.contains(line), "{message}");
        take(store, "Serial,Room,Location\nA1,7,\n").await;
        assert_eq!(device(store, "A1").await.location, "7");
    })
    .await;
}

#[tokio::test]
async fn a_first_line_that_names_the_separator_may_be_in_capitals() {
    on_each_database(async |console: Console| {
        for (n, line) in ["SEP=;", "Sep=;", "\"sep=;\""].into_iter().enumerate() {
            let file = format!("{line}\r\nSerial Number*;Asset Tag #;Notes\r\nS{n};7;a,b\r\n");
            take(&console.store, file).await;
            let device = device(&console.store, &format!("S{n}")).await;
            assert_eq!([device.asset_id, device.notes], ["7", "a,b"], "{line}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_backslash_is_one_in_every_file_but_gams() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(store, fixture("network-path-in-notes.csv")).await;
        assert_eq!(
            device(store, "NOTE0001").await.notes,
            "\\\\nas1\\reports\\new"
        );
        take(store, fixture("own-export-some-columns.csv")).await;
        assert_eq!(
            device(store, "BSN0001").await.notes,
            "\\\\nas1\\reports\\new"
        );
        assert_eq!(device(store, "BSN0002").await.notes, "C:\\new\\readme.txt");
        assert_eq!(device(store, "BSN0001").await.asset_id, "=x");

        let mut file = CsvWriter::new(Vec::new());
        file.write(device_header()).unwrap();
        for mut device in directory(store).await {
            device.notes.push_str("\\n\u{1F}#N/A");
            file.write(device_record(&device)).unwrap();
        }
        let file = file.finish().unwrap();
        assert_eq!(take(store, file.clone()).await.changed, 4);
        assert_eq!(take(store, file).await.unchanged, 4);
        let notes = device(store, "BSN0002").await.notes;
        assert_eq!(notes, "C:\\new\\readme.txt\\n\u{1F}#N/A");
    })
    .await;
}
