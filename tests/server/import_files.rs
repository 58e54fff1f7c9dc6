//! The files that admins have, as they come: what is read out of each, and what
//! is said of those that cannot be read.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use sunset::domain::action::license::LicenseType;
use sunset::domain::chrome_os::{ExtendedUpdates, OsType};
use sunset::domain::device::DirectoryDevice;
use sunset::domain::identifier::clean;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::{Date, Timestamp};
use sunset::server::csv_out::{CsvWriter, device_header, device_record};
use sunset::server::import::{DeviceChange, FileError, Refusal, Row, read};

/// The rows of a file, or why it cannot be understood.
fn rows(file: impl Read) -> Result<Vec<Row>, FileError> {
    read(file)?.collect()
}

fn changes(file: &[u8]) -> Vec<DeviceChange> {
    let rows = rows(file).unwrap();
    rows.into_iter().map(|row| row.change.unwrap()).collect()
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/import/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn every_real_format_tells_of_the_same_three_devices() {
    for name in [
        "gam-basic.csv",
        "gam-full.csv",
        "gam-formatjson.csv",
        "admin-console.csv",
        "chromebook-getter-es.csv",
        "hand-made-semicolon.csv",
        "excel-unicode-text.txt",
        "serials-only.csv",
    ] {
        let mut serials: Vec<_> = changes(&fixture(name))
            .into_iter()
            .map(|change| change.serial.unwrap())
            .collect();
        serials.dedup();
        let expected = ["5CD1234XYZ", "7XK4T53", "NXHKXAA0021180B4F47600"];
        assert_eq!(serials, expected, "{name}");
    }
}

#[test]
fn asset_tags_keep_their_leading_zeros() {
    for name in [
        "gam-basic.csv",
        "gam-full.csv",
        "gam-formatjson.csv",
        "admin-console.csv",
        "chromebook-getter-es.csv",
        "hand-made-semicolon.csv",
        "excel-unicode-text.txt",
    ] {
        let first = &changes(&fixture(name))[0];
        assert_eq!(first.asset_id, text("0012345"), "{name}");
    }
}

#[test]
fn a_note_keeps_its_line_break_however_the_tool_writes_it() {
    for name in [
        "gam-basic.csv",
        "gam-full.csv",
        "gam-formatjson.csv",
        "admin-console.csv",
        "chromebook-getter-es.csv",
        "excel-unicode-text.txt",
    ] {
        let first = &changes(&fixture(name))[0];
        let note = "Loaner, cracked hinge\nSee ticket \"4471\"";
        assert_eq!(first.notes, text(note), "{name}");
    }
}

#[test]
fn everything_that_a_full_gam_file_says_of_a_device_is_read() {
    for name in ["gam-full.csv", "gam-formatjson.csv"] {
        let last = changes(&fixture(name)).pop().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().ok();
        assert_eq!(last.status, Some(DeviceStatus::Deprovisioned));
        assert_eq!(last.org_unit, text("/Retired/2026"));
        assert_eq!(last.license, Some(LicenseType::EducationFixedTerm));
        assert_eq!(last.auto_update, Some("2027-06-30".parse().ok()), "{name}");
        assert_eq!(last.last_sync, Some(at("2026-05-29T17:45:01.902Z")));
        assert_eq!(last.first_enrolled, Some(at("2018-08-06T12:00:00Z")));
        assert_eq!(
            last.deprovision_reason,
            text("DEPROVISION_REASON_RETIRING_DEVICE")
        );
        assert_eq!(last.deprovisioned_at, Some(at("2026-06-12T19:30:44Z")));
        assert_eq!(last.os_version, text("114.0.5735.350"));
    }
}

#[test]
fn the_consoles_words_are_understood() {
    let devices = changes(&fixture("admin-console.csv"));
    assert_eq!(devices[0].status, Some(DeviceStatus::Active));
    assert_eq!(devices[0].auto_update, Some("2029-06-30".parse().ok()));
    assert_eq!(devices[1].org_unit, text("/Lost + Stolen"));
    assert_eq!(
        devices[1].user,
        text("josé.peña28@students.riverbend.example")
    );
}

#[test]
fn a_translated_getter_sheet_is_read_by_position() {
    let devices = changes(&fixture("chromebook-getter-es.csv"));
    assert_eq!(
        devices[1].device_id,
        text("6f0a93de-27c4-4d18-b5a9-0e8b1c7342fd")
    );
    assert_eq!(devices[2].location, text("Warehouse"));
    assert!(devices[0].last_sync.is_some_and(|at| at.is_some()));
    assert_eq!(devices[0].license, None);
}

#[test]
fn a_column_that_the_file_lacks_is_told_from_a_blank_cell() {
    let devices = changes(&fixture("hand-made-semicolon.csv"));
    assert_eq!(devices[1].notes, text(""));
    assert_eq!(devices[1].user, None);
    assert_eq!(devices[0].notes, text("=checked twice"));
}

#[test]
fn encodings_separators_and_line_ends_make_no_difference() {
    let plain = "Serial,Notes,Room\nABC123,\"say \"\"hé\"\"\",007\nDEF456,,\"\"\n";
    let expected = changes(plain.as_bytes());
    assert_eq!(expected[0].location, text("007"));
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    for separator in [",", ";", "\t"] {
        for line_end in ["\n", "\r\n", "\r"] {
            let file = plain.replace(',', separator).replace('\n', line_end);
            let marked = format!("\u{FEFF}{file}");
            for file in [
                file.as_bytes().to_vec(),
                marked.as_bytes().to_vec(),
                utf16(&marked, u16::to_le_bytes),
                utf16(&marked, u16::to_be_bytes),
                format!("sep={separator}{line_end}{file}").into_bytes(),
            ] {
                assert_eq!(changes(&file), expected, "{separator:?} {line_end:?}");
            }
        }
    }
}

#[test]
fn a_file_that_cannot_be_understood_is_refused_in_one_sentence() {
    for (file, sentence) in [
        (&b""[..], "The file is empty."),
        (b"\n\r\n", "The file is empty."),
        (b"PK\x03\x04\x14\0", "an Excel workbook"),
        (b"\x1F\x8B\x08\0", "a gzip archive"),
        (b"S\0e\0r\0i\0a\0l\0", "Row 1 holds a NUL character"),
        (b"Serial\nABC\nD\xE9F\n", "Row 3 is not UTF-8"),
        (
            b"5CD1234XYZ,/Staff\n",
            "begins with \"5CD1234XYZ\", \"/Staff\"",
        ),
        (
            b"Status,Notes\nACTIVE,x\n",
            "neither a serial number nor a device id column",
        ),
        (
            b"Serial,Notes\nABC,\"never closed\nDEF,x\n",
            "quotation mark in row 2 is never closed",
        ),
        (
            b"Serial,S/N\nABC,ABC\n\nDEF,GHI\n",
            "\"Serial\" and \"S/N\" both mean the serial number, and row 4",
        ),
    ] {
        let message = rows(file).unwrap_err().to_string();
        assert!(message.contains(sentence), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }
}

#[test]
fn a_cell_of_ten_megabytes_is_refused_with_its_row() {
    let mut file = b"Serial,Notes\nABC,x\nDEF,".to_vec();
    file.resize(10 << 20, b'x');
    let message = rows(Cursor::new(file)).unwrap_err().to_string();
    assert!(
        message.starts_with("Row 3 is longer than 1048576 characters"),
        "{message}"
    );
}

#[test]
fn a_row_that_makes_no_sense_is_refused_with_its_number_and_reason() {
    let file = "Device ID,Serial,Status,Last sync,AUE,OU\n\
        ,A1,ACTIVE,Never,2027-06-30,/\n\
        ,,ACTIVE,,,\n\
        5CD1234XYZ,A2,,,,\n\
        ,5.01E+12,,,,\n\
        ,A3,2027-06-30,,,\n\
        ,A4,,5/6/2026,,\n\
        ,A5,,,soon,\n\
        ,A6,,,,id:03ph8a2z1\n\
        ,A7\n\
        ,A8,,,,/,surplus\n\
        ,A9,,,,/,,\n";
    let message: Vec<_> = rows(file.as_bytes())
        .unwrap()
        .into_iter()
        .filter_map(|row| Some(format!("{}: {}", row.number, row.change.err()?)))
        .collect();
    assert_eq!(
        message,
        [
            "3: there is neither a serial number nor a device id",
            "4: \"5CD1234XYZ\" in \"Device ID\" is not a device id; this looks like the wrong column",
            "5: \"5.01E+12\" in \"Serial\" is not a serial number: a spreadsheet has rounded it; \
             format the column as text before pasting",
            "6: \"2027-06-30\" in \"Status\" is not a status, which is a word such as ACTIVE",
            "9: \"id:03ph8a2z1\" in \"OU\" is an org unit's id; its path is needed, as in /Staff",
            "11: it has 7 cells where the header has 6",
        ]
    );
}

#[test]
fn an_unheard_of_status_is_kept() {
    let devices = changes(b"serial,status\nA1,QUARANTINED\n");
    assert_eq!(
        devices[0].status,
        Some(DeviceStatus::Other("QUARANTINED".into()))
    );
}

#[test]
fn json_that_is_no_device_is_refused() {
    let file = b"deviceId,JSON\n1b7f4c52-9e0d-4a76-8c31-5f2e6d90a114,\"[1]\"\n";
    let row = rows(&file[..]).unwrap().remove(0);
    assert_eq!(
        row.change,
        Err(Refusal::Json {
            column: "JSON".into()
        })
    );
}

#[test]
fn gam_7_writes_each_backslash_twice() {
    for name in ["gam-basic.csv", "gam-full.csv", "gam-formatjson.csv"] {
        let file = String::from_utf8(fixture(name)).unwrap();
        let doubled = changes(file.replace('\\', "\\\\").as_bytes());
        assert_eq!(doubled, changes(file.as_bytes()), "{name}");
        let note = "Loaner, cracked hinge\nSee ticket \"4471\"";
        assert_eq!(doubled[0].notes, text(note), "{name}");
    }
}

/// One line of text as a person may type it, and as an import leaves it: trimmed.
fn line() -> impl Strategy<Value = String> {
    "[ -~\u{A0}-\u{17F}\u{5D0}-\u{5EA}\u{202E}\u{1F600}]{0,12}"
        .prop_map(|text| text.trim().to_owned())
}

fn instant() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of((1..4_102_444_800_000_i64).prop_map(Timestamp))
}

fn day() -> impl Strategy<Value = Option<Date>> {
    prop::option::of((1..40_000).prop_map(Date))
}

prop_compose! {
    fn device()(
        serial in "[A-Z0-9]{4,22}",
        asset_id in line().prop_map(|text| clean(&text).into_owned()),
        [model, user, location] in [line(), line(), line()],
        notes in "[ -~\u{A0}-\u{FF}\u{5D0}\r\n\t\"',;=@+-]{0,30}",
        status in 0..11_usize,
        license in 0..8_usize,
        org_unit in "(/[A-Za-z&+é ]{0,4}[A-Za-zé])+",
        [last_sync, first_enrolled, last_enrolled, deprovisioned_at] in
            [instant(), instant(), instant(), instant()],
        [auto_update, start] in [day(), day()],
        os_type in prop::sample::select(OsType::ALL.to_vec()),
        (eligible, enabled) in any::<(Option<bool>, Option<bool>)>(),
    ) -> DirectoryDevice {
        DirectoryDevice {
            device_id: format!("{:08x}-1111-4111-8111-111111111111", serial.len()),
            serial,
            asset_id,
            status: DeviceStatus::KNOWN.get(status).cloned()
                .unwrap_or(DeviceStatus::Other("ON_LOAN".to_owned())),
            org_unit,
            model,
            user,
            location,
            notes,
            os_version: "139.0.7258.137".to_owned(),
            license: LicenseType::ALL[license],
            last_sync,
            first_enrolled,
            last_enrolled,
            auto_update,
            deprovision_reason: "DEPROVISION_REASON_RETIRING_DEVICE".to_owned(),
            deprovisioned_at,
            os_type,
            extended: ExtendedUpdates { eligible, enabled, start },
        }
    }
}

proptest! {
    #[test]
    fn what_is_exported_is_imported_as_it_was(devices in prop::collection::vec(device(), 1..6)) {
        let mut file = CsvWriter::new(Vec::new());
        file.write(device_header()).unwrap();
        for device in &devices {
            file.write(device_record(device)).unwrap();
        }
        let file = file.finish().unwrap();
        let read: Vec<_> =
            changes(&file).iter().map(|change| change.new_device().unwrap()).collect();
        prop_assert_eq!(read, devices);
    }

    #[test]
    fn no_file_makes_the_import_panic(
        start in prop::sample::select(vec!["", "serial,notes\n", "\u{FEFF}deviceId;JSON\n", "sep=\t\n"]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let file = [start.as_bytes(), &rest].concat();
        let _ = rows(&file[..]);
    }
}
