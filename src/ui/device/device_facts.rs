//! The details of one device: every field and the time of the last read.

use leptos::prelude::*;

use crate::domain::action::reason::DeprovisionReason;
use crate::domain::chrome_os::flag_label;
use crate::domain::device::Device;
use crate::domain::field::{Field, SHOWN};
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision};

/// What an empty field shows.
const NOTHING: &str = "–";

/// Every field, also the empty ones, and when it was read.
#[component]
pub fn DeviceFacts(device: Device, now: Timestamp) -> impl IntoView {
    let directory = device.directory.as_shown();
    let text = |text: String| match text.is_empty() {
        true => NOTHING.into_any(),
        false => text.into_any(),
    };
    let time = |at: Option<Timestamp>| match at {
        Some(at) => view! { <LocalTime at precision=Precision::Minute /> }.into_any(),
        None => NOTHING.into_any(),
    };
    let value = move |field: Field| match field {
        Field::Serial => text(directory.serial.clone()),
        Field::AssetId => text(directory.asset_id.clone()),
        Field::Status => text(directory.status.label().to_owned()),
        Field::OrgUnit => text(directory.org_unit.clone()),
        Field::Model => text(directory.model.clone()),
        Field::User => text(directory.user.clone()),
        Field::Location => text(directory.location.clone()),
        Field::Notes => text(directory.notes.clone()),
        Field::License => text(directory.license.label().to_owned()),
        Field::OsVersion => text(directory.os_version.clone()),
        Field::AutoUpdate => text(
            directory
                .auto_update
                .map(|day| day.in_words())
                .unwrap_or_default(),
        ),
        Field::LastSync => time(directory.last_sync),
        Field::FirstEnrolled => time(directory.first_enrolled),
        Field::LastEnrolled => time(directory.last_enrolled),
        Field::DeprovisionedAt => time(directory.deprovisioned_at),
        // The directory's own word where it is none that can be selected.
        Field::DeprovisionReason => text(
            DeprovisionReason::from_api_value(&directory.deprovision_reason).map_or_else(
                || directory.deprovision_reason.clone(),
                |reason| reason.label().to_owned(),
            ),
        ),
        Field::DeviceId => text(directory.device_id.clone()),
        Field::ReadAt => {
            let ago = format!(" ({})", device.read_at.ago(now));
            view! { <LocalTime at=device.read_at precision=Precision::Minute /> {ago} }.into_any()
        }
        Field::OsType => text(directory.os_type.label().to_owned()),
        Field::ExtendedEligible => text(flag_label(directory.extended.eligible).to_owned()),
        Field::ExtendedEnabled => text(flag_label(directory.extended.enabled).to_owned()),
        Field::ExtendedStart => text(
            directory
                .extended
                .start
                .map(|day| day.in_words())
                .unwrap_or_default(),
        ),
        Field::Json => ().into_any(),
    };
    let row = |field: Field| {
        view! {
            <div>
                <dt>{field.names().term}</dt>
                <dd class="wrap-anywhere">{value(field)}</dd>
            </div>
        }
    };

    view! { <dl class="facts facts--wide">{SHOWN.map(row).collect_view()}</dl> }
}
