//! Writing CSV that a spreadsheet opens without running it, and that `sunset
//! import` reads back as it was.
//!
//! A spreadsheet takes a cell that begins with `=` for a formula, wherever it
//! came from. Such cells get a leading `'`, and so do cells that begin with one
//! already, because the import takes exactly one away. Every cell is in quotes, so that a
//! program that separates by semicolons or tabs makes no second cell of a part of one.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::domain::chrome_os::flag_word;
use crate::domain::device::DirectoryDevice;
use crate::domain::field::{EXPORTED, Field};
use crate::domain::identifier::{damage, is_invisible, is_placeholder};
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, Timestamp};

/// The header row of a device export: the Directory API's names, as GAM prints them, so
/// that other tools can read the file too.
pub fn device_header() -> [&'static str; EXPORTED.len()] {
    EXPORTED.map(|field| field.names().wire)
}

/// A device's cells, in the order of [`device_header`].
pub fn device_record(device: &DirectoryDevice) -> [Cow<'_, str>; EXPORTED.len()] {
    EXPORTED.map(|field| cell(device, field))
}

fn cell(device: &DirectoryDevice, field: Field) -> Cow<'_, str> {
    match field {
        Field::DeviceId => device.device_id.as_str().into(),
        Field::Serial => device.serial.as_str().into(),
        Field::AssetId => device.asset_id.as_str().into(),
        Field::Status => device.status.as_str().into(),
        Field::OrgUnit => device.org_unit.as_str().into(),
        Field::Model => device.model.as_str().into(),
        Field::User => device.user.as_str().into(),
        Field::Location => device.location.as_str().into(),
        Field::Notes => device.notes.as_str().into(),
        Field::OsVersion => device.os_version.as_str().into(),
        Field::License => device.license.as_str().into(),
        Field::LastSync => instant(device.last_sync),
        Field::FirstEnrolled => instant(device.first_enrolled),
        Field::LastEnrolled => instant(device.last_enrolled),
        Field::AutoUpdate => day(device.auto_update),
        Field::DeprovisionReason => device.deprovision_reason.as_str().into(),
        Field::DeprovisionedAt => instant(device.deprovisioned_at),
        Field::OsType => device.os_type.as_str().into(),
        Field::ExtendedEligible => flag_word(device.extended.eligible).into(),
        Field::ExtendedEnabled => flag_word(device.extended.enabled).into(),
        Field::ExtendedStart => day(device.extended.start),
        // No field of the directory, so not in `EXPORTED`.
        Field::ReadAt | Field::Json => "".into(),
    }
}

/// A CSV file, written a record at a time.
pub struct CsvWriter<W: Write>(csv::Writer<W>);

impl<W: Write> CsvWriter<W> {
    pub fn new(output: W) -> Self {
        Self(writer().from_writer(output))
    }

    /// The same for records of different lengths.
    pub fn uneven(output: W) -> Self {
        Self(writer().flexible(true).from_writer(output))
    }

    /// Writes one record.
    ///
    /// # Errors
    /// The output failed.
    pub fn write<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) -> io::Result<()> {
        for cell in cells {
            self.0
                .write_field(neutral(cell.as_ref()).as_bytes())
                .map_err(io::Error::from)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(io::Error::from)
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// The output failed.
    pub fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(|failed| failed.into_error())
    }
}

fn writer() -> csv::WriterBuilder {
    let mut writer = csv::WriterBuilder::new();
    writer
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always);
    writer
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 9] = ['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula, also with something unseen before it,
/// and no import for something that a spreadsheet has made or that says nothing. NUL, which nothing can read, is left out.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    let cell: Cow<'_, str> = if cell.contains('\0') {
        cell.replace('\0', "").into()
    } else {
        cell.into()
    };
    let shown = cell.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let is_after = |separator: char| {
        let mut parts = cell.split(separator).skip(1);
        parts.any(|part| part.starts_with(FORMULA))
    };
    if shown.starts_with(FORMULA)
        || is_after(';')
        || is_after('\t')
        || cell.starts_with(['\t', '\r', '\n', '\''])
        || damage(&cell).is_some()
        || (is_placeholder(&cell) && *cell != *DeviceStatus::Unknown.as_str())
    {
        format!("'{cell}").into()
    } else {
        cell
    }
}

fn day(date: Option<Date>) -> Cow<'static, str> {
    date.map(|day| day.to_string()).unwrap_or_default().into()
}

/// To the millisecond where there are any, so that nothing is lost on the way
/// out and in.
fn instant(at: Option<Timestamp>) -> Cow<'static, str> {
    let Some(at) = at else { return "".into() };
    let text = at.to_string();
    match (at.0.rem_euclid(1000), text.strip_suffix('Z')) {
        (0, _) | (_, None) => text.into(),
        (ms, Some(seconds)) => format!("{seconds}.{ms:03}Z").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut writer = CsvWriter::new(Vec::new());
        writer.write(["a", "b"]).unwrap();
        writer.write(cells).unwrap();
        let file = String::from_utf8(writer.finish().unwrap()).unwrap();
        file.strip_prefix("\"a\",\"b\"\r\n").unwrap().to_owned()
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_neutralized() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            "'x",
            " =1",
            "\u{FEFF}=1",
            "\u{200B} @A",
            "＝1",
            "＋1",
            "－1",
            "＠A",
            "|cmd",
            "#REF!",
            "Room 5;=1+1",
            "a\t@b",
        ] {
            assert_eq!(neutral(cell), format!("'{cell}"));
        }
        assert_eq!(neutral("\0=1"), "'=1");
        assert_eq!(neutral("1=1"), "1=1");
        assert_eq!(neutral("a; b"), "a; b");
        assert_eq!(neutral(""), "");
    }

    #[test]
    fn every_cell_is_in_quotes() {
        assert_eq!(
            written(&["say \"hi\"", "x"]),
            "\"say \"\"hi\"\"\",\"x\"\r\n"
        );
        assert_eq!(
            written(&["a,b", "two\nlines"]),
            "\"a,b\",\"two\nlines\"\r\n"
        );
        assert_eq!(written(&["007", ""]), "\"007\",\"\"\r\n");
    }

    #[test]
    fn an_instant_keeps_its_milliseconds() {
        assert_eq!(instant(Some(Timestamp(1_500))), "1970-01-01T00:00:01.500Z");
        assert_eq!(instant(Some(Timestamp(2_000))), "1970-01-01T00:00:02Z");
        assert_eq!(instant(None), "");
    }
}
