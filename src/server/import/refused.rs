//! The refused rows of a file, to be corrected and imported again.

use std::io::{Read, Write};

use super::error::{FileError, Refusal};
use super::reader::open;
use crate::server::csv_out::CsvWriter;

/// Writes the rows that were refused as CSV: the number and the reason of each, then its
/// own cells under their own headings. An import of that file reads these columns only.
///
/// # Errors
/// The file cannot be read again, or the output failed.
pub fn write_refused<R: Read>(
    input: R,
    refusals: &[(u64, Refusal)],
    output: impl Write,
) -> Result<(), FileError> {
    let (_, header, mut records) = open(input)?;
    let mut writer = CsvWriter::uneven(output);
    writer.write(
        ["Refused row", "Why it was refused"]
            .into_iter()
            .chain(header.iter()),
    )?;
    let mut refusals = refusals.iter().peekable();
    while refusals.peek().is_some()
        && let Some((number, record)) = records.next_record()?
    {
        while let Some((_, refusal)) = refusals.next_if(|(row, _)| *row == number) {
            let [row, why] = [number.to_string(), refusal.to_string()];
            let cells = [row.as_str(), why.as_str()]
                .into_iter()
                .chain(record.iter());
            writer.write(cells)?;
        }
    }
    writer.finish()?.flush()?;
    Ok(())
}
