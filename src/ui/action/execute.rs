//! Step 3: all of it once more, and the button that does it.

use leptos::prelude::*;

use super::note::NoteField;
use super::reason::effects;
use super::review_totals::ReviewTotals;
use super::step_heading::StepHeading;
use super::wizard::Answers;
use super::words;
use crate::api::jobs::start_job;
use crate::api::plans::read_plan;
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::number;
use crate::domain::panel::Step;
use crate::domain::plan::{Execution, Plan};
use crate::domain::review::Problem;
use crate::ui::browser;
use crate::ui::components::FieldError;
use crate::ui::live::learn_job;
use crate::ui::state::Console;

/// The id of the field for the count.
pub const TYPED_ID: &str = "typed-count";

const ERROR_ID: &str = "typed-count-error";
const HINT_ID: &str = "typed-count-hint";

/// Milliseconds between attempts to learn whether the job started.
const ASK_AGAIN_MS: u32 = 2000;

/// All of it once more and, for many devices, their number to type.
#[component]
pub fn ExecuteStep(plan: StoredValue<Plan>, answers: Answers) -> impl IntoView {
    let Answers { review, problem } = answers;
    let wrong = move || problem.get() == Some(Problem::WrongCount);
    let plan = plan.get_value();
    let (reason, note, chosen) = {
        let review = review.read_untracked();
        (
            review.reason,
            review.note.trim().to_owned(),
            review.action(&plan),
        )
    };
    let action = plan.action;
    // The reason decides what becomes of the licenses; it and the note were asked for before.
    let has_reason = action == ActionKind::Deprovision;
    let reason = reason.filter(|_| has_reason);
    let licenses = match reason {
        Some(reason) => effects(&plan, reason).join(" "),
        None => plan.texts.license_note.clone(),
    };
    let eligible = number::grouped(plan.eligible);
    let fact = |term: String, text: String| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{text}</dd>
            </div>
        }
    };

    let choices = chosen.map_or_else(|_| Vec::new(), |chosen| chosen.choices());
    let choices = choices.into_iter().map(|it| fact(it.term, it.text));
    let choices = choices.collect_view();

    view! {
        <StepHeading text=Step::Execute.heading(action) />
        <ReviewTotals plan=&plan reason />
        <dl class="facts">
            {fact(words::LICENSES.to_owned(), licenses)}
            {choices}
            {(has_reason && !note.is_empty()).then(|| fact(words::NOTE.to_owned(), note))}
        </dl>
        {(!has_reason).then(|| view! { <NoteField answers /> })}
        <div class="callout" data-tone=if action.is_final() { "danger" } else { "plain" }>
            <p class="callout__title">{plan.texts.undo_title.clone()}</p>
            <p>{words::NO_UNDO}</p>
            <p>{plan.texts.approval.clone()}</p>
        </div>
        {plan
            .confirm_count
            .then(|| {
                view! {
                    <div class="labeled">
                        <label for=TYPED_ID>
                            {words::TYPE_BEFORE_NUMBER} <strong class="mono">{eligible.clone()}</strong>
                            {words::TYPE_TO_CONFIRM}
                        </label>
                        <input
                            id=TYPED_ID
                            class="field mono"
                            type="text"
                            inputmode="numeric"
                            autocomplete="off"
                            aria-invalid=move || wrong().then_some("true")
                            aria-describedby=move || if wrong() { ERROR_ID } else { HINT_ID }
                            prop:value=move || review.read().typed.clone()
                            on:input=move |event| {
                                review.update(|review| review.typed = event_target_value(&event));
                                problem.set(None);
                            }
                        />
                        <p class="hint" id=HINT_ID>
                            {words::type_hint(action)}
                        </p>
                        <FieldError id=ERROR_ID problem about=&[Problem::WrongCount] />
                    </div>
                }
            })}
    }
}

/// Sends Execute once. If no clear answer comes, asks whether the job started until
/// that is known: it is never sent blindly again.
pub async fn launch(
    console: Console,
    execution: Execution,
    say: impl Fn(&'static str),
) -> Result<JobId, ApiError> {
    let plan = execution.plan.clone();
    let error = match start_job(execution).await {
        Ok(job) => {
            let id = job.id.clone();
            learn_job(console, job);
            return Ok(id);
        }
        Err(error) if error.is_final() => return Err(error),
        Err(error) => error,
    };
    say(words::IS_STARTED);
    loop {
        match read_plan(plan.clone()).await {
            Ok(plan) if plan.started => return Ok(plan.id),
            Ok(_) => return Err(error),
            Err(ApiError::Unreachable | ApiError::Unavailable { .. }) => {
                browser::sleep(ASK_AGAIN_MS).await;
            }
            Err(other) => return Err(other),
        }
    }
}
