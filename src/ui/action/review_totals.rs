//! The three numbers that matter, in boxes: what is done, what is not, what it costs.

use leptos::prelude::*;

use super::words;
use crate::domain::action::ActionKind;
use crate::domain::action::reason::DeprovisionReason;
use crate::domain::number;
use crate::domain::plan::Plan;

/// How many devices will be deprovisioned, how many skipped, and what becomes of the
/// licenses.
#[component]
pub fn ReviewTotals<'a>(
    plan: &'a Plan,
    /// The reason, once it is chosen: it decides what becomes of the licenses.
    reason: Option<DeprovisionReason>,
) -> impl IntoView + use<> {
    let skipped = plan.total.saturating_sub(plan.eligible);
    let effects = plan.license_effects_in_short(reason);
    let effects = match (plan.action, effects.is_empty()) {
        (ActionKind::Deprovision, false) => effects.join(", "),
        _ => plan.texts.licenses.clone(),
    };
    view! {
        <dl class="tally">
            <div>
                <dt>{words::tally_eligible(plan.action)}</dt>
                <dd>{number::grouped(plan.eligible)}</dd>
            </div>
            <div>
                <dt>{words::SKIPPED}</dt>
                <dd>{number::grouped(skipped)}</dd>
            </div>
            <div>
                <dt>{words::TALLY_LICENSES}</dt>
                <dd class="tally__words">{effects}</dd>
            </div>
        </dl>
    }
}
