//! An import in the browser: a file is uploaded, checked, and taken once the operator has
//! seen what it would do.
//!
//! There is one at a time, and everybody sees it. Its token names the file that was
//! checked, so that what is taken is exactly what was shown.

use serde::{Deserialize, Serialize};

/// The largest file, in bytes.
pub const MAX_FILE: u64 = 200 * 1024 * 1024;

/// The largest file, in words.
pub const MAX_FILE_WORDS: &str = "200 MB";

/// How long a file is kept after it was uploaded, in minutes.
pub const KEPT_MINUTES: u64 = 60;

/// The most refused rows that a page shows; a file has all of them.
pub const SHOWN_REFUSALS: usize = 100;

/// Where the devices of this console come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// From files.
    Local,
    /// They are made up, and real ones would be lost among them.
    Demonstration,
    Google,
}

/// What can be imported, and what is being imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportState {
    pub source: Source,
    pub upload: Option<Upload>,
}

impl ImportState {
    /// The import to show, and the last one. An import that is over is shown only where the
    /// address asks for its result: whoever opens the screen again has another file.
    pub fn shown_and_last(self, search: &str) -> (Option<Upload>, Option<Upload>) {
        let is_asked_for = |upload: &Upload| {
            super::query::pairs(search).any(|(name, value)| name == "file" && value == upload.token)
        };
        match self.upload {
            Some(upload) if upload.phase.is_over() && !is_asked_for(&upload) => {
                (None, Some(upload))
            }
            shown => (shown, None),
        }
    }
}

/// A file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub token: String,
    /// The file's name.
    pub name: String,
    /// In bytes, as far as it is here.
    pub size: u64,
    pub phase: Phase,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    Receiving,
    Checking {
        percent: u8,
    },
    /// The file cannot be understood, in a sentence.
    Unusable(String),
    /// What would be done.
    Checked(Summary),
    Importing {
        percent: u8,
    },
    /// The directory has the devices, and the inventory is being read from it.
    Refreshing,
    /// What was done, and a sentence on the inventory.
    Imported(Summary, String),
    /// Nothing was changed, for this reason.
    Failed(String),
}

impl Phase {
    /// It changes by itself, and no other import can begin meanwhile.
    pub fn goes_on(&self) -> bool {
        matches!(
            self,
            Self::Receiving | Self::Checking { .. } | Self::Importing { .. } | Self::Refreshing
        )
    }

    /// Nothing more happens to this file.
    pub fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Unusable(_) | Self::Imported(..) | Self::Failed(_)
        )
    }
}

/// The address of the screen with the result of one file, also when that is over.
pub fn result_href(token: &str) -> String {
    format!(
        "/import?{}",
        super::query::encode([("file", token.to_owned())])
    )
}

/// What a file does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Further rows of the same devices.
    pub repeated: u64,
    pub refused: u64,
    /// What the columns that are read mean, and their names in the file.
    pub columns: Vec<(String, String)>,
    /// The names of the other columns.
    pub ignored: Vec<String>,
    /// What else is to be known, in sentences.
    pub notes: Vec<String>,
    /// The first refused rows: number and reason.
    pub refusals: Vec<(u64, String)>,
    /// How many refused rows can be downloaded.
    pub listed: u64,
    /// The first rows that are taken.
    pub first: Vec<FirstRow>,
}

impl Summary {
    /// How many devices an import would add or change.
    pub fn to_import(&self) -> u64 {
        self.added + self.changed
    }
}

/// One of the first rows of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstRow {
    /// As a spreadsheet numbers it.
    pub row: u64,
    /// "New", "No change", or what changes.
    pub effect: String,
    pub serial: String,
    pub asset_id: String,
    pub status: String,
    pub org_unit: String,
    pub model: String,
    pub user: String,
}

/// A size in bytes as people read it: `512 bytes`, `1.2 MB`.
pub fn size_words(bytes: u64) -> String {
    const UNITS: [&str; 2] = ["kB", "MB"];
    if bytes < 1024 {
        return super::number::counted(bytes, "byte", "bytes");
    }
    // In tenths, rounded up, so that no file shows as 0.0.
    let mut unit = 0;
    let mut tenths = (bytes * 10).div_ceil(1024);
    while 10_240 <= tenths && unit + 1 < UNITS.len() {
        tenths = tenths.div_ceil(1024);
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1,023 bytes"),
            (1024, "1.0 kB"),
            (1_048_576, "1.0 MB"),
            (MAX_FILE, "200.0 MB"),
        ] {
            assert_eq!(size_words(bytes), words);
        }
    }
}
