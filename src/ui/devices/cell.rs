//! What stands in a column of the grid.

use super::words;
use crate::domain::action::reason::DeprovisionReason;
use crate::domain::chrome_os::flag_label;
use crate::domain::device::Device;
use crate::domain::field::Field;
use crate::domain::org_unit;
use crate::domain::time::Timestamp;
use crate::domain::visible::shown;
use crate::ui::components::{Precision, Tone, badge, local_time};
use crate::ui::static_element::StaticElement;

/// What an empty cell shows.
const NOTHING: &str = "–";

/// The cell of this field in the row of a device.
pub fn cell(field: Field, device: &Device) -> StaticElement {
    let it = &device.directory;
    let text = match field {
        Field::Status => return status(device),
        Field::OrgUnit => return org_unit(&it.org_unit),
        Field::LastSync => return time(field, it.last_sync, words::NEVER),
        Field::FirstEnrolled => return time(field, it.first_enrolled, NOTHING),
        Field::LastEnrolled => return time(field, it.last_enrolled, NOTHING),
        Field::DeprovisionedAt => return time(field, it.deprovisioned_at, NOTHING),
        Field::ReadAt => return time(field, Some(device.read_at), NOTHING),
        Field::Serial => &it.serial,
        Field::AssetId => &it.asset_id,
        Field::Model => &it.model,
        Field::User => &it.user,
        Field::Location => &it.location,
        Field::Notes => &it.notes,
        Field::OsVersion => &it.os_version,
        Field::DeviceId => &it.device_id,
        Field::License => it.license.label(),
        Field::AutoUpdate => &it.auto_update.map(|day| day.in_words()).unwrap_or_default(),
        // The directory's own word where it is none that can be selected.
        Field::DeprovisionReason => DeprovisionReason::from_api_value(&it.deprovision_reason)
            .map_or(it.deprovision_reason.as_str(), |reason| reason.label()),
        Field::OsType => it.os_type.label(),
        Field::ExtendedEligible => flag_label(it.extended.eligible),
        Field::ExtendedEnabled => flag_label(it.extended.enabled),
        Field::ExtendedStart => &it
            .extended
            .start
            .map(|day| day.in_words())
            .unwrap_or_default(),
        Field::Json => "",
    };
    let text = match text {
        "" => NOTHING.to_owned(),
        text => shown(text),
    };
    td(field).text(text)
}

fn td(field: Field) -> StaticElement {
    StaticElement::new("td").with("class", class(field))
}

/// The class of a column's cells.
pub fn class(field: Field) -> String {
    format!("col-{}", field.names().word)
}

fn time(field: Field, at: Option<Timestamp>, otherwise: &'static str) -> StaticElement {
    let precision = match field {
        Field::ReadAt => Precision::Minute,
        _ => Precision::Day,
    };
    match at {
        Some(at) => td(field).child(local_time(at, precision)),
        None => td(field).text(otherwise),
    }
}

fn status(device: &Device) -> StaticElement {
    let status = &device.directory.status;
    let cell = td(Field::Status).child(badge(Tone::from(status), shown(status.label())));
    match device.in_job {
        Some(number) => {
            let job = StaticElement::new("span").with("class", "grid__job");
            cell.child(job.text(words::in_job(number)))
        }
        None => cell,
    }
}

/// The end of a path says most: it comes first, and what is above follows.
fn org_unit(path: &str) -> StaticElement {
    let path = shown(path);
    let (above, name) = path.split_at(path.len() - org_unit::name(&path).len());
    let part = |text: &str| StaticElement::new("span").text(text.to_owned());
    let whole = StaticElement::new("span").with("class", "path");
    td(Field::OrgUnit).child(whole.child(part(above)).child(part(name)))
}
