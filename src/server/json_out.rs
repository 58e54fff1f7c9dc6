//! The tables of exports as JSON objects: the same names and values as the CSV, with `null`
//! for a time or a day that is not there, and flags that are `true` or `false`.

use serde_json::{Map, Value};

use crate::domain::field::{EXPORTED, Field};

/// How the cells of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Text,
    /// A time or a day, in the words of ISO 8601.
    Time,
    Flag,
}

impl Cell {
    fn of(field: Field) -> Self {
        match field {
            Field::LastSync
            | Field::FirstEnrolled
            | Field::LastEnrolled
            | Field::AutoUpdate
            | Field::DeprovisionedAt
            | Field::ExtendedStart => Self::Time,
            Field::ExtendedEligible | Field::ExtendedEnabled => Self::Flag,
            _ => Self::Text,
        }
    }

    fn value(self, text: &str) -> Value {
        match (self, text) {
            (Self::Time | Self::Flag, "") => Value::Null,
            (Self::Flag, flag) => (flag == "true").into(),
            (Self::Text | Self::Time, text) => text.into(),
        }
    }
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Shape(Vec<(String, Cell)>);

impl Shape {
    /// Columns with these names. Those of the directory's fields are written as such.
    pub fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let column = |name: String| {
            let field = EXPORTED.into_iter().find(|it| it.names().wire == name);
            let cell = field.map_or(Cell::Text, Cell::of);
            (name, cell)
        };
        Self(names.into_iter().map(|name| column(name.into())).collect())
    }

    /// A row, its cells in the order of the columns.
    pub fn object(&self, cells: &[impl AsRef<str>]) -> Map<String, Value> {
        let named = self.0.iter().zip(cells);
        let named = named.map(|((name, cell), text)| (name.clone(), cell.value(text.as_ref())));
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_values_of_its_fields() {
        let shape = Shape::of([
            "serialNumber",
            "lastSync",
            "extendedSupportEnabled",
            "finishedAt",
        ]);
        let row = Value::from(shape.object(&["0042", "", "false", ""]));
        let expected = serde_json::json!({
            "serialNumber": "0042",
            "lastSync": null,
            "extendedSupportEnabled": false,
            "finishedAt": "",
        });
        assert_eq!(row, expected);
    }
}
