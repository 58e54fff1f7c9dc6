//! A pasted table: which of its columns names the devices.
//!
//! A table is matched by exactly one column. Matched cell by cell, room and ticket
//! numbers would select whatever devices have them as asset IDs.

use std::borrow::Cow;
use std::collections::HashSet;

use super::cells::{Cell, cells};
use super::field::Field;
use super::identifier::{clean, is_invisible};
use super::paste::{BadList, By, Column, Entry, MAX_ENTRIES, Names, fold_name};

/// The heading stands in one of so many first lines: titles and progress messages of
/// tools may come before it.
const HEADING_LINES: usize = 5;

/// The most columns that are offered.
const MAX_COLUMNS: usize = 200;

/// Cells shown of each column, and the most characters of one.
const SAMPLES: usize = 3;
const SAMPLE_LENGTH: usize = 40;

/// A text of rows and columns.
pub struct Table {
    titles: Option<Vec<String>>,
    /// Those below the heading that are not blank.
    rows: Vec<Vec<Cell>>,
    width: usize,
}

impl Table {
    /// Reads a table, or `None` from a text that is a plain list.
    ///
    /// # Errors
    /// It is damaged or has too many rows.
    pub fn read(text: &str) -> Result<Option<Self>, BadList> {
        let mut text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
        let separator = take_separator(&mut text);
        let Some((delimiter, width)) = delimiter(&text, separator) else {
            return Ok(None);
        };
        let mut rows = cells(&text, &[delimiter], true).map_err(BadList::OpenQuote)?;
        rows.retain(|row| !is_blank(row));
        let titles = heading(&rows).map(|at| {
            let heading = rows.drain(..=at).next_back().unwrap_or_default();
            heading.into_iter().map(|cell| cell.text).collect()
        });
        match rows.len() {
            0 => Err(BadList::Empty),
            rows if MAX_ENTRIES < rows => Err(BadList::TooMany(rows)),
            _ => Ok(Some(Self {
                width: titles.as_ref().map_or(width, Vec::len),
                titles,
                rows,
            })),
        }
    }

    /// The entries of a column.
    pub fn entries(&self, column: usize) -> Vec<Entry> {
        let entry = |row: &Vec<Cell>| match name(row, column) {
            // Listed with the entries that were not found. No name has a colon and a blank.
            name if name.is_empty() => Entry::one(format!(
                "Line {}: blank",
                row.first().map_or(0, |it| it.line)
            )),
            name => Entry::one(name.into_owned()),
        };
        self.rows.iter().map(entry).collect()
    }

    /// Whether the heading says that a column has serial numbers: a number in it is
    /// no asset ID then.
    pub fn has_serials(&self, column: usize) -> bool {
        self.title_is(column, Field::Serial)
    }

    /// The names to look up to tell the columns apart, in lower case. Bounded: of a long
    /// table only the first rows are looked at.
    pub fn sampled_names(&self) -> HashSet<String> {
        let rows = self.sampled().iter();
        rows.flat_map(|row| (0..self.offered()).map(|column| fold_name(&name(row, column))))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The columns, with what they hit.
    pub fn columns(&self, names: &Names) -> Vec<Column> {
        let column = |at: usize| {
            let mut column = Column {
                title: self.title(at).unwrap_or_default().into_owned(),
                rows: self.sampled().len(),
                ..Column::default()
            };
            for name in self.sampled().iter().map(|row| name(row, at)) {
                if column.samples.len() < SAMPLES && !name.is_empty() {
                    let sample = name.chars().take(SAMPLE_LENGTH).collect();
                    column.samples.push(sample);
                }
                if let Some((_, by)) = names.get(&fold_name(&name)).and_then(|it| it.first())
                    && !(*by == By::AssetId && self.has_serials(at))
                {
                    column.hits[*by as usize] += 1;
                }
            }
            column
        };
        (0..self.offered()).map(column).collect()
    }

    /// The column that names the devices: by its title, else by its serial numbers.
    /// `None` if nothing tells: asset IDs are too easily other numbers.
    pub fn best(&self, columns: &[Column]) -> Option<usize> {
        let titled = |field| (0..self.width).find(|it| self.title_is(*it, field));
        let serials = |column: &Column| column.hits[By::Serial as usize];
        let most = || {
            let best = columns.iter().map(serials).max().filter(|it| 0 < *it)?;
            columns.iter().position(|it| serials(it) == best)
        };
        titled(Field::Serial)
            .or_else(|| titled(Field::DeviceId).filter(|it| self.has_directory_ids(*it)))
            .or_else(|| titled(Field::AssetId))
            .or_else(most)
    }

    /// Other systems have device IDs, too.
    fn has_directory_ids(&self, column: usize) -> bool {
        let mut names = self.rows.iter().map(|row| name(row, column));
        names.any(|name| is_directory_id(&name))
    }

    fn sampled(&self) -> &[Vec<Cell>] {
        let most = (MAX_ENTRIES / self.offered().max(1)).max(1);
        &self.rows[..self.rows.len().min(most)]
    }

    fn offered(&self) -> usize {
        self.width.min(MAX_COLUMNS)
    }

    fn title(&self, column: usize) -> Option<Cow<'_, str>> {
        Some(clean(self.titles.as_ref()?.get(column)?))
    }

    fn title_is(&self, column: usize, field: Field) -> bool {
        let title = self.title(column);
        title.is_some_and(|title| means(&title, field))
    }
}

/// Whether a name has the shape of a directory's device ID, which is that of a UUID.
pub fn is_directory_id(name: &str) -> bool {
    let groups = name.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && name.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Blanks a leading `sep=;`, which some spreadsheets write, and returns its delimiter.
fn take_separator(text: &mut String) -> Option<char> {
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next()?.to_owned();
    let bare = line.trim().trim_matches('"');
    let separator = bare.get(4..).and_then(|it| it.chars().next());
    let is_told = bare.get(..4)?.eq_ignore_ascii_case("sep=") && bare.chars().count() <= 5;
    is_told.then(|| {
        text.replace_range(start..start + line.len(), "");
        // A tab at the end of the line is trimmed away.
        separator.unwrap_or('\t')
    })
}

/// What parts the columns, and how many there are: two rows have the same number.
fn delimiter(text: &str, separator: Option<char>) -> Option<(char, usize)> {
    let candidates: &[char] = match &separator {
        Some(separator) => std::slice::from_ref(separator),
        None => &['\t', ';', ','],
    };
    let mut best = None;
    for delimiter in candidates {
        let mut rows = cells(text, &[*delimiter], false).unwrap_or_default();
        rows.retain(|row| !is_blank(row));
        let has_heading = heading(&rows).is_some();
        let mut widths = std::collections::BTreeMap::new();
        for row in rows.iter().filter(|row| 1 < row.len()) {
            *widths.entry(row.len()).or_insert(0) += 1;
        }
        let Some((width, count)) = widths.into_iter().max_by_key(|(_, count)| *count) else {
            continue;
        };
        let score = (has_heading, count);
        if 2 <= count && best.is_none_or(|(known, _, _)| known < score) {
            best = Some((score, *delimiter, width));
        }
    }
    let plain = || {
        // One column under its name.
        let mut rows = cells(text, &['\t', ';', ','], false).unwrap_or_default();
        rows.retain(|row| !is_blank(row));
        let at = heading(&rows)?;
        rows[at..]
            .iter()
            .all(|row| row.len() == 1)
            .then_some(('\t', 1))
    };
    best.map(|(_, delimiter, width)| (delimiter, width))
        .or_else(plain)
}

/// Which row names the columns.
fn heading(rows: &[Vec<Cell>]) -> Option<usize> {
    let first = rows.iter().take(HEADING_LINES);
    let find = |field| {
        let has = |row: &Vec<Cell>| row.iter().any(|cell| means(&cell.text, field));
        first.clone().position(has)
    };
    find(Field::Serial)
        .or_else(|| find(Field::DeviceId))
        .or_else(|| find(Field::AssetId))
}

fn means(title: &str, field: Field) -> bool {
    Field::named(title).is_some_and(|heading| heading.field == field)
}

fn name(row: &[Cell], column: usize) -> Cow<'_, str> {
    row.get(column).map_or("".into(), |cell| clean(&cell.text))
}

fn is_blank(row: &[Cell]) -> bool {
    row.iter().all(|cell| clean(&cell.text).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The column that is chosen where serials begin with `PCT`.
    fn best(text: &str) -> Option<usize> {
        use crate::domain::device::DeviceId;
        let table = Table::read(text).unwrap().expect("a table");
        let names = table.sampled_names().into_iter();
        let serials = names.filter(|name| name.starts_with("pct"));
        let names = serials.map(|name| (name, vec![(DeviceId(1), By::Serial)]));
        table.best(&table.columns(&names.collect()))
    }

    #[test]
    fn a_heading_is_found_below_titles_and_by_any_of_its_names() {
        for name in [
            "Serial No.",
            "S/N",
            "serial #",
            "SN",
            "Serial Number*",
            "serialNumber",
        ] {
            assert_eq!(best(&format!("Room,{name}\n1,2\n")), Some(1), "{name}");
            let titled = format!("Old carts\n\nRoom,{name}\n1,2\n3,4");
            assert_eq!(best(&titled), Some(1), "{name}");
        }
        assert_eq!(best("SEP=;\nAsset tag;Room\n1;2"), Some(0));
        assert_eq!(
            best("Please wait, reading...\nserialNumber,room\nA,B"),
            Some(0)
        );
    }

    #[test]
    fn without_a_heading_the_column_with_serials_is_chosen_or_none() {
        assert_eq!(best("1\tPCT1\n2\tPCT2"), Some(1));
        assert_eq!(best("1\tX1\n2\tX2"), None);
    }

    #[test]
    fn a_device_id_of_another_system_is_not_the_directory_s() {
        assert_eq!(best("Device ID,Serial\n7,PCT1"), Some(1));
        assert_eq!(best("Device ID,Who\n7,x"), None);
        let id = "000003e9-0000-4000-8000-0000000003e9";
        assert_eq!(best(&format!("Who,Device ID\nx,{id}")), Some(1));
    }

    #[test]
    fn a_list_is_no_table() {
        for text in ["a\nb", "a, b; c", "a\nb, c\nd", ""] {
            assert!(Table::read(text).unwrap().is_none(), "{text}");
        }
    }
}
