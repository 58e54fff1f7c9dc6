//! Step 2: why, with what that does to the licenses.

use leptos::prelude::*;

use super::note::NoteField;
use super::org_unit::OrgUnitField;
use super::step_heading::StepHeading;
use super::wizard::Answers;
use super::words;
use crate::domain::action::ActionKind;
use crate::domain::action::license::LicenseEffect;
use crate::domain::action::reason::DeprovisionReason;
use crate::domain::panel::Step;
use crate::domain::plan::Plan;
use crate::domain::review::{Problem, Review};
use crate::ui::components::FieldError;

/// The id of the first radio.
pub const FIRST_REASON_ID: &str = "reason-1";

const REASON_ERROR_ID: &str = "reason-error";

/// One reason, none preset, and a note if wanted.
#[component]
pub fn ReasonStep(plan: StoredValue<Plan>, answers: Answers) -> impl IntoView {
    let Answers { review, problem } = answers;
    let reason_wrong = move || problem.get() == Some(Problem::NoReason);
    let choose = move |reason| {
        review.update(|review| review.reason = Some(reason));
        problem.set(None);
    };

    let radio = move |(i, reason): (usize, DeprovisionReason)| {
        let number = i + 1;
        let effects = plan.with_value(|plan| effects(plan, reason));
        let effect = |text| view! { <span class="choice__detail">{text}</span> };
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="reason"
                    id=format!("reason-{number}")
                    value=number.to_string()
                    aria-labelledby=format!("reason-{number}-label")
                    aria-invalid=move || reason_wrong().then_some("true")
                    aria-describedby=move || {
                        let error = if reason_wrong() { REASON_ERROR_ID } else { "" };
                        format!("reason-{number}-effect {error}").trim_end().to_owned()
                    }
                    prop:checked=move || review.read().reason == Some(reason)
                    on:change=move |_| choose(reason)
                />
                <span>
                    <span id=format!("reason-{number}-label")>{reason.label()}</span>
                    <span id=format!("reason-{number}-effect")>
                        {effect(reason.use_when().to_owned())}
                        {effects.into_iter().map(effect).collect_view()}
                    </span>
                </span>
            </label>
        }
    };

    view! {
        <StepHeading text=Step::Choose.heading(ActionKind::Deprovision) />
        <fieldset class="reasons">
            <legend class="visually-hidden">{words::REASONS}</legend>
            {DeprovisionReason::ALL.into_iter().enumerate().map(radio).collect_view()}
        </fieldset>
        <p class="hint">{words::ESTIMATE_HINT}</p>
        <FieldError id=REASON_ERROR_ID problem about=&[Problem::NoReason] />
        <NoteField answers />
        <FollowUpChoices plan answers />
    }
}

/// What else is done to each device once it is deprovisioned.
#[component]
fn FollowUpChoices(plan: StoredValue<Plan>, answers: Answers) -> impl IntoView {
    let Answers { review, problem } = answers;
    let choice = move |label: &'static str, of: fn(&mut Review) -> &mut bool| {
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || *of(&mut review.get())
                    on:change=move |event| {
                        review.update(|review| *of(review) = event_target_checked(&event));
                        problem.set(None);
                    }
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="follow-up">
            <legend>{words::FOLLOW_UP}</legend>
            {choice(words::FOLLOW_UP_NOTE, |review| &mut review.add_note)}
            {choice(words::FOLLOW_UP_USER, |review| &mut review.clear_user)}
            <OrgUnitField plan answers label=words::FOLLOW_UP_MOVE />
        </fieldset>
    }
}

/// What the reason does to the licenses of this plan, a line for each effect.
pub fn effects(plan: &Plan, reason: DeprovisionReason) -> Vec<String> {
    let line = |(count, effect, documented): (u64, LicenseEffect, bool)| {
        words::license_effect(&effect.counted(count), documented)
    };
    plan.license_effects(reason).into_iter().map(line).collect()
}
