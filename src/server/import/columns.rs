//! Which of a file's columns are read: by name, or by position in the one sheet
//! whose header is translated.

use super::error::{FileError, shown};
use super::gam_escapes::Escapes;
use super::records::Record;
use crate::domain::field::Field;
use crate::domain::heading::squeezed;

/// A column that the import reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub index: usize,
    pub field: Field,
    /// Its name in the file.
    pub name: String,
    /// How exact the name is; 0 is the most.
    pub rank: usize,
    /// Read only where the newer or more exact column is blank.
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
    /// The places of those.
    pub unread: Vec<usize>,
    /// A column that may hold the status, beside one that does.
    pub other_status: Option<usize>,
    /// How many columns the header has, read or not.
    pub width: usize,
    /// What GAM has done to the text.
    pub escapes: Escapes,
}

impl Columns {
    /// Recognizes the columns of a header; `head` is the beginning of the file.
    ///
    /// # Errors
    /// None is known, or none says which device a row is about, or one may hold the
    /// status and nobody knows.
    pub fn of(row: u64, header: &Record, head: &[u8]) -> Result<Self, FileError> {
        let read = recognized(header);
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
        let is_read = |index| read.iter().any(|column| column.index == index);
        let not_read = header
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_read(*index));
        let not_read: Vec<_> = not_read.map(|(_, name)| name.trim().to_owned()).collect();
        let unread: Vec<usize> = (0..header.len()).filter(|at| !is_read(*at)).collect();
        let other_status = unread.iter().copied().find(|at| {
            let name = header.get(*at).unwrap_or_default();
            may_be_status(name)
        });
        let has_status = |column: &Column| matches!(column.field, Field::Status | Field::Json);
        if !read.iter().any(has_status)
            && let Some(name) = other_status.and_then(|at| header.get(at))
        {
            return Err(FileError::UnknownStatus {
                name: shown(name.trim()),
            });
        }
        Ok(Self {
            read,
            not_read,
            unread,
            other_status,
            width: header.len(),
            escapes: Escapes::of(header, head),
        })
    }
}

impl Columns {
    /// The name of a column that is not read.
    pub fn name_of(&self, at: usize) -> &str {
        let place = self.unread.iter().position(|it| *it == at);
        place
            .and_then(|at| self.not_read.get(at))
            .map_or("", String::as_str)
    }
}

/// Whether a column that is not known may hold the status. New devices would be active
/// by default, whatever it says. The state of an update of the system is another thing.
fn may_be_status(name: &str) -> bool {
    const PARTS: [&str; 5] = [
        "status",
        "zustand",
        "lifecycle",
        "deprovision",
        "provisionstate",
    ];
    let name = squeezed(name);
    PARTS.iter().any(|part| name.contains(part)) && !name.starts_with("osupdatestatus")
}

/// The columns that mean something, by position in a Chromebook Getter sheet and
/// by name in all others.
pub fn recognized(header: &Record) -> Vec<Column> {
    let by_name = |(index, name): (usize, &str)| {
        let heading = Field::named(name)?;
        Some(Column {
            index,
            field: heading.field,
            name: name.trim().to_owned(),
            rank: heading.rank,
            older: heading.is_older,
        })
    };
    let named: Vec<_> = header.iter().enumerate().filter_map(by_name).collect();
    if !is_getter(header, &named) {
        return most_exact_first(named);
    }
    let at_place = |(index, name): (usize, &str)| {
        Some(Column {
            index,
            field: GETTER[index]?,
            name: name.trim().to_owned(),
            rank: 0,
            older: false,
        })
    };
    header.iter().enumerate().filter_map(at_place).collect()
}

/// Of several columns for one field, those with less exact names are read only where the
/// most exact is blank. Two that would name a device, or its status, must agree.
fn most_exact_first(mut columns: Vec<Column>) -> Vec<Column> {
    let rank = |column: &Column| match column.field {
        Field::DeviceId | Field::Serial | Field::Status => 0,
        Field::AssetId => column.rank.min(1),
        _ => column.rank,
    };
    let mut most_exact = [usize::MAX; Field::ALL.len()];
    for column in &columns {
        let place = &mut most_exact[column.field as usize];
        *place = rank(column).min(*place);
    }
    for column in &mut columns {
        column.older |= most_exact[column.field as usize] < rank(column);
    }
    columns.sort_by_key(|column| column.older.then_some(column.rank));
    columns
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
