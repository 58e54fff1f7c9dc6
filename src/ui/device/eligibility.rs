//! Whether the device can be deprovisioned, and if not, what would change that.

use leptos::prelude::*;

use super::words;
use crate::domain::action::ActionKind;
use crate::domain::device::Device;
use crate::domain::eligibility::{Rule, verdict};
use crate::domain::permission::Permission;
use crate::ui::may::why_not;

/// The rule that decides, in words, and what would change it.
#[component]
pub fn Eligibility(device: Device) -> impl IntoView {
    let check = |action: ActionKind| {
        let status = &device.directory.status;
        verdict(action, status, device.gone, device.in_job.is_some())
    };
    let is_refused = why_not(Permission::Run).map(|_| Rule::NotPermitted);
    let rule = check(ActionKind::Deprovision).err().or(is_refused);
    let possible = ActionKind::ALL
        .iter()
        // Whether commands can be sent depends on the directory.
        .filter(|action| !action.main_effect().is_command() && check(**action).is_ok());
    let possible: Vec<_> = possible.map(|action| action.main_effect().past()).collect();
    let (tone, text) = match rule {
        Some(rule @ Rule::AlreadyDeprovisioned) => ("plain", rule.sentence().to_owned()),
        None => ("plain", words::eligible_hint(&possible)),
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
