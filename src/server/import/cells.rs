//! The cells of a row, found by what their columns mean.

use std::borrow::Cow;

use super::columns::Columns;
use super::dates::NoDate;
use super::error::{FileError, Refusal, shown};
use super::records::Record;
use crate::domain::heading::Field;

/// The cells of one row that mean something: column name and text, by field.
pub struct Cells<'a>([Option<(&'a str, Cow<'a, str>)>; Field::ALL.len()]);

impl<'a> Cells<'a> {
    /// Takes each field's cell out of a row. A column's older name counts where
    /// the newer one is blank.
    pub fn of(row: u64, record: &'a Record, columns: &'a Columns) -> Result<Self, FileError> {
        let mut cells = Self([const { None }; Field::ALL.len()]);
        let (older, newer): (Vec<_>, Vec<_>) = columns.read.iter().partition(|column| column.older);
        for column in newer.into_iter().chain(older) {
            let text = record.get(column.index).unwrap_or_default();
            let text = text.strip_prefix('\'').unwrap_or(text);
            match &mut cells.0[column.field as usize] {
                place @ None => *place = Some((&column.name, text.into())),
                Some(_) if text.trim().is_empty() => {}
                Some(there) if there.1.trim().is_empty() => *there = (&column.name, text.into()),
                Some(there) if column.older || there.1.trim() == text.trim() => {}
                Some(there) => {
                    return Err(FileError::Conflict {
                        row,
                        field: column.field.label(),
                        one: shown(there.0),
                        other: shown(&column.name),
                    });
                }
            }
        }
        if columns.escaped_notes
            && let Some((_, notes)) = &mut cells.0[Field::Notes as usize]
            && notes.contains('\\')
        {
            *notes = notes.replace("\\n", "\n").replace("\\r", "\r").into();
        }
        Ok(cells)
    }

    /// Puts in what the row's JSON says, where the row has no column for it.
    pub fn unfold_json(&mut self) -> Result<(), Refusal> {
        let Some((column, json)) = self.0[Field::Json as usize].take() else {
            return Ok(());
        };
        if json.trim().is_empty() {
            return Ok(());
        }
        let device: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json)
            .map_err(|_| Refusal::Json {
                column: shown(column),
            })?;
        // The newer names first: they win.
        for older in [false, true] {
            for (name, value) in &device {
                let text = match value {
                    serde_json::Value::String(text) => text.clone(),
                    serde_json::Value::Number(number) => number.to_string(),
                    _ => continue,
                };
                // Only JSON can spell NUL, which no database takes.
                if text.contains('\0') {
                    return Err(Refusal::Json {
                        column: shown(column),
                    });
                }
                if let Some(heading) = Field::named(name)
                    && heading.is_older == older
                    && self.0[heading.field as usize].is_none()
                {
                    self.0[heading.field as usize] = Some((column, text.into()));
                }
            }
        }
        Ok(())
    }

    /// The text of a field's cell as it is, and trimmed. `None`: there is no column.
    pub fn exact(&self, field: Field) -> Option<String> {
        self.0[field as usize]
            .as_ref()
            .map(|(_, text)| text.clone().into_owned())
    }

    pub fn trimmed(&self, field: Field) -> Option<String> {
        self.0[field as usize]
            .as_ref()
            .map(|(_, text)| text.trim().to_owned())
    }

    /// The column and the trimmed text of a cell that is not blank.
    pub fn filled(&self, field: Field) -> Option<(&str, &str)> {
        let (column, text) = self.0[field as usize].as_ref()?;
        Some((*column, text.trim())).filter(|(_, text)| !text.is_empty())
    }

    /// Reads a cell that may hold a date.
    pub fn date<T>(
        &self,
        field: Field,
        read: fn(&str) -> Result<T, NoDate>,
    ) -> Result<Option<T>, Refusal> {
        let Some((column, text)) = &self.0[field as usize] else {
            return Ok(None);
        };
        read(text).map(Some).map_err(|_| Refusal::Date {
            column: shown(column),
            value: shown(text.trim()),
        })
    }
}
