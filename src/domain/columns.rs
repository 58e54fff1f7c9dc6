//! Which columns the grid shows, in which order and how wide. The serial number always
//! is the first: it names the row.

use super::field::{Field, SHOWN};
use super::query::BadParameter;

/// The widths in pixels that an address can have. Each column has a least of its own.
pub const WIDTHS: std::ops::RangeInclusive<u16> = 48..=800;

/// By how much a key widens a column, in pixels.
pub const WIDTH_STEP: u16 = 16;

/// What is shown where nothing is asked for, after the serial number.
const USUAL: [Field; 7] = [
    Field::AssetId,
    Field::Status,
    Field::OrgUnit,
    Field::Model,
    Field::User,
    Field::LastSync,
    Field::AutoUpdate,
];

/// A column of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    pub field: Field,
    /// In pixels, where the operator has changed it.
    pub width: Option<u16>,
}

/// The columns that are shown, in their order. The first is the serial number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Columns(Vec<Column>);

impl Default for Columns {
    fn default() -> Self {
        let mut columns = Self::none();
        columns.0.extend(USUAL.map(Column::of));
        columns
    }
}

impl Column {
    fn of(field: Field) -> Self {
        Self { field, width: None }
    }

    /// `model`, or `model:200` where the operator has made it wider or narrower.
    fn read(text: &str) -> Option<Self> {
        let (word, width) = match text.split_once(':') {
            Some((word, width)) => {
                let width = width.parse().ok().filter(|width| WIDTHS.contains(width))?;
                (word, Some(width))
            }
            None => (text, None),
        };
        let field = Field::of_word(word)?;
        Some(Self {
            field,
            width: width.map(|width| fit(field, width)),
        })
    }

    fn write(self) -> String {
        let word = self.field.names().word;
        match self.width {
            Some(width) => format!("{word}:{width}"),
            None => word.to_owned(),
        }
    }
}

/// The nearest width that this column can have. A serial number, a status or a date that
/// is cut tells nothing.
pub fn fit(field: Field, width: u16) -> u16 {
    let least = match field {
        Field::Serial => 112,
        Field::Status => 136,
        Field::LastSync
        | Field::AutoUpdate
        | Field::FirstEnrolled
        | Field::LastEnrolled
        | Field::DeprovisionedAt => 108,
        _ => 72,
    };
    width.clamp(least, *WIDTHS.end())
}

impl Columns {
    /// Only the serial number.
    pub fn none() -> Self {
        Self(vec![Column::of(Field::Serial)])
    }

    pub fn shown(&self) -> &[Column] {
        &self.0
    }

    /// The fields in their order, without the serial number.
    pub fn fields(&self) -> Vec<Field> {
        self.0[1..].iter().map(|column| column.field).collect()
    }

    pub fn shows(&self, field: Field) -> bool {
        self.at(field).is_some()
    }

    fn at(&self, field: Field) -> Option<usize> {
        self.0.iter().position(|column| column.field == field)
    }

    /// With this column, or without it. A new one comes where the box of columns has it.
    pub fn with(&self, field: Field, shown: bool) -> Self {
        let mut columns = self.clone();
        match (self.at(field), shown) {
            (Some(at), false) if at != 0 => {
                columns.0.remove(at);
            }
            (None, true) => {
                let rank = |field| SHOWN.iter().position(|it| *it == field);
                let before = |column: &Column| rank(column.field) < rank(field);
                let at = self.0.iter().rposition(before).map_or(1, |at| at + 1);
                columns.0.insert(at, Column::of(field));
            }
            _ => {}
        }
        columns
    }

    /// With this column so many places further on. The serial number stays the first.
    pub fn moved(&self, field: Field, by: isize) -> Self {
        let mut columns = self.clone();
        if let Some(from) = self.at(field).filter(|from| *from != 0) {
            let to = from.saturating_add_signed(by).clamp(1, self.0.len() - 1);
            let column = columns.0.remove(from);
            columns.0.insert(to, column);
        }
        columns
    }

    /// With this column so many pixels wide, as far as that is allowed.
    pub fn sized(&self, field: Field, width: u16) -> Self {
        let mut columns = self.clone();
        if let Some(at) = self.at(field) {
            columns.0[at].width = Some(fit(field, width));
        }
        columns
    }

    /// Adds what a `cols` parameter names: words separated by blanks or commas. A form
    /// sends one parameter for each column.
    ///
    /// # Errors
    /// A name is no column's, a width is none, or a column is named twice.
    pub fn take(&mut self, value: &str) -> Result<(), BadParameter> {
        let bad = |why: &str| BadParameter::new("cols", value, why);
        let mut columns = self.clone();
        for word in value.split([' ', ',']).filter(|word| !word.is_empty()) {
            let column = Column::read(word).ok_or_else(|| bad("unknown column"))?;
            match columns.at(column.field) {
                None => columns.0.push(column),
                // The form without a script sends it with each choice.
                Some(0) if column.width.is_none() => {}
                Some(0) => columns.0[0] = column,
                Some(_) => return Err(bad("a column is named twice")),
            }
        }
        *self = columns;
        Ok(())
    }

    /// The `cols` parameter, unless the usual columns are shown.
    pub fn to_value(&self) -> Option<String> {
        (*self != Self::default()).then(|| self.words())
    }

    fn words(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|column| column.write()).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(values: &[&str]) -> Result<Columns, BadParameter> {
        let mut columns = Columns::none();
        for value in values {
            columns.take(value)?;
        }
        Ok(columns)
    }

    #[test]
    fn columns_read_back_from_the_url_in_their_order_and_width() {
        let columns = read(&["serial status:140,model"]).unwrap();
        assert_eq!(columns.to_value().unwrap(), "serial status:140 model");
        assert_eq!(columns.fields(), [Field::Status, Field::Model]);
        assert_eq!(columns.shown()[1].width, Some(140));
        assert_eq!(read(&[&columns.to_value().unwrap()]).unwrap(), columns);
        assert_eq!(read(&["serial"]).unwrap().to_value().unwrap(), "serial");
        assert_eq!(Columns::default().to_value(), None);
    }

    #[test]
    fn a_form_sends_one_parameter_for_each_column() {
        assert_eq!(
            read(&["serial", "status", "model"]),
            read(&["serial status model"])
        );
    }

    #[test]
    fn a_column_that_does_not_exist_is_an_error() {
        for unknown in ["serial color", "status:9", "status:9000", "status:x", ":"] {
            let why = read(&[unknown]).unwrap_err().why;
            assert_eq!(why, "unknown column", "{unknown}");
        }
        let why = read(&["status model status"]).unwrap_err().why;
        assert_eq!(why, "a column is named twice");
    }

    #[test]
    fn a_column_goes_and_comes_back_to_its_place() {
        let without = Columns::default().with(Field::User, false);
        assert!(!without.shows(Field::User) && without.shows(Field::Model));
        assert_eq!(without.with(Field::User, true), Columns::default());
        assert_eq!(
            Columns::default().with(Field::Serial, false),
            Columns::default()
        );
    }

    #[test]
    fn a_column_moves_but_never_before_the_serial_number() {
        let columns = read(&["serial status model user"]).unwrap();
        let value = |columns: Columns| columns.to_value().unwrap();
        assert_eq!(
            value(columns.moved(Field::User, -1)),
            "serial status user model"
        );
        assert_eq!(
            value(columns.moved(Field::User, -9)),
            "serial user status model"
        );
        assert_eq!(
            value(columns.moved(Field::Status, 9)),
            "serial model user status"
        );
        assert_eq!(columns.moved(Field::Serial, 1), columns);
        assert_eq!(
            value(columns.sized(Field::Model, 1)),
            "serial status model:72 user"
        );
    }

    #[test]
    fn no_column_is_so_narrow_that_it_tells_nothing() {
        let columns = read(&["serial:48 status:48,last_sync:48"]).unwrap();
        let widths: Vec<_> = columns.shown().iter().map(|it| it.width.unwrap()).collect();
        assert_eq!(widths, [112, 136, 108]);
        assert_eq!(columns.sized(Field::Serial, 1), columns);
        assert_eq!(fit(Field::Serial, 9000), 800);
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_columns_their_address_says_it(
            steps in prop::collection::vec((0..SHOWN.len(), 0..3_u8, -9..9_isize), 0..20),
        ) {
            let mut columns = Columns::default();
            for (at, what, by) in steps {
                let field = SHOWN[at];
                columns = match what {
                    0 => columns.with(field, by < 0),
                    1 => columns.moved(field, by),
                    _ => columns.sized(field, by.unsigned_abs() as u16 * 90),
                };
                prop_assert_eq!(columns.shown()[0].field, Field::Serial);
            }
            if let Some(value) = columns.to_value() {
                prop_assert_eq!(read(&[&value]).unwrap(), columns);
            }
        }
    }
}
