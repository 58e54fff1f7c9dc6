//! The fields of a device, in one table: what each is called on screen, in an address, in
//! an export and on Google's wire.
//!
//! Columns, facts of a device, exports and imports all take their names from here, so a
//! new field is one row. What other tools call a field is in `heading.rs`.

use super::grid::SortKey;

/// What a table of devices can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    DeviceId,
    Serial,
    AssetId,
    Status,
    OrgUnit,
    Model,
    User,
    Location,
    Notes,
    OsVersion,
    License,
    LastSync,
    FirstEnrolled,
    LastEnrolled,
    AutoUpdate,
    DeprovisionReason,
    DeprovisionedAt,
    OsType,
    ExtendedEligible,
    ExtendedEnabled,
    ExtendedStart,
    /// When the inventory read the device last. Not a field of the directory.
    ReadAt,
    /// The whole device, as the Directory API writes it (`gam … formatjson`). In files only.
    Json,
}

/// The names of a field.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// In addresses, in JSON and in the stylesheet.
    pub word: &'static str,
    /// Over its column.
    pub heading: &'static str,
    /// In full, in facts and filters.
    pub term: &'static str,
    /// In exports and on Google's wire (`chromeosdevices`); empty where the directory has
    /// no such field.
    pub wire: &'static str,
    /// The usual width of its column, in pixels; 0 takes what is left.
    pub width: u16,
}

/// The fields that the grid can show, the one that names the row first, in the order of
/// the box of columns.
pub const SHOWN: [Field; 22] = [
    Field::Serial,
    Field::AssetId,
    Field::Status,
    Field::OrgUnit,
    Field::Model,
    Field::User,
    Field::LastSync,
    Field::AutoUpdate,
    Field::ReadAt,
    Field::Location,
    Field::Notes,
    Field::OsType,
    Field::OsVersion,
    Field::License,
    Field::FirstEnrolled,
    Field::LastEnrolled,
    Field::DeprovisionReason,
    Field::DeprovisionedAt,
    Field::ExtendedEligible,
    Field::ExtendedEnabled,
    Field::ExtendedStart,
    Field::DeviceId,
];

/// The fields of the directory, in the order of an export.
pub const EXPORTED: [Field; 21] = [
    Field::DeviceId,
    Field::Serial,
    Field::AssetId,
    Field::Status,
    Field::OrgUnit,
    Field::Model,
    Field::User,
    Field::Location,
    Field::Notes,
    Field::OsVersion,
    Field::License,
    Field::LastSync,
    Field::FirstEnrolled,
    Field::LastEnrolled,
    Field::AutoUpdate,
    Field::DeprovisionReason,
    Field::DeprovisionedAt,
    Field::OsType,
    Field::ExtendedEligible,
    Field::ExtendedEnabled,
    Field::ExtendedStart,
];

impl Field {
    /// Every field, in the order of the variants.
    pub const ALL: [Self; 23] = [
        Self::DeviceId,
        Self::Serial,
        Self::AssetId,
        Self::Status,
        Self::OrgUnit,
        Self::Model,
        Self::User,
        Self::Location,
        Self::Notes,
        Self::OsVersion,
        Self::License,
        Self::LastSync,
        Self::FirstEnrolled,
        Self::LastEnrolled,
        Self::AutoUpdate,
        Self::DeprovisionReason,
        Self::DeprovisionedAt,
        Self::OsType,
        Self::ExtendedEligible,
        Self::ExtendedEnabled,
        Self::ExtendedStart,
        Self::ReadAt,
        Self::Json,
    ];

    pub const fn names(self) -> &'static Names {
        &TABLE[self as usize]
    }

    /// The field that an address calls so.
    pub fn of_word(word: &str) -> Option<Self> {
        SHOWN.into_iter().find(|field| field.names().word == word)
    }

    /// The order by this field, if the grid can be sorted by it.
    pub fn sort_key(self) -> Option<SortKey> {
        SortKey::ALL.into_iter().find(|key| key.field() == self)
    }
}

const fn names(
    word: &'static str,
    heading: &'static str,
    term: &'static str,
    wire: &'static str,
    width: u16,
) -> Names {
    Names {
        word,
        heading,
        term,
        wire,
        width,
    }
}

/// In the order of the variants.
#[rustfmt::skip]
static TABLE: [Names; 23] = [
    names("device_id", "Directory ID", "Directory ID", "deviceId", 176),
    names("serial", "Serial number", "Serial number", "serialNumber", 124),
    names("asset_id", "Asset ID", "Asset ID", "annotatedAssetId", 96),
    names("status", "Status", "Status", "status", 128),
    names("org_unit", "Org unit", "Organizational unit", "orgUnitPath", 0),
    names("model", "Model", "Model", "model", 176),
    names("user", "User", "User", "annotatedUser", 168),
    names("location", "Location", "Location", "annotatedLocation", 128),
    names("notes", "Notes", "Notes", "notes", 200),
    names("os_version", "OS version", "OS version", "osVersion", 120),
    names("license", "License", "License", "deviceLicenseType", 176),
    names("last_sync", "Last sync", "Last sync", "lastSync", 104),
    names("first_enrolled", "First enrolled", "First enrolled", "firstEnrollmentTime", 112),
    names("last_enrolled", "Last enrolled", "Last enrolled", "lastEnrollmentTime", 112),
    names("auto_update", "AUE", "Auto-update expiration", "autoUpdateThrough", 104),
    names("deprovision_reason", "Reason", "Deprovision reason", "deprovisionReason", 176),
    names("deprovisioned_at", "Deprovisioned", "Deprovisioned", "lastDeprovisionTimestamp", 112),
    names("os_type", "System", "System", "chromeOsType", 128),
    names("extended_eligible", "Extended updates possible", "Extended updates possible", "extendedSupportEligible", 128),
    names("extended_enabled", "Extended updates on", "Extended updates on", "extendedSupportEnabled", 128),
    names("extended_start", "Extended updates since", "Extended updates since", "extendedSupportStart", 128),
    names("read_at", "Last refreshed", "Last refreshed", "", 176),
    names("", "", "JSON of the device", "", 0),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, at);
        }
        assert_eq!(Field::AssetId.names().wire, "annotatedAssetId");
        assert_eq!(Field::DeprovisionedAt.names().word, "deprovisioned_at");
        assert_eq!(Field::ReadAt.names().heading, "Last refreshed");
    }

    #[test]
    fn every_field_is_shown_once_and_has_names_of_its_own() {
        let shown: HashSet<_> = SHOWN.into_iter().collect();
        assert_eq!(shown.len(), SHOWN.len());
        let words: HashSet<_> = SHOWN.iter().map(|field| field.names().word).collect();
        let headings: HashSet<_> = SHOWN.iter().map(|field| field.names().heading).collect();
        assert_eq!((words.len(), headings.len()), (SHOWN.len(), SHOWN.len()));
        for field in SHOWN {
            assert_eq!(Field::of_word(field.names().word), Some(field));
        }
        for field in Field::ALL {
            assert_eq!(shown.contains(&field), field != Field::Json, "{field:?}");
        }
    }

    #[test]
    fn every_field_of_the_directory_is_exported_by_a_name_that_an_import_understands() {
        for field in Field::ALL {
            let wire = field.names().wire;
            assert_eq!(EXPORTED.contains(&field), !wire.is_empty(), "{field:?}");
            if !wire.is_empty() {
                let heading = Field::named(wire).unwrap();
                assert_eq!((heading.field, heading.rank), (field, 0), "{wire}");
            }
        }
    }

    #[test]
    fn what_can_be_sorted_by_is_sorted_by_its_own_field() {
        for key in SortKey::ALL {
            assert_eq!(key.field().sort_key(), Some(key));
        }
    }
}
