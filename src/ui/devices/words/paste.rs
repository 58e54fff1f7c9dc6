//! Paste list.

use crate::domain::number::{counted, devices, grouped};
use crate::domain::paste::{By, Column, Pasted};

pub const PASTE: &str = "Paste list";
pub const PASTE_TITLE: &str = "Select devices from a list";
pub const PASTE_FIELD: &str = "Serial numbers, asset IDs or device IDs";
// The largest number of entries stands between these.
pub const PASTE_HINT_BEFORE: &str = "One per line, or separated by spaces, commas, or semicolons. \
                                     Up to ";
pub const PASTE_HINT_AFTER: &str = ". If you paste a table, choose the column that has the serial \
                                    numbers.";
/// The field for the file follows.
pub const PASTE_FILE: &str = "Or upload a CSV or text file: ";
pub const FIND: &str = "Find devices";

// What cannot be read, or shown.
pub const FILE_UNREADABLE: &str = "Can't read this file. Use a CSV or text file up to 2 MB.";
pub const LIST_TOO_LONG: &str = "The list is too long. Split it into lists of up to 50,000 \
                                 entries.";
pub const ADDRESS_TOO_LONG: &str = "This list is too long to be shown by itself. To see its \
                                    devices, add them to the selection.";

// What is done with a list.
pub const ALREADY_SELECTED: &str = "All of these devices were already selected.";
pub const DOWNLOAD_NOT_FOUND: &str = "Download not found";

/// How the devices of a list came into the selection.
pub fn how_pasted(time: &str) -> String {
    format!("pasted at {time}")
}

pub fn show_these(count: u64) -> String {
    format!("Show these {}", grouped(count))
}

pub const ADD_AND_SHOW: &str = "Add and show selected";

pub fn add_to_selection(count: u64) -> String {
    format!("Add {} to selection", devices(count))
}

pub fn added(count: u64) -> String {
    format!("{} added to the selection.", devices(count))
}

pub fn showing(count: u64) -> String {
    format!("Showing {} of the list.", devices(count))
}

/// Follows another sentence.
pub fn and_not_found(count: usize) -> String {
    let entries = counted(count as u64, "entry was", "entries were");
    format!(" {entries} not found.")
}

/// The button that downloads them follows.
pub fn last_not_found(count: usize) -> String {
    let entries = counted(count as u64, "entry", "entries");
    format!("The last list had {entries} that matched no device. ")
}

// What a list means.
pub const RESULT: &str = "Result";
pub const MATCHED: &str = "Matched";
pub const NOT_FOUND: &str = "Not found";
pub const AMBIGUOUS: &str = "More than one device has this asset ID";
pub const DUPLICATES: &str = "Duplicates";
pub const COPY_ALL: &str = "Copy all";
pub const POSSIBLE_MATCHES: &str = "Possible matches";
/// An entry comes before, and a name follows.
pub const DID_YOU_MEAN: &str = " – did you mean ";

/// The numbers of a list, as far as they are not zero.
pub fn summary(list: &Pasted) -> String {
    let by = |by: By| format!("{} by {}", grouped(list.by[by as usize] as u64), by.label());
    let by = By::ALL.map(by).join(", ");
    let mut parts = vec![format!("{} matched ({by})", grouped(list.matched.len()))];
    for (count, what) in [
        (list.not_found.len(), "not found"),
        (list.duplicates.len(), "duplicate"),
        (list.ambiguous.len(), "ambiguous"),
    ] {
        if count != 0 {
            parts.push(format!("{} {what}", grouped(count as u64)));
        }
    }
    parts.join(" · ")
}

pub fn matched_by(entry: &str, by: By) -> String {
    format!("{entry} (by {})", by.label())
}

// The column of a table.
pub const COLUMN: &str = "Match by column";
pub const COLUMN_NONE: &str = "Choose a column";
pub const COLUMN_WANTED: &str = "Choose the column that has the serial numbers.";

/// A column on offer: its title, or else its place from the left, and what is in it.
pub fn column(at: usize, column: &Column) -> String {
    let title = match column.title.as_str() {
        "" => format!("Column {}", at + 1),
        title => title.to_owned(),
    };
    let [serials, asset_ids, device_ids] = column.hits;
    format!(
        "{title}: {} – of {} rows {serials} by serial, {asset_ids} by asset ID, \
         {device_ids} by device ID",
        column.samples.join(", "),
        column.rows
    )
}
