//! Which of a file's columns are read: by name, or by position in the one sheet
//! whose header is translated.

use super::error::{FileError, shown};
use super::records::Record;
use crate::domain::heading::{Field, squeezed};

/// A column that the import reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub index: usize,
    pub field: Field,
    /// Its name in the file.
    pub name: String,
    /// Read only where the newer column is blank.
    pub older: bool,
}

/// The Chromebook Getter sheet's columns, in its order. Its header is translated,
/// so the order is what can be relied on.
const GETTER: [Option<Field>; 23] = [
    Some(Field::OrgUnit),
    Some(Field::User),
    Some(Field::Location),
    Some(Field::AssetId),
    Some(Field::Notes),
    None, // MAC address
    None, // Ethernet MAC
    None, // etag
    None, // platform version
    Some(Field::DeviceId),
    Some(Field::Serial),
    Some(Field::Status),
    Some(Field::LastEnrolled),
    None, // recent users
    None, // active time
    Some(Field::Model),
    None, // firmware
    Some(Field::LastSync),
    Some(Field::OsVersion),
    None, // boot mode
    None, // support end date
    None, // last known LAN
    None, // last known WAN
];
/// The one name of that sheet that is not translated.
const GETTER_ETAG: usize = 7;

/// The columns of a header row that the import reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    pub read: Vec<Column>,
    /// The names of those that it does not.
    pub not_read: Vec<String>,
    /// How many columns the header has, read or not.
    pub width: usize,
    /// GAM prints a line break in a note as the two characters `\n`.
    pub escaped_notes: bool,
}

impl Columns {
    /// Recognises the columns of a header.
    ///
    /// # Errors
    /// None is known, or none says which device a row is about.
    pub fn of(row: u64, header: &Record) -> Result<Self, FileError> {
        let read = recognised(header);
        if read.is_empty() {
            let seen: Vec<_> = header
                .iter()
                .take(3)
                .map(|name| format!("\"{}\"", shown(name)))
                .collect();
            return Err(FileError::NoColumns {
                row,
                seen: seen.join(", "),
            });
        }
        let is_key = |field| matches!(field, Field::DeviceId | Field::Serial | Field::Json);
        if !read.iter().any(|column| is_key(column.field)) {
            let known: Vec<_> = read.iter().map(|column| shown(&column.name)).collect();
            return Err(FileError::NoKey {
                known: known.join(", "),
            });
        }
        let ours = header.iter().eq(crate::server::csv_out::DEVICE_COLUMNS);
        let is_read = |index| read.iter().any(|column| column.index == index);
        let not_read = header
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_read(*index));
        let not_read = not_read.map(|(_, name)| name.trim().to_owned()).collect();
        let escaped_notes = header.get(0) == Some("deviceId") && !ours;
        Ok(Self {
            read,
            not_read,
            width: header.len(),
            escaped_notes,
        })
    }
}

/// The columns that mean something, by position in a Chromebook Getter sheet and
/// by name in all others.
pub fn recognised(header: &Record) -> Vec<Column> {
    let by_name = |(index, name): (usize, &str)| {
        let heading = Field::named(name)?;
        Some(Column {
            index,
            field: heading.field,
            name: name.trim().to_owned(),
            older: heading.is_older,
        })
    };
    let named: Vec<_> = header.iter().enumerate().filter_map(by_name).collect();
    if !is_getter(header, &named) {
        return named;
    }
    let at_place = |(index, name): (usize, &str)| {
        Some(Column {
            index,
            field: GETTER[index]?,
            name: name.trim().to_owned(),
            older: false,
        })
    };
    header.iter().enumerate().filter_map(at_place).collect()
}

fn is_getter(header: &Record, named: &[Column]) -> bool {
    header.len() == GETTER.len()
        && header
            .get(GETTER_ETAG)
            .is_some_and(|name| squeezed(name) == "etag")
        && named
            .iter()
            .all(|column| GETTER[column.index] == Some(column.field))
}
