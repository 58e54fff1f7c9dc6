//! Step 1: what will happen, to which devices, and that the operator knows it.

use leptos::prelude::*;

use super::step_heading::StepHeading;
use super::wizard::Answers;
use crate::domain::eligibility::Rule;
use crate::domain::number;
use crate::domain::panel::Step;
use crate::domain::plan::{ACKNOWLEDGEMENT, Plan};
use crate::domain::review::Problem;
use crate::ui::components::FieldError;

/// The id of the checkbox.
pub const ACKNOWLEDGE_ID: &str = "acknowledge";

const ERROR_ID: &str = "acknowledge-error";

/// Data older than this is worth a refresh first.
const OLD_MS: i64 = 3_600_000;

/// What will happen, to which devices, and the box to tick.
#[component]
pub fn AcknowledgeStep(plan: StoredValue<Plan>, answers: Answers) -> impl IntoView {
    let wrong = move || answers.problem.get() == Some(Problem::NotAcknowledged);
    let tick = move |ticked| {
        answers.review.update(|review| review.acknowledged = ticked);
        if ticked {
            answers.problem.set(None);
        }
    };
    let plan = plan.get_value();
    let skipped = plan.total.saturating_sub(plan.eligible);

    view! {
        <StepHeading text=Step::Acknowledge.heading() />
        <div class="callout" data-tone="warning">
            <p class="callout__title">"This cannot be undone."</p>
            <p>
                "Deprovisioning removes licences, and the devices would have to be wiped and \
                 re-enrolled before they can be managed again."
            </p>
        </div>
        <dl class="tally">
            <div>
                <dt>"Will be deprovisioned"</dt>
                <dd>{number::grouped(plan.eligible)}</dd>
            </div>
            <div>
                <dt>"Skipped"</dt>
                <dd>{number::grouped(skipped)}</dd>
            </div>
        </dl>
        {(skipped != 0).then(|| view! { <LeftOut rules=plan.left_out.clone() /> })}
        <FirstSerials serials=plan.first_serials.clone() of=plan.eligible />
        {plan.oldest_read.map(|read| view! { <DataAge ms=plan.now.0 - read.0 text=read.ago(plan.now) /> })}
        <label class="choice">
            <input
                type="checkbox"
                id=ACKNOWLEDGE_ID
                prop:checked=move || answers.review.read().acknowledged
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then_some(ERROR_ID)
                on:change=move |event| tick(event_target_checked(&event))
            />
            <span>{ACKNOWLEDGEMENT}</span>
        </label>
        <FieldError id=ERROR_ID problem=answers.problem about=&[Problem::NotAcknowledged] />
    }
}

/// The devices that stay as they are, by rule, with what could be done about it.
#[component]
fn LeftOut(rules: Vec<(Rule, u64)>) -> impl IntoView {
    let rows = rules.into_iter().map(|(rule, count)| {
        view! {
            <li>
                {number::devices(count)} ": " {rule.sentence()} " " {rule.remedy()}
            </li>
        }
    });
    view! {
        <details class="left-out">
            <summary>"Why devices are skipped"</summary>
            <ul>{rows.collect_view()}</ul>
        </details>
    }
}

/// The first few serials, to recognise the set by.
#[component]
fn FirstSerials(serials: Vec<String>, of: u64) -> impl IntoView {
    let rest = of.saturating_sub(serials.len() as u64);
    let heading = if rest == 0 {
        "The devices"
    } else {
        "The first devices"
    };
    let items = serials
        .into_iter()
        .map(|serial| view! { <li class="mono">{serial}</li> });
    view! {
        <div>
            <p class="hint">{heading}</p>
            <ul class="serials">
                {items.collect_view()}
                {(rest != 0)
                    .then(|| view! { <li>{format!("and {} more", number::grouped(rest))}</li> })}
            </ul>
        </div>
    }
}

/// How old the data is that the verdicts rest on.
#[component]
fn DataAge(ms: i64, text: String) -> impl IntoView {
    let old = OLD_MS < ms;
    let advice = "Cancel and use Refresh Cache if devices may have changed since.";
    view! {
        <p class="hint" data-old=old.then_some("")>
            {format!("Read from the directory {text}. ")} {old.then_some(advice)}
        </p>
    }
}
