//! Step 2: why, with what that does to the licenses.

use leptos::prelude::*;

use super::step_heading::StepHeading;
use super::wizard::Answers;
use super::words;
use crate::domain::license::LicenseEffect;
use crate::domain::panel::Step;
use crate::domain::plan::Plan;
use crate::domain::reason::DeprovisionReason;
use crate::domain::review::Problem;
use crate::ui::components::FieldError;
use crate::ui::derived::memo;

/// The ids of the first radio and of the note.
pub const FIRST_REASON_ID: &str = "reason-1";
pub const NOTE_ID: &str = "note";

const REASON_ERROR_ID: &str = "reason-error";
const NOTE_ERROR_ID: &str = "note-error";
const NOTE_HINT_ID: &str = "note-hint";

/// One reason, none preset, and a note if wanted.
#[component]
pub fn ReasonStep(plan: StoredValue<Plan>, answers: Answers) -> impl IntoView {
    let Answers { review, problem } = answers;
    let reason_wrong = move || problem.get() == Some(Problem::NoReason);
    let note_wrong = move || problem.get() == Some(Problem::NoteTooLong);
    let choose = move |reason| {
        review.update(|review| review.reason = Some(reason));
        problem.set(None);
    };
    let used = memo(move || review.read().note.trim().chars().count());

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
        <StepHeading text=Step::Reason.heading() />
        <fieldset class="reasons">
            <legend class="visually-hidden">{words::REASONS}</legend>
            {DeprovisionReason::ALL.into_iter().enumerate().map(radio).collect_view()}
        </fieldset>
        <p class="hint">{words::ESTIMATE_HINT}</p>
        <FieldError id=REASON_ERROR_ID problem about=&[Problem::NoReason] />
        <div class="labeled">
            <label for=NOTE_ID>{words::NOTE_LABEL}</label>
            <textarea
                id=NOTE_ID
                class="field"
                rows="2"
                aria-invalid=move || note_wrong().then_some("true")
                aria-describedby=move || if note_wrong() { NOTE_ERROR_ID } else { NOTE_HINT_ID }
                prop:value=move || review.read().note.clone()
                on:input=move |event| {
                    review.update(|review| review.note = event_target_value(&event));
                    problem.set(None);
                }
            ></textarea>
            <p class="hint" id=NOTE_HINT_ID>
                {move || words::note_hint(used.get())}
            </p>
            <FieldError id=NOTE_ERROR_ID problem about=&[Problem::NoteTooLong] />
        </div>
    }
}

/// What the reason does to the licenses of this plan, a line for each effect.
pub fn effects(plan: &Plan, reason: DeprovisionReason) -> Vec<String> {
    let line = |(count, effect, documented): (u64, LicenseEffect, bool)| {
        words::license_effect(&effect.counted(count), documented)
    };
    plan.license_effects(reason).into_iter().map(line).collect()
}
