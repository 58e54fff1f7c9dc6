//! Values of a row that are not taken. What is stored stays, and the report says so: a
//! value that cannot be read never removes one that can.

use std::fmt;

use crate::domain::identifier::Damage;

/// A value that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The column's name in the file.
    pub column: String,
    pub value: String,
    pub why: Why,
}

/// Why a value is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Damage(Damage),
    TwoDays,
    DateError,
    NoLicense,
    NoWord,
    /// It says that nothing is known.
    Unknown,
    TooLong,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damage(Damage::Rounded) => {
                "a spreadsheet has rounded it; format the column as text"
            }
            Self::Damage(Damage::Error) => "it is a spreadsheet's error",
            Self::TwoDays => "it could be two different days; write it as 2027-06-30",
            Self::DateError => "it is not a date; write it as 2027-06-30",
            Self::NoLicense => "no license is known by this name",
            Self::NoWord => "it is none of the words of this column",
            Self::Unknown => "it is a placeholder for an unknown value",
            Self::TooLong => "it is longer than 200 characters",
        })
    }
}
