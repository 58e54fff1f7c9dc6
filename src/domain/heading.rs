//! The names that people and tools give the columns of a table of devices.
//!
//! One table for files that are imported and for lists that are pasted. To read another
//! tool's columns, add their names to [`Field::headings`]. Case, blanks and marks do not matter.

use super::field::Field;

impl Field {
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
            Self::License => "license",
            Self::LastSync => "last sync",
            Self::FirstEnrolled => "first enrollment",
            Self::LastEnrolled => "last enrollment",
            Self::AutoUpdate => "end of updates",
            Self::DeprovisionReason => "deprovision reason",
            Self::DeprovisionedAt => "time of deprovisioning",
            Self::OsType => "system",
            Self::ExtendedEligible => "eligibility for extended updates",
            Self::ExtendedEnabled => "extended updates",
            Self::ExtendedStart => "start of extended updates",
            Self::ReadAt => "time of the refresh",
            Self::Json => "JSON of the device",
        }
    }

    /// The column names that mean this field, squeezed ([`squeezed`]), the most exact
    /// first: the Directory API's, which GAM prints.
    fn headings(self) -> &'static [&'static str] {
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
                "serialnum",
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
                "inventorynumber",
                "inventarnummer",
            ],
            Self::Status => &[
                "status",
                "provisionstatus",
                "provisioningstatus",
                "devicestatus",
                "enrollmentstatus",
                "estado",
            ],
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
            Self::License => &[
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
                "lastdeprovision",
                "lastdeprovisiontime",
                "deprovisiontime",
                "deprovisiondate",
            ],
            Self::OsType => &["chromeostype", "ostype"],
            Self::ExtendedEligible => &["extendedsupporteligible"],
            Self::ExtendedEnabled => &["extendedsupportenabled"],
            Self::ExtendedStart => &["extendedsupportstart"],
            // Ours alone: no file says it of a device.
            Self::ReadAt => &[],
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

    /// The field that a column name means.
    pub fn named(name: &str) -> Option<Heading> {
        let name = squeezed(name);
        Self::ALL.into_iter().find_map(|field| {
            let names = field.headings();
            let all = names.iter().chain(field.older_names());
            let rank = all.into_iter().position(|known| *known == name)?;
            Some(Heading {
                field,
                rank,
                is_older: names.len() <= rank,
            })
        })
    }
}

/// What the name of a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    pub field: Field,
    /// How exact the name is: 0 is the Directory API's.
    pub rank: usize,
    /// Read only where the newer column is missing or blank.
    pub is_older: bool,
}

/// A column name without what people write differently or add to it: `Serial #`,
/// `S/N`, `Status (required)`.
pub fn squeezed(name: &str) -> String {
    const REMARKS: [&str; 6] = [
        "(required)",
        "[required]",
        "(optional)",
        "[optional]",
        "(mandatory)",
        "[mandatory]",
    ];
    let mut name = name.to_lowercase();
    for remark in REMARKS {
        if let Some(at) = name.find(remark) {
            name.replace_range(at..at + remark.len(), "");
        }
    }
    name.retain(char::is_alphanumeric);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_fields() {
        let mut seen = std::collections::HashMap::new();
        for field in Field::ALL {
            for name in field.headings().iter().chain(field.older_names()) {
                assert_eq!(squeezed(name), *name, "write it squeezed");
                assert_eq!(seen.insert(*name, field), None, "{name}");
            }
        }
    }

    #[test]
    fn case_spaces_and_punctuation_do_not_matter() {
        let field = |name| Field::named(name).map(|it| (it.field, it.is_older));
        for name in [
            "deviceId",
            "Device ID",
            "device_id",
            " DEVICE-ID ",
            "device.id",
        ] {
            assert_eq!(field(name), Some((Field::DeviceId, false)), "{name}");
        }
        assert_eq!(
            field("Auto-update expiration"),
            Some((Field::AutoUpdate, true))
        );
        assert_eq!(Field::named("orgUnitId"), None);
        assert_eq!(Field::named("recentUsers.0.email"), None);
    }

    #[test]
    fn marks_around_a_heading_are_passed_over() {
        for (name, field) in [
            ("Serial Number*", Field::Serial),
            ("* Serial No.:", Field::Serial),
            ("S/N", Field::Serial),
            ("Serial #", Field::Serial),
            ("Asset Tag #", Field::AssetId),
            ("Status (required)", Field::Status),
            ("\u{FEFF}Serial\u{A0}Number", Field::Serial),
        ] {
            assert_eq!(Field::named(name).map(|it| it.field), Some(field), "{name}");
        }
        for name in ["Serial (old)", "Serial 2", "#", ""] {
            assert_eq!(Field::named(name), None, "{name}");
        }
    }
}
