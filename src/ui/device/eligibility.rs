//! Whether the device can be deprovisioned, and if not, what would change that.

use leptos::prelude::*;

use super::words;
use crate::domain::device::Device;
use crate::domain::eligibility::{Rule, verdict};

/// The rule that decides, in words, and what would change it.
#[component]
pub fn Eligibility(device: Device) -> impl IntoView {
    let rule = verdict(
        &device.directory.status,
        device.gone,
        device.in_job.is_some(),
    )
    .err();
    let (tone, text) = match rule {
        Some(rule @ Rule::AlreadyDeprovisioned) => ("plain", rule.sentence().to_owned()),
        None => ("plain", words::ELIGIBLE_HINT.to_owned()),
        Some(rule) => ("warning", format!("{} {}", rule.sentence(), rule.remedy())),
    };
    let title = if rule.is_none() {
        words::ELIGIBLE
    } else {
        words::INELIGIBLE
    };

    view! {
        <div class="callout" data-tone=tone>
            <p class="callout__title">{title}</p>
            <p>{text}</p>
        </div>
    }
}
