//! What an import did, for the terminal.

use std::fmt;

use super::columns::Column;
use super::error::shown;
use super::report::{FirstLeft, Report};
use crate::domain::number::grouped;

/// Refusals written out: a report of a million rows helps nobody.
const SHOWN: usize = 1000;

/// The first of many names, and how many more there are.
fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    let first: Vec<String> = names.iter().take(MOST).map(|name| shown(name)).collect();
    match names.len().saturating_sub(MOST) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// What it says beside the numbers, in sentences.
impl Report {
    /// Columns that are read only where another one is blank.
    pub fn older_columns(&self) -> Vec<String> {
        let older = self.columns.iter().filter(|column| column.older);
        let sentences = older.filter_map(|column| {
            let rather = |it: &&Column| it.field == column.field && !it.older;
            let rather = self.columns.iter().find(rather)?;
            let (name, rather) = (shown(&column.name), shown(&rather.name));
            Some(format!(
                "\"{name}\" is read only where \"{rather}\" is blank."
            ))
        });
        sentences.collect()
    }

    /// Values that blank cells remove.
    pub fn cleared_values(&self) -> Option<String> {
        let cleared = grouped(self.cleared);
        let verb = if self.dry_run {
            "would remove"
        } else {
            "have removed"
        };
        (self.cleared != 0).then(|| {
            format!("Blank cells {verb} {cleared} values; without their columns the values stay.")
        })
    }

    /// Statuses that are none of Google's.
    pub fn other_statuses(&self) -> Option<String> {
        let sentences = self.unknown_statuses.iter();
        let sentences: Vec<String> = sentences
            .map(|(word, rows)| format!("{} ({})", shown(word), grouped(*rows)))
            .collect();
        (!sentences.is_empty()).then(|| {
            format!(
                "Statuses that are none of Google's: {}. A device with one of Google's keeps \
                 it; any other gets the word and cannot be deprovisioned.",
                listed(&sentences)
            )
        })
    }

    /// Values that are not taken, with the first row of each kind.
    pub fn left_values(&self) -> impl Iterator<Item = String> {
        self.left.iter().map(|((why, column, _), first)| {
            let FirstLeft { row, value, count } = first;
            let more = match count - 1 {
                0 => String::new(),
                1 => "; 1 more row".to_owned(),
                more => format!("; {} more rows", grouped(more)),
            };
            format!("Row {row}: \"{value}\" in \"{column}\": {why}{more}.")
        })
    }
}

/// Several lines, without a line end after the last.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Columns read: ")?;
        for (n, column) in self.columns.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(
                f,
                "{comma}{} (\"{}\")",
                column.field.label(),
                shown(&column.name)
            )?;
        }
        f.write_str(".")?;
        for sentence in self.older_columns() {
            write!(f, "\n{sentence}")?;
        }
        if !self.not_read.is_empty() {
            write!(f, "\nColumns not read: {}.", listed(&self.not_read))?;
        }
        let [added, changed, unchanged] = [self.added, self.changed, self.unchanged].map(grouped);
        if self.dry_run {
            write!(
                f,
                "\nDry run, nothing was changed. Would be added: {added}; changed: {changed}; \
                 left as they are: {unchanged}."
            )?;
        } else {
            write!(
                f,
                "\nDevices added: {added}; changed: {changed}; left as they were: {unchanged}."
            )?;
        }
        for sentence in self
            .cleared_values()
            .into_iter()
            .chain(self.other_statuses())
        {
            write!(f, "\n{sentence}")?;
        }
        if !self.left.is_empty() {
            f.write_str("\nValues not taken; what was stored for them stays:")?;
        }
        for sentence in self.left_values() {
            write!(f, "\n  {sentence}")?;
        }
        if self.repeated != 0 {
            write!(
                f,
                "\nFurther rows of the same devices: {}.",
                grouped(self.repeated)
            )?;
        }
        if self.refused != 0 {
            write!(f, "\nRows refused: {}.", grouped(self.refused))?;
        }
        let first = &self.refusals[..self.refusals.len().min(SHOWN)];
        for (row, refusal) in first {
            write!(f, "\n  Row {row}: {refusal}.")?;
        }
        match self.refused - first.len() as u64 {
            0 => Ok(()),
            untold => write!(f, "\n  … and {} more rows.", grouped(untold)),
        }
    }
}
