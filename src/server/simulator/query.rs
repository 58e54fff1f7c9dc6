//! The query language of listings, with its traps: what cannot be
//! understood matches everything, and serials match by their beginning.

use super::wire::digest;
use crate::domain::action::license::LicenseType;
use crate::domain::device::DirectoryDevice;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{MS_PER_DAY, Timestamp};

/// A query that was understood, or one that matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(Vec<(Field, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Status,
    Serial,
    AssetId,
    User,
    Location,
    Note,
    Model,
    LastSync,
    Enrolled,
    AutoUpdate,
    Version,
    Sku,
    LicenseSku,
    BootMode,
    Mac,
    /// Documented, and about something that these devices do not have.
    Without,
}

impl Query {
    pub fn parse(text: &str) -> Self {
        Self(terms(text).unwrap_or_default())
    }

    pub fn matches(&self, device: &DirectoryDevice) -> bool {
        self.0
            .iter()
            .all(|(field, value)| matches(*field, value, device))
    }
}

fn terms(text: &str) -> Option<Vec<(Field, String)>> {
    let mut terms = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once(':')?;
        let field = match name {
            "status" => Field::Status,
            "id" => Field::Serial,
            "asset_id" => Field::AssetId,
            "user" => Field::User,
            "location" => Field::Location,
            "note" => Field::Note,
            "public_model_name" => Field::Model,
            "sync" => Field::LastSync,
            "register" => Field::Enrolled,
            "aue" => Field::AutoUpdate,
            "recent_user" => Field::User,
            "last_user_activity" => Field::LastSync,
            "chrome_version" => Field::Version,
            "sku" => Field::Sku,
            "license_sku" => Field::LicenseSku,
            "boot_mode" => Field::BootMode,
            "wifi_mac" => Field::Mac,
            "meid" | "ethernet_mac" | "update_status" | "compliance" | "policy_status"
            | "cpu_model_name" | "storage" | "ram" => Field::Without,
            _ => return None,
        };
        let quote = after.chars().next().filter(|it| ['"', '\''].contains(it));
        let (value, after) = match quote {
            Some(quote) => after[1..].split_once(quote)?,
            None => after.split_once(' ').unwrap_or((after, "")),
        };
        let value = value.to_lowercase();
        if value.is_empty() || (field == Field::Serial && value.len() < 3) {
            return None;
        }
        if field == Field::Status && status(&value).is_none() && value != "managed" {
            return None;
        }
        terms.push((field, value));
        rest = after.trim_start();
    }
    Some(terms)
}

fn status(word: &str) -> Option<DeviceStatus> {
    match word {
        "provisioned" => Some(DeviceStatus::Active),
        "disabled" => Some(DeviceStatus::Disabled),
        "deprovisioned" => Some(DeviceStatus::Deprovisioned),
        _ => None,
    }
}

fn matches(field: Field, value: &str, device: &DirectoryDevice) -> bool {
    let within = |text: &str| text.to_lowercase().contains(value);
    match field {
        Field::Status => match status(value) {
            Some(status) => device.status == status,
            None => device.status != DeviceStatus::Deprovisioned,
        },
        Field::Serial => device.serial.to_lowercase().starts_with(value),
        Field::AssetId => within(&device.asset_id),
        Field::User => within(&device.user),
        Field::Location => within(&device.location),
        Field::Note => within(&device.notes),
        Field::Model => within(&device.model),
        Field::LastSync => is_in(device.last_sync, value),
        Field::Enrolled => is_in(device.last_enrolled, value),
        Field::Version => is_version(&device.os_version, value),
        Field::Sku => device.license.as_str().to_lowercase().starts_with(value),
        Field::LicenseSku => license_sku(device.license) == value,
        Field::BootMode => value == "verified",
        Field::Mac => digest(&device.serial)[..12] == *value,
        Field::Without => false,
        Field::AutoUpdate => is_in(device.auto_update.map(|date| date.start()), value),
    }
}

/// `140.0`, or `140;prefix`.
fn is_version(version: &str, value: &str) -> bool {
    match value.strip_suffix(";prefix") {
        Some(prefix) => version.starts_with(prefix),
        None => version == value,
    }
}

fn license_sku(license: LicenseType) -> &'static str {
    match license {
        LicenseType::EnterprisePerpetual | LicenseType::EnterpriseFixedTerm => {
            "standalone_chrome_enterprise_upgrade"
        }
        LicenseType::EnterpriseBundled => "chrome_enterprise_upgrade_bundled",
        LicenseType::Kiosk => "standalone_kiosk_and_signage_upgrade",
        _ => "",
    }
}

/// Whether an instant lies in `D`, `..D`, `D..` or `D..D`.
fn is_in(at: Option<Timestamp>, range: &str) -> bool {
    let Some(at) = at else { return false };
    let (from, until) = range.split_once("..").unwrap_or((range, range));
    let instant = |text: &str| text.to_uppercase().parse::<Timestamp>().ok();
    let end_of = |text: &str| {
        let whole_day = if text.len() == 10 { MS_PER_DAY - 1 } else { 0 };
        Some(instant(text)?.0 + whole_day)
    };
    let after = from.is_empty() || instant(from).is_some_and(|from| from <= at);
    let before = until.is_empty() || end_of(until).is_some_and(|until| at.0 <= until);
    after && before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_matches_as_google_does_traps_included() {
        let mut device = crate::server::demo::fleet(1, Timestamp(0).date())
            .next()
            .unwrap();
        device.serial = "5CD1234XYZ".to_owned();
        device.status = DeviceStatus::Active;
        device.notes = "Cart 7, left".to_owned();
        device.last_sync = "2026-03-01T12:00".parse().ok();
        device.os_version = "140.0.7339".to_owned();
        device.license = LicenseType::Kiosk;
        let matches = |query: &str| Query::parse(query).matches(&device);
        for yes in [
            "id:5cd12",
            "status:provisioned note:\"cart 7\"",
            "status:managed",
            "note:'cart 7' status:provisioned",
            "chrome_version:140;prefix",
            "chrome_version:140.0.7339",
            "license_sku:standalone_kiosk_and_signage_upgrade",
            "boot_mode:Verified",
            "sync:..2026-03-01",
            "sync:2026-02-01..",
            "sync:2026-03-01",
        ] {
            assert!(matches(yes), "{yes}");
        }
        for no in [
            "id:234",
            "status:disabled",
            "note:'cart 8'",
            "chrome_version:140",
            "meid:35",
            "sku:education",
            "sync:..2026-02-28",
            "note:\"cart 8\"",
        ] {
            assert!(!matches(no), "{no}");
        }
        // Nobody is warned: it simply is everything.
        for malformed in [
            "5CD9999",
            "serial:5CD9",
            "status:ACTIVE",
            "id:5",
            "note:\"x",
        ] {
            assert!(matches(malformed), "{malformed}");
        }
    }
}
