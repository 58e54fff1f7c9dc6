//! Which columns the grid shows. The serial number always is one: it names the row.

use serde::{Deserialize, Serialize};

use super::query::BadParameter;

/// The columns that can be left out: the word in the URL, and the heading.
pub const COLUMNS: [(&str, &str); 8] = [
    ("asset_id", "Asset ID"),
    ("status", "Status"),
    ("org_unit", "Org unit"),
    ("model", "Model"),
    ("user", "User"),
    ("last_sync", "Last sync"),
    ("auto_update", "AUE"),
    ("read_at", "Last refreshed"),
];

/// Every column's bit. A column more than there are bits for does not compile.
const ALL: u32 = (1 << COLUMNS.len()) - 1;

/// Shown only where it is asked for: the last of the columns, "Last refreshed".
const ON_REQUEST: u32 = 1 << (COLUMNS.len() - 1);

/// What is shown where nothing is asked for.
const USUAL: u32 = ALL & !ON_REQUEST;

/// The columns that are shown, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Columns(u32);

impl TryFrom<u32> for Columns {
    type Error = BadParameter;

    fn try_from(bits: u32) -> Result<Self, BadParameter> {
        match bits & !ALL {
            0 => Ok(Self(bits)),
            _ => Err(BadParameter::new(
                "cols",
                &bits.to_string(),
                "unknown column",
            )),
        }
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl Columns {
    fn bit(word: &str) -> Option<u32> {
        let at = COLUMNS.iter().position(|(known, _)| *known == word)?;
        Some(1 << at)
    }

    pub fn shows(self, word: &str) -> bool {
        Self::bit(word).is_some_and(|bit| self.0 & bit != 0)
    }

    /// With this column, or without it.
    pub fn with(self, word: &str, shown: bool) -> Self {
        let bit = Self::bit(word).unwrap_or_default();
        Self(if shown { self.0 | bit } else { self.0 & !bit })
    }

    /// Only the serial number.
    pub fn none() -> Self {
        Self(0)
    }

    /// Adds what a `cols` parameter names: words separated by blanks or commas. A form
    /// sends one parameter for each column.
    ///
    /// # Errors
    /// A name is no column's.
    pub fn take(&mut self, value: &str) -> Result<(), BadParameter> {
        let mut shown = self.0;
        for word in value.split([' ', ',']).filter(|word| !word.is_empty()) {
            match Self::bit(word) {
                Some(bit) => shown |= bit,
                None if word == "serial" => {}
                None => return Err(BadParameter::new("cols", value, "unknown column")),
            }
        }
        self.0 = shown;
        Ok(())
    }

    /// The `cols` parameter, unless the usual columns are shown.
    pub fn to_value(self) -> Option<String> {
        (self != Self::default())
            .then(|| format!("serial {}", self.words(true)).trim_end().to_owned())
    }

    /// The columns that are left out, for the stylesheet.
    pub fn hidden(self) -> String {
        self.words(false)
    }

    fn words(self, shown: bool) -> String {
        let words = COLUMNS.iter().map(|(word, _)| *word);
        let words: Vec<_> = words.filter(|word| self.shows(word) == shown).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Columns, BadParameter> {
        let mut columns = Columns::none();
        for value in values {
            columns.take(value)?;
        }
        Ok(columns)
    }

    #[test]
    fn columns_read_back_from_the_url() {
        let columns = read(&["serial status,model"]).unwrap();
        assert_eq!(columns.to_value().unwrap(), "serial status model");
        assert_eq!(
            columns.hidden(),
            "asset_id org_unit user last_sync auto_update read_at"
        );
        assert_eq!(read(&[&columns.to_value().unwrap()]).unwrap(), columns);
        assert_eq!(read(&["serial"]).unwrap().to_value().unwrap(), "serial");
        assert_eq!(Columns::default().to_value(), None);
        assert_eq!(Columns::default().hidden(), "read_at");
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
        assert_eq!(read(&["serial color"]).unwrap_err().why, "unknown column");
    }

    #[test]
    fn every_column_has_a_bit_of_its_own_and_there_is_room_for_more() {
        let bits = COLUMNS.map(|(word, _)| Columns::bit(word).unwrap());
        assert_eq!(bits.iter().fold(0, |all, bit| all | bit), ALL);
        assert_eq!(bits.iter().sum::<u32>(), ALL);
        assert!(Columns::default().0.leading_zeros() > 0);
    }

    #[test]
    fn a_column_goes_and_comes_back() {
        let without = Columns::default().with("user", false);
        assert!(!without.shows("user") && without.shows("model"));
        assert_eq!(without.with("user", true), Columns::default());
    }
}
