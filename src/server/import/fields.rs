//! What a column can hold, and the names that admins' tools give it.
//!
//! To read another tool's file, add its column names to [`Field::names`]. Case,
//! spaces, underscores, dots and hyphens do not matter, nor does the order.

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    Licence,
    LastSync,
    FirstEnrolled,
    LastEnrolled,
    AutoUpdate,
    DeprovisionReason,
    DeprovisionedAt,
    /// The whole device, as the Directory API writes it (`gam … formatjson`).
    Json,
}

impl Field {
    pub const ALL: [Self; 18] = [
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
        Self::Licence,
        Self::LastSync,
        Self::FirstEnrolled,
        Self::LastEnrolled,
        Self::AutoUpdate,
        Self::DeprovisionReason,
        Self::DeprovisionedAt,
        Self::Json,
    ];

    /// What a person calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::DeviceId => "device id",
            Self::Serial => "serial number",
            Self::AssetId => "asset id",
            Self::Status => "status",
            Self::OrgUnit => "org unit",
            Self::Model => "model",
            Self::User => "user",
            Self::Location => "location",
            Self::Notes => "notes",
            Self::OsVersion => "OS version",
            Self::Licence => "licence",
            Self::LastSync => "last sync",
            Self::FirstEnrolled => "first enrolment",
            Self::LastEnrolled => "last enrolment",
            Self::AutoUpdate => "end of updates",
            Self::DeprovisionReason => "deprovision reason",
            Self::DeprovisionedAt => "time of deprovisioning",
            Self::Json => "JSON of the device",
        }
    }

    /// The column names that mean this field, squeezed ([`squeezed`]). The
    /// Directory API's name, which GAM prints, comes first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::DeviceId => &[
                "deviceid",
                "chromedeviceid",
                "directoryapiid",
                "directorydeviceid",
                "resourceid",
            ],
            Self::Serial => &[
                "serialnumber",
                "serial",
                "serialno",
                "serialnr",
                "serial#",
                "s/n",
                "sn",
                "deviceserial",
                "deviceserialnumber",
                "servicetag",
                "crossn",
                "seriennummer",
                "númerodeserie",
                "numerodeserie",
                "numérodesérie",
                "シリアル番号",
            ],
            Self::AssetId => &[
                "annotatedassetid",
                "assetid",
                "assettag",
                "asset",
                "assetnumber",
                "assetno",
                "asset#",
                "inventorynumber",
                "inventarnummer",
            ],
            Self::Status => &["status", "devicestatus", "enrollmentstatus", "estado"],
            Self::OrgUnit => &[
                "orgunitpath",
                "orgunit",
                "organizationalunit",
                "organizationalunitpath",
                "organizationunit",
                "organisationalunit",
                "ou",
                "oupath",
                "org",
            ],
            Self::Model => &["model", "devicemodel", "modelname", "modell", "modelo"],
            Self::User => &[
                "annotateduser",
                "user",
                "assigneduser",
                "assignedto",
                "deviceuser",
            ],
            Self::Location => &["annotatedlocation", "location", "devicelocation", "room"],
            Self::Notes => &["notes", "note", "annotatednotes", "comments", "comment"],
            Self::OsVersion => &["osversion", "chromeversion", "chromeosversion"],
            Self::Licence => &[
                "devicelicensetype",
                "licensetype",
                "licencetype",
                "license",
                "licence",
                "upgradetype",
            ],
            Self::LastSync => &[
                "lastsync",
                "lastsynctime",
                "lastpolicysync",
                "lastpolicysynctime",
                "lastsynced",
            ],
            Self::FirstEnrolled => &["firstenrollmenttime", "firstenrollment", "firstenrolled"],
            Self::LastEnrolled => &[
                "lastenrollmenttime",
                "lastenrollment",
                "lastenrolled",
                "enrollmenttime",
                "enrollmentdate",
            ],
            Self::AutoUpdate => &[
                "autoupdatethrough",
                "autoupdateuntil",
                "aue",
                "auedate",
                "endofupdates",
            ],
            Self::DeprovisionReason => &["deprovisionreason"],
            Self::DeprovisionedAt => &[
                "lastdeprovisiontimestamp",
                "deprovisiontime",
                "deprovisiondate",
            ],
            Self::Json => &["json"],
        }
    }

    /// Older names, read only where the newer column is missing or blank: a full
    /// GAM file has both, and they may differ by a day.
    fn older_names(self) -> &'static [&'static str] {
        match self {
            Self::AutoUpdate => &["autoupdateexpiration", "autoupdateexpirationdate"],
            _ => &[],
        }
    }

    /// The field that a column name means, and whether it is an older name.
    pub fn named(name: &str) -> Option<(Self, bool)> {
        let name = squeezed(name);
        Self::ALL.into_iter().find_map(|field| {
            if field.names().contains(&name.as_str()) {
                Some((field, false))
            } else {
                field
                    .older_names()
                    .contains(&name.as_str())
                    .then_some((field, true))
            }
        })
    }
}

/// A column name without what people write differently.
pub fn squeezed(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '.' | '-' | '\'' | '\u{FEFF}') && !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_fields() {
        let mut seen = std::collections::HashMap::new();
        for field in Field::ALL {
            for name in field.names().iter().chain(field.older_names()) {
                assert_eq!(squeezed(name), *name, "write it squeezed");
                assert_eq!(seen.insert(*name, field), None, "{name}");
            }
        }
    }

    #[test]
    fn case_spaces_and_punctuation_do_not_matter() {
        for name in [
            "deviceId",
            "Device ID",
            "device_id",
            " DEVICE-ID ",
            "device.id",
        ] {
            assert_eq!(Field::named(name), Some((Field::DeviceId, false)), "{name}");
        }
        assert_eq!(
            Field::named("Auto-update expiration"),
            Some((Field::AutoUpdate, true))
        );
        assert_eq!(Field::named("orgUnitId"), None);
        assert_eq!(Field::named("recentUsers.0.email"), None);
    }
}
