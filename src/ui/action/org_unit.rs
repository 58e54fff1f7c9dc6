//! Where devices go: step 2 of a move, and a choice when they are deprovisioned.

use leptos::prelude::*;

use super::step_heading::StepHeading;
use super::wizard::Answers;
use super::words;
use crate::domain::action::ActionKind;
use crate::domain::org_unit::without_slash_at_end;
use crate::domain::panel::Step;
use crate::domain::plan::Plan;
use crate::domain::review::Problem;
use crate::ui::components::FieldError;

/// The id of the field.
pub const ORG_UNIT_ID: &str = "org-unit";

const LIST_ID: &str = "org-unit-list";
const HINT_ID: &str = "org-unit-hint";
const ERROR_ID: &str = "org-unit-error";

/// Step 2 of a move.
#[component]
pub fn OrgUnitStep(plan: StoredValue<Plan>, answers: Answers) -> impl IntoView {
    view! {
        <StepHeading text=Step::Choose.heading(ActionKind::Move) />
        <OrgUnitField plan answers label=words::ORG_UNIT />
    }
}

/// A field for the path, with the paths that there are.
#[component]
pub fn OrgUnitField(
    plan: StoredValue<Plan>,
    answers: Answers,
    label: &'static str,
) -> impl IntoView {
    let Answers { review, problem } = answers;
    let wrong = move || problem.get() == Some(Problem::NoOrgUnit);
    let hint = move || {
        let review = review.read();
        let path = without_slash_at_end(review.org_unit.trim());
        plan.with_value(
            |plan| match plan.org_units.iter().any(|known| known == path) {
                false if path.starts_with('/') && plan.has_all_org_units => words::ORG_UNIT_UNKNOWN,
                false if path.starts_with('/') => words::ORG_UNIT_NEW,
                _ => words::ORG_UNIT_HINT,
            },
        )
    };
    let option = |path: String| view! { <option value=path></option> };
    let options = plan.with_value(|plan| plan.org_units.clone());
    let options = options.into_iter().map(option).collect_view();
    view! {
        <div class="labeled">
            <label for=ORG_UNIT_ID>{label}</label>
            <input
                id=ORG_UNIT_ID
                class="field"
                type="text"
                list=LIST_ID
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || if wrong() { ERROR_ID } else { HINT_ID }
                prop:value=move || review.read().org_unit.clone()
                on:input=move |event| {
                    review.update(|review| review.org_unit = event_target_value(&event));
                    problem.set(None);
                }
                on:change=move |_| {
                    review
                        .update(|review| {
                            review.org_unit = without_slash_at_end(review.org_unit.trim()).to_owned();
                        });
                }
            />
            <datalist id=LIST_ID>{options}</datalist>
            <p class="hint" id=HINT_ID role="status">
                {hint}
            </p>
            <FieldError id=ERROR_ID problem about=&[Problem::NoOrgUnit] />
        </div>
    }
}
