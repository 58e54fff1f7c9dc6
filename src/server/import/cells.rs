//! The cells of a row, found by what their columns mean.

use std::borrow::Cow;

use super::columns::Columns;
use super::dates::DateError;
use super::error::{FileError, Refusal, shown};
use super::left::{Left, Why};
use super::records::Record;
use crate::domain::action::license::LicenseType;
use crate::domain::field::Field;
use crate::domain::filter_query::MAX_VALUE;
use crate::domain::identifier::{Damage, clean, damage, is_placeholder, unwrapped};

/// The cells of one row that mean something, by field.
pub struct Cells<'a> {
    cells: [Option<Cell<'a>>; Field::ALL.len()],
    /// The JSON as it stands in the file.
    json: &'a str,
    /// The values that were asked for and could not be taken.
    pub left: Vec<Left>,
}

struct Cell<'a> {
    /// The column's name.
    column: &'a str,
    text: Cow<'a, str>,
    /// It was marked with a `'`: whatever it looks like, it is text.
    is_text: bool,
}

impl<'a> Cells<'a> {
    /// Takes each field's cell out of a row. A less exact column counts where the more
    /// exact one is blank, and a cell that the row lacks is blank.
    pub fn of(row: u64, record: &'a Record, columns: &'a Columns) -> Result<Self, FileError> {
        let mut cells = Self {
            cells: [const { None }; Field::ALL.len()],
            json: "",
            left: Vec::new(),
        };
        for column in &columns.read {
            let raw = record.get(column.index).unwrap_or_default();
            if column.field == Field::Json {
                cells.json = raw;
            }
            let marked = raw.strip_prefix('\'');
            let text = match columns.escapes.undone(column.field, marked.unwrap_or(raw)) {
                text if marked.is_some() => text,
                Cow::Borrowed(text) => unwrapped(text),
                Cow::Owned(text) => unwrapped(&text).into_owned().into(),
            };
            let cell = Cell {
                column: &column.name,
                text,
                is_text: marked.is_some(),
            };
            match &mut cells.cells[column.field as usize] {
                place @ None => *place = Some(cell),
                Some(_) if cell.text.trim().is_empty() => {}
                Some(there) if there.text.trim().is_empty() => *there = cell,
                Some(there) if column.older || there.text.trim() == cell.text.trim() => {}
                Some(there) => {
                    return Err(FileError::Conflict {
                        row,
                        field: column.field.label(),
                        one: shown(there.column),
                        other: shown(&column.name),
                    });
                }
            }
        }
        Ok(cells)
    }

    /// Puts in what the row's JSON says, where the row has no column for it.
    pub fn unfold_json(&mut self) -> Result<(), Refusal> {
        let Some(Cell { column, text, .. }) = self.cells[Field::Json as usize].take() else {
            return Ok(());
        };
        if text.trim().is_empty() {
            return Ok(());
        }
        let refusal = || Refusal::Json {
            column: shown(column),
        };
        // With GAM 7's escapes undone, or as it stands.
        let device: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text)
            .or_else(|_| serde_json::from_str(self.json))
            .map_err(|_| refusal())?;
        // The newer names first: they win.
        for older in [false, true] {
            for (name, value) in &device {
                let text = match value {
                    serde_json::Value::String(text) => text.clone(),
                    serde_json::Value::Number(number) => number.to_string(),
                    serde_json::Value::Bool(flag) => flag.to_string(),
                    _ => continue,
                };
                // Only JSON can spell NUL, which no database takes.
                if text.contains('\0') {
                    return Err(refusal());
                }
                if let Some(heading) = Field::named(name)
                    && heading.is_older == older
                    && self.cells[heading.field as usize].is_none()
                {
                    self.cells[heading.field as usize] = Some(Cell {
                        column,
                        text: text.into(),
                        is_text: false,
                    });
                }
            }
        }
        Ok(())
    }

    /// The text of a field's cell. `None`: there is no column, or what it was is lost.
    pub fn exact(&mut self, field: Field) -> Option<String> {
        let cell = self.cells[field as usize].as_ref()?;
        let text = cell.text.clone().into_owned();
        if !cell.is_text && damage(&text) == Some(Damage::Error) {
            self.leave(field, Why::Damage(Damage::Error));
            return None;
        }
        Some(text)
    }

    /// The text in one line, without blanks around it.
    pub fn trimmed(&mut self, field: Field) -> Option<String> {
        let text = self.exact(field)?;
        let text: String = text
            .trim()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let is_text = self.cells[field as usize]
            .as_ref()
            .is_some_and(|it| it.is_text);
        if !is_text && is_placeholder(&text) {
            self.leave(field, Why::Unknown);
            return None;
        }
        // As long as a filter can ask for.
        if field == Field::Model && MAX_VALUE < text.chars().count() {
            self.leave(field, Why::TooLong);
            return None;
        }
        Some(text)
    }

    /// The text of an identifier.
    pub fn identifier(&mut self, field: Field) -> Option<String> {
        let text = clean(&self.exact(field)?).into_owned();
        let is_text = self.cells[field as usize]
            .as_ref()
            .is_some_and(|it| it.is_text);
        let why = match damage(&text) {
            _ if is_text => return Some(text),
            Some(damage) => Why::Damage(damage),
            None if text.starts_with('=') => Why::Damage(Damage::Error),
            None if is_placeholder(&text) => Why::Unknown,
            None => return Some(text),
        };
        self.leave(field, why);
        None
    }

    /// The license. `None` also where nobody knows the word.
    pub fn license(&mut self, read: fn(&str) -> Option<LicenseType>) -> Option<LicenseType> {
        let text = self.exact(Field::License)?;
        let license = read(&text).filter(|_| !is_placeholder(&text));
        if license.is_none() {
            self.leave(Field::License, Why::NoLicense);
        }
        license
    }

    /// Reads a cell that holds one of a few words. `None` also where nobody knows the word.
    pub fn word<T>(&mut self, field: Field, read: fn(&str) -> Option<T>) -> Option<T> {
        let word = read(&clean(&self.exact(field)?));
        if word.is_none() {
            self.leave(field, Why::NoWord);
        }
        word
    }

    /// Reads a cell that may hold a date. `None` also where it cannot be read.
    pub fn date<T>(&mut self, field: Field, read: fn(&str) -> Result<T, DateError>) -> Option<T> {
        let text = self.exact(field)?;
        match read(&clean(&text)) {
            Ok(date) => Some(date),
            Err(DateError::TwoDays) => {
                self.leave(field, Why::TwoDays);
                None
            }
            Err(DateError::Unreadable) => {
                self.leave(field, Why::DateError);
                None
            }
        }
    }

    /// The column and the trimmed text of a cell that is not blank.
    pub fn filled(&self, field: Field) -> Option<(&str, &str)> {
        let cell = self.cells[field as usize].as_ref()?;
        Some((cell.column, cell.text.trim())).filter(|(_, text)| !text.is_empty())
    }

    fn leave(&mut self, field: Field, why: Why) {
        if let Some(cell) = &self.cells[field as usize] {
            self.left.push(Left {
                column: shown(cell.column),
                value: shown(cell.text.trim()),
                why,
            });
        }
    }
}
