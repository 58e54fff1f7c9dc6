//! What an import changes of a device, field by field.

use crate::domain::device::DirectoryDevice;
use crate::domain::field::Field;

/// The fields in which two states of a device differ.
pub fn changed_fields(before: &DirectoryDevice, after: &DirectoryDevice) -> Vec<Field> {
    let compared = [
        (Field::Serial, before.serial != after.serial),
        (Field::AssetId, before.asset_id != after.asset_id),
        (Field::Status, before.status != after.status),
        (Field::OrgUnit, before.org_unit != after.org_unit),
        (Field::Model, before.model != after.model),
        (Field::User, before.user != after.user),
        (Field::Location, before.location != after.location),
        (Field::Notes, before.notes != after.notes),
        (Field::OsVersion, before.os_version != after.os_version),
        (Field::License, before.license != after.license),
        (Field::LastSync, before.last_sync != after.last_sync),
        (
            Field::FirstEnrolled,
            before.first_enrolled != after.first_enrolled,
        ),
        (
            Field::LastEnrolled,
            before.last_enrolled != after.last_enrolled,
        ),
        (Field::AutoUpdate, before.auto_update != after.auto_update),
        (
            Field::DeprovisionReason,
            before.deprovision_reason != after.deprovision_reason,
        ),
        (
            Field::DeprovisionedAt,
            before.deprovisioned_at != after.deprovisioned_at,
        ),
        (Field::ExtendedEnabled, before.extended != after.extended),
    ];
    let differs = compared.into_iter().filter(|(_, differs)| *differs);
    differs.map(|(field, _)| field).collect()
}
