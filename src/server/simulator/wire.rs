//! Devices and org units as JSON, as the discovery document describes them.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::domain::device::DirectoryDevice;
use crate::domain::time::Timestamp;

/// How much of a device is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub enum Projection {
    /// Not said: as `BASIC`, with the org unit's path.
    #[default]
    #[serde(skip)]
    Unsaid,
    #[serde(rename = "BASIC")]
    Basic,
    #[serde(rename = "FULL")]
    Full,
}

/// `2026-11-23T10:42:07.123Z`.
pub fn instant(at: Timestamp) -> String {
    let whole = at.to_string();
    let whole = whole.trim_end_matches('Z');
    format!("{whole}.{:03}Z", at.0.rem_euclid(1000))
}

/// A short text that is always the same for the same text.
pub fn digest(of: &str) -> String {
    let digest = Sha256::digest(of.as_bytes());
    digest[..7]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The directory's id of an org unit.
pub fn org_unit_id(path: &str) -> String {
    format!("id:03ph8a2z{}", digest(path))
}

/// A device; what has no value is left out.
pub fn device(device: &DirectoryDevice, version: u64, projection: Projection) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            fields.insert(name.to_owned(), value.into());
        }
    };
    put("kind", "admin#directory#chromeosdevice");
    put(
        "etag",
        &format!("\"{}/{version}\"", digest(&device.device_id)),
    );
    put("deviceId", &device.device_id);
    put("serialNumber", &device.serial);
    put("status", device.status.as_str());
    put("annotatedAssetId", &device.asset_id);
    put("annotatedLocation", &device.location);
    put("annotatedUser", &device.user);
    put("notes", &device.notes);
    put(
        "lastSync",
        &device.last_sync.map(instant).unwrap_or_default(),
    );
    if projection == Projection::Basic {
        return fields.into();
    }
    put("orgUnitPath", &device.org_unit);
    if projection == Projection::Unsaid {
        return fields.into();
    }
    // A device's org unit is named without the prefix that the org unit itself has.
    let org_unit = org_unit_id(&device.org_unit);
    put("orgUnitId", org_unit.trim_start_matches("id:"));
    put("model", &device.model);
    put("osVersion", &device.os_version);
    put("deviceLicenseType", device.license.as_str());
    put("chromeOsType", device.os_type.as_str());
    put("bootMode", "Verified");
    put("macAddress", &digest(&device.serial)[..12]);
    put(
        "firstEnrollmentTime",
        &device.first_enrolled.map(instant).unwrap_or_default(),
    );
    put(
        "lastEnrollmentTime",
        &device.last_enrolled.map(instant).unwrap_or_default(),
    );
    put("deprovisionReason", &device.deprovision_reason);
    put(
        "lastDeprovisionTimestamp",
        &device.deprovisioned_at.map(instant).unwrap_or_default(),
    );
    if let Some(last_day) = device.auto_update {
        put("autoUpdateThrough", &last_day.to_string());
        put("autoUpdateExpiration", &last_day.start().0.to_string());
    }
    fields.insert("willAutoRenew".to_owned(), false.into());
    let extended = device.extended;
    for (name, flag) in [
        ("extendedSupportEligible", extended.eligible),
        ("extendedSupportEnabled", extended.enabled),
    ] {
        fields.extend(flag.map(|flag| (name.to_owned(), flag.into())));
    }
    let start = extended.start.map(|day| (instant(day.start())).into());
    fields.extend(start.map(|start| ("extendedSupportStart".to_owned(), start)));
    if device.user.contains('@') && device.last_sync.is_some() {
        let user = json!({ "type": "USER_TYPE_MANAGED", "email": device.user });
        fields.insert("recentUsers".to_owned(), json!([user]));
    }
    fields.into()
}

/// An org unit of this path.
pub fn org_unit(path: &str) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = if parent.is_empty() { "/" } else { parent };
    json!({
        "kind": "admin#directory#orgUnit",
        "etag": format!("\"{}\"", digest(path)),
        "name": name,
        "description": "",
        "orgUnitPath": path,
        "orgUnitId": org_unit_id(path),
        "parentOrgUnitPath": parent,
        "parentOrgUnitId": org_unit_id(parent),
        "blockInheritance": false,
    })
}
