//! Rows of a delimited file, within a bound.
//!
//! Our own, where the `csv` crate would do for any other program: an admin looks
//! a refused row up by its number in the spreadsheet, so blank rows count and a
//! line break within quotes does not; a quotation mark that is never closed must
//! be named with its row rather than swallow the rest of the file; and no cell
//! may grow without end.

use std::io::{ErrorKind, Read};

use super::error::FileError;

/// The longest row, in bytes.
pub const LIMIT: usize = 1 << 20;

/// The cells of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
}

impl Record {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..end)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Whether no cell holds anything but spaces.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Where the reader is within a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// After a quotation mark within quotes: the end, or half of a doubled one.
    QuoteInQuoted,
}

/// Reads rows one at a time.
pub struct Records<R> {
    input: R,
    delimiter: u8,
    buffer: Box<[u8]>,
    at: usize,
    filled: usize,
    /// The number of the row read last; the first is 1.
    row: u64,
    /// The last row ended with CR: an LF that follows belongs to it.
    after_cr: bool,
}

impl<R: Read> Records<R> {
    pub fn new(input: R, delimiter: u8) -> Self {
        let buffer = vec![0; 64 << 10].into_boxed_slice();
        Self {
            input,
            delimiter,
            buffer,
            at: 0,
            filled: 0,
            row: 0,
            after_cr: false,
        }
    }

    /// The next row that is not an empty line, and its number. `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<(u64, Record)>, FileError> {
        loop {
            self.row += 1;
            let Some(row) = self.read_row()? else {
                return Ok(None);
            };
            if row.ends.len() > 1 || !row.text.is_empty() {
                return Ok(Some((self.row, row)));
            }
        }
    }

    fn read_row(&mut self) -> Result<Option<Record>, FileError> {
        let row = self.row;
        let mut text = Vec::new();
        let mut ends = Vec::new();
        let mut state = State::CellStart;
        let mut length = 0;
        loop {
            let Some(byte) = self.next_byte()? else {
                return match state {
                    State::Quoted => Err(FileError::UnclosedQuote { row }),
                    State::CellStart if ends.is_empty() => Ok(None),
                    _ => finish(text, ends, row).map(Some),
                };
            };
            if byte == b'\n' && self.after_cr && length == 0 {
                self.after_cr = false;
                continue;
            }
            self.after_cr = false;
            length += 1;
            if length > LIMIT {
                return Err(FileError::TooLong { row });
            }
            state = match (state, byte) {
                (_, 0) => return Err(FileError::Nul { row }),
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) => {
                    text.push(byte);
                    State::Quoted
                }
                (State::CellStart, b'"') => State::Quoted,
                (State::QuoteInQuoted, b'"') => {
                    text.push(b'"');
                    State::Quoted
                }
                (_, b'\r' | b'\n') => {
                    self.after_cr = byte == b'\r';
                    return finish(text, ends, row).map(Some);
                }
                _ if byte == self.delimiter => {
                    ends.push(text.len());
                    State::CellStart
                }
                _ => {
                    text.push(byte);
                    State::Bare
                }
            };
        }
    }

    fn next_byte(&mut self) -> Result<Option<u8>, FileError> {
        while self.at == self.filled {
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(filled) => (self.at, self.filled) = (0, filled),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.at += 1;
        Ok(Some(self.buffer[self.at - 1]))
    }
}

fn finish(text: Vec<u8>, mut ends: Vec<usize>, row: u64) -> Result<Record, FileError> {
    ends.push(text.len());
    let text = String::from_utf8(text).map_err(|_| FileError::NotUtf8 { row })?;
    // Two cells that are no text by themselves can be text when joined.
    if ends.iter().all(|end| text.is_char_boundary(*end)) {
        Ok(Record { text, ends })
    } else {
        Err(FileError::NotUtf8 { row })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(input: &[u8]) -> Result<Vec<(u64, Vec<String>)>, FileError> {
        let mut records = Records::new(input, b',');
        let mut rows = Vec::new();
        while let Some((row, record)) = records.next_record()? {
            rows.push((row, record.iter().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        for newline in ["\n", "\r\n", "\r"] {
            let file = "a,b\n\n\"one\ntwo\",x\n3,\"\"\n".replace('\n', newline);
            let rows = rows(file.as_bytes()).unwrap();
            assert_eq!(
                rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(),
                [1, 3, 4]
            );
            assert_eq!(rows[1].1, [format!("one{newline}two"), "x".to_owned()]);
            assert_eq!(rows[2].1, ["3", ""]);
        }
    }

    #[test]
    fn a_last_row_needs_no_line_end() {
        assert_eq!(rows(b"a\nb").unwrap().len(), 2);
        assert_eq!(rows(b"a\nb,").unwrap()[1].1, ["b", ""]);
        assert!(rows(b"").unwrap().is_empty());
        assert!(rows(b"\n\r\n\r").unwrap().is_empty());
    }

    #[test]
    fn a_quotation_mark_within_a_bare_cell_is_a_character() {
        assert_eq!(rows(b"15\" screen,x").unwrap()[0].1, ["15\" screen", "x"]);
        assert_eq!(
            rows(b"\"say \"\"hi\"\"\",x").unwrap()[0].1,
            ["say \"hi\"", "x"]
        );
    }

    #[test]
    fn what_is_broken_is_named_with_its_row() {
        let error = |input: &[u8]| rows(input).unwrap_err().to_string();
        assert!(error(b"a\n\"b,c\nd\n").contains("quotation mark in row 2"));
        assert!(error(b"a\nb\0\n").contains("Row 2 holds a NUL"));
        assert!(error(b"a\nb\n\xFF\n").contains("Row 3 is not UTF-8"));
        assert!(error(b"a\n\xC3,\xA9\n").contains("Row 2 is not UTF-8"));
    }

    #[test]
    fn a_cell_does_not_grow_without_end() {
        let endless = b"a,b\n\"".chain(std::io::repeat(b'x'));
        let mut records = Records::new(endless, b',');
        assert!(records.next_record().unwrap().is_some());
        assert!(
            records
                .next_record()
                .unwrap_err()
                .to_string()
                .starts_with("Row 2 is longer than")
        );
    }

    proptest! {
        #[test]
        fn rows_are_read_as_the_csv_crate_wrote_them(
            rows_in in prop::collection::vec(prop::collection::vec("[a-z\"',;\\r\\n\té ]{0,6}", 2..5), 0..8)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows_in {
                writer.write_record(row).unwrap();
            }
            let file = writer.into_inner().unwrap();
            let read: Vec<_> = rows(&file).unwrap().into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(read, rows_in);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = rows(&bytes);
        }
    }
}
