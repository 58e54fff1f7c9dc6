//! Device details of a device.

use leptos::prelude::*;

use crate::domain::device::Device;
use crate::domain::reason::DeprovisionReason;
use crate::domain::time::Timestamp;

/// Every field, also the empty ones, and when it was read.
#[component]
pub fn DeviceFacts(device: Device, now: Timestamp) -> impl IntoView {
    let read = format!(
        "{} UTC, {}",
        device.read_at.to_minute(),
        device.read_at.ago(now)
    );
    let directory = device.directory.as_shown();
    let time = |at: Option<Timestamp>| {
        at.map(|at| format!("{} UTC", at.to_minute()))
            .unwrap_or_default()
    };
    // The directory's own word where it is none that can be selected.
    let reason = DeprovisionReason::from_api_value(&directory.deprovision_reason)
        .map_or(directory.deprovision_reason, |reason| {
            reason.label().to_owned()
        });
    let facts = [
        ("Serial number", directory.serial),
        ("Asset ID", directory.asset_id),
        ("Status", directory.status.label().to_owned()),
        ("Organizational unit", directory.org_unit),
        ("Model", directory.model),
        ("User", directory.user),
        ("Location", directory.location),
        ("Notes", directory.notes),
        ("License", directory.license.label().to_owned()),
        ("System", directory.os_type.label().to_owned()),
        ("OS version", directory.os_version),
        (
            "Auto-update expiration",
            directory
                .auto_update
                .map(|day| day.to_string())
                .unwrap_or_default(),
        ),
        ("Extended updates", directory.extended.text()),
        ("Last sync", time(directory.last_sync)),
        ("First enrolled", time(directory.first_enrolled)),
        ("Last enrolled", time(directory.last_enrolled)),
        ("Deprovisioned", time(directory.deprovisioned_at)),
        ("Deprovision reason", reason),
        ("Directory ID", directory.device_id),
        ("Last refreshed", read),
    ];
    let row = |(term, text): (&'static str, String)| {
        let text = if text.is_empty() {
            "–".to_owned()
        } else {
            text
        };
        view! {
            <div>
                <dt>{term}</dt>
                <dd class="wrap-anywhere">{text}</dd>
            </div>
        }
    };

    view! { <dl class="facts facts--wide">{facts.into_iter().map(row).collect_view()}</dl> }
}
