//! From a file's bytes to its rows: encoding, delimiter, header.

use std::io::{Chain, Cursor, Read};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use super::change::{self, DeviceChange};
use super::columns::{Column, Columns, recognized};
use super::error::{FileError, Refusal};
use super::left::Left;
use super::records::{LIMIT, Record, Records};

/// One row of the file that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet numbers it: the header is 1, blank rows count.
    pub number: u64,
    pub change: Result<DeviceChange, Refusal>,
    /// Values of it that are not taken.
    pub left: Vec<Left>,
}

/// The rows of a file whose header has been understood. After an error there are
/// no more.
pub struct Reader<R> {
    records: Records<Text<R>>,
    columns: Columns,
    failed: bool,
}

/// The file as UTF-8: its beginning, which was looked at, and the rest.
pub(super) type Text<R> = Chain<Cursor<Vec<u8>>, DecodeReaderBytes<R, Vec<u8>>>;

const DELIMITERS: [u8; 3] = *b",;\t";

/// Reads the header of a file of devices: UTF-8, or UTF-16 with a byte order
/// mark; separated by comma, semicolon or tab.
///
/// # Errors
/// The file cannot be understood, in one sentence.
pub fn read<R: Read>(input: R) -> Result<Reader<R>, FileError> {
    let (columns, _, records) = open(input)?;
    Ok(Reader {
        records,
        columns,
        failed: false,
    })
}

/// The header of a file, as it is understood and as it stands there, and the rows after it.
pub(super) fn open<R: Read>(input: R) -> Result<(Columns, Record, Records<Text<R>>), FileError> {
    let mut text = DecodeReaderBytesBuilder::new()
        .utf8_passthru(true)
        .strip_bom(true)
        .build_with_buffer(input, vec![0; 64 << 10])?;
    let mut head = Vec::new();
    text.by_ref().take(LIMIT as u64).read_to_end(&mut head)?;
    refuse_foreign(&head)?;
    let (delimiter, spare_rows) = layout(&head)?;

    let mut header = Records::new(&head[..], delimiter);
    for _ in 0..spare_rows {
        header.next_record()?;
    }
    let (row, header) = header.next_record()?.ok_or(FileError::Empty)?;
    let columns = Columns::of(row, &header, &head)?;
    let mut records = Records::new(Cursor::new(head).chain(text), delimiter);
    for _ in 0..=spare_rows {
        records.next_record()?;
    }
    Ok((columns, header, records))
}

impl<R> Reader<R> {
    /// The columns that are read.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }
}

impl<R: Read> Reader<R> {
    fn next_row(&mut self) -> Result<Option<Row>, FileError> {
        while let Some((number, record)) = self.records.next_record()? {
            if !record.is_blank() {
                let (change, left) = change::of_row(number, &record, &self.columns)?;
                if matches!(change, Err(Refusal::Serial { .. }))
                    && is_other_heading(&record, &self.columns)
                {
                    return Err(FileError::SecondHeading { row: number });
                }
                return Ok(Some(Row {
                    number,
                    change,
                    left,
                }));
            }
        }
        Ok(None)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Row, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let row = self.next_row();
        self.failed = row.is_err();
        row.transpose()
    }
}

/// Whether a row is a heading by which the cells below it would mean something else.
fn is_other_heading(record: &Record, columns: &Columns) -> bool {
    let again = recognized(record);
    let is_other = |column: &Column| {
        let same = |it: &&Column| it.index == column.index;
        columns.read.iter().find(same).map(|it| it.field) != Some(column.field)
    };
    2 <= again.len() && again.iter().any(is_other)
}

/// Names what admins pick by mistake.
fn refuse_foreign(head: &[u8]) -> Result<(), FileError> {
    const FOREIGN: [(&[u8], &str); 4] = [
        (
            b"PK\x03\x04",
            "This is an Excel workbook or another ZIP archive.",
        ),
        (b"\xD0\xCF\x11\xE0", "This is an old Excel workbook."),
        (b"\x1F\x8B", "This is a gzip archive."),
        (b"%PDF", "This is a PDF document."),
    ];
    if head.is_empty() {
        return Err(FileError::Empty);
    }
    match FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some((_, what)) => Err(FileError::NotText(what)),
        None => Ok(()),
    }
}

/// The delimiter, and how many rows precede the header. It is the one by which
/// most of the header's columns are known; of those, the one that makes most cells.
fn layout(head: &[u8]) -> Result<(u8, usize), FileError> {
    // Excel's own way of naming it is a first row of `sep=;`. No file has the unit
    // separator, so this reads the row whole.
    let first = Records::new(head, 0x1F).next_record()?;
    let first = first
        .as_ref()
        .and_then(|(_, row)| row.get(0))
        .unwrap_or_default();
    if let [name @ .., b'=', delimiter @ (b',' | b';' | b'\t')] = first.as_bytes()
        && name.eq_ignore_ascii_case(b"sep")
    {
        return Ok((*delimiter, 1));
    }
    let score = |delimiter| match Records::new(head, delimiter).next_record() {
        Ok(Some((_, header))) => (recognized(&header).len(), header.len()),
        _ => (0, 0),
    };
    let best = DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|delimiter| score(*delimiter));
    Ok((best.unwrap_or(b','), 0))
}
