//! Step 1: what will happen, to which devices, and that the operator knows it.

use leptos::prelude::*;

use super::panel::Moves;
use super::recheck::Recheck;
use super::review_notes::{DataAge, DriftNotes, LeftOut, RecentlySynced};
use super::review_totals::ReviewTotals;
use super::step_heading::StepHeading;
use super::wizard::Answers;
use super::words;
use crate::domain::action::ActionKind;
use crate::domain::job::JobId;
use crate::domain::number;
use crate::domain::plan::Plan;
use crate::domain::review::Problem;
use crate::domain::visible::shown;
use crate::ui::components::{CopyButton, FieldError, Lines};

/// The id of the checkbox.
pub const ACKNOWLEDGE_ID: &str = "acknowledge";

const ERROR_ID: &str = "acknowledge-error";

/// What will happen, to which devices, and the box to tick.
#[component]
pub fn AcknowledgeStep(plan: StoredValue<Plan>, answers: Answers, moves: Moves) -> impl IntoView {
    let wrong = move || answers.problem.get() == Some(Problem::NotAcknowledged);
    let tick = move |ticked| {
        answers.review.update(|review| review.acknowledged = ticked);
        if ticked {
            answers.problem.set(None);
        }
    };
    let plan = plan.get_value();
    let action = plan.action;
    let texts = plan.texts.clone();
    let skipped = plan.total.saturating_sub(plan.eligible);
    let recheck = Recheck::new(action, plan.id.clone(), moves);
    let can_powerwash = plan.can_powerwash && action == ActionKind::Deprovision;
    let reason = answers.review.read_untracked().reason;
    let licenses: Vec<String> = plan
        .by_license()
        .into_iter()
        .map(|(license, count)| format!("{} {}", number::grouped(count), license.label()))
        .collect();
    let licenses = licenses.join(", ");

    view! {
        <StepHeading text=texts.heading />
        <div class="callout" data-tone="warning">
            <p class="callout__title">{texts.warning_title}</p>
            <p>{texts.warning}</p>
        </div>
        <ReviewTotals plan=&plan reason />
        {(skipped != 0)
            .then(|| {
                let (plan, rules) = (plan.id.clone(), plan.left_out.clone());
                view! { <LeftOut plan rules recheck /> }
            })}
        <RecentlySynced devices=plan.recently_synced recheck />
        <DriftNotes recheck />
        {plan.has_old_data().then(|| view! { <DataAge plan=plan.clone() recheck /> })}
        <details class="panel__details">
            <summary>{words::DETAILS}</summary>
            <p>
                {words::LICENSES_BEFORE} {licenses} {words::licenses_after(&texts.license_note)}
            </p>
            {(!plan.provenance.is_empty())
                .then(|| view! { <p>{words::HOW_SELECTED} {plan.provenance.clone()}</p> })}
            {(!plan.has_old_data()).then(|| view! { <DataAge plan=plan.clone() recheck /> })}
            <FirstSerials
                action
                plan=plan.id.clone()
                serials=plan.first_serials.clone()
                of=plan.eligible
            />
        </details>
        <p class="field-error" role="status" aria-label=words::CHECK>
            {move || match recheck.busy.get() {
                true => Some(words::CHECKING_DEVICES.to_owned()),
                false => recheck.problem.get(),
            }}
        </p>
        <label class="choice">
            <input
                type="checkbox"
                id=ACKNOWLEDGE_ID
                prop:checked=move || answers.review.read().acknowledged
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then_some(ERROR_ID)
                on:change=move |event| tick(event_target_checked(&event))
            />
            <span>{texts.acknowledgement}</span>
        </label>
        <FieldError id=ERROR_ID problem=answers.problem about=&[Problem::NotAcknowledged] />
        {can_powerwash.then(|| view! { <PowerwashChoice answers /> })}
    }
}

/// Whether the devices are to be erased, too, and what comes first.
#[component]
fn PowerwashChoice(answers: Answers) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="checkbox"
                aria-labelledby="powerwash-label"
                aria-describedby="powerwash-order"
                prop:checked=move || answers.review.read().powerwash
                on:change=move |event| {
                    let powerwash = event_target_checked(&event);
                    answers.review.update(|review| review.powerwash = powerwash);
                }
            />
            <span>
                <span id="powerwash-label">{words::ALSO_POWERWASH}</span>
                <span class="choice__detail" id="powerwash-order">
                    {words::ALSO_POWERWASH_HINT}
                </span>
            </span>
        </label>
    }
}

/// The first few serials, to recognize the set by.
#[component]
fn FirstSerials(action: ActionKind, plan: JobId, serials: Vec<String>, of: u64) -> impl IntoView {
    let rest = of.saturating_sub(serials.len() as u64);
    let heading = if rest == 0 {
        words::ALL_SERIALS
    } else {
        words::FIRST_SERIALS
    };
    let items = serials
        .into_iter()
        .map(|serial| view! { <li class="mono">{shown(&serial)}</li> });
    view! {
        <div>
            <p>
                {heading} " "
                <CopyButton
                    label=words::COPY_SERIALS
                    what=words::to_be_done(action, of)
                    lines=Lines::OfPlan(plan, None)
                />
            </p>
            <ul class="serials">
                {items.collect_view()}
                {(rest != 0)
                    .then(|| view! { <li>{words::and_more(rest)}</li> })}
            </ul>
        </div>
    }
}
