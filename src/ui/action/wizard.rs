//! The three steps of a plan that can be executed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::acknowledge::{ACKNOWLEDGE_ID, AcknowledgeStep};
use super::execute::{ExecuteStep, TYPED_ID, launch};
use super::fields::{FIRST_FIELD_ID, FieldsStep};
use super::note::NOTE_ID;
use super::offline::{OFFLINE_ID, OfflineBanner, use_offline};
use super::org_unit::{ORG_UNIT_ID, OrgUnitStep};
use super::panel::Moves;
use super::reason::{FIRST_REASON_ID, ReasonStep};
use super::review_panel::Reading;
use super::step_list::StepList;
use super::words;
use crate::api::wire;
use crate::domain::action::ActionKind;
use crate::domain::panel::{Panel, Step};
use crate::domain::plan::Plan;
use crate::domain::review::{Problem, Review};
use crate::ui::browser;
use crate::ui::state::use_console;

/// Where the tab keeps reason and note over a reload, with the plan they belong to.
const REVIEW_KEY: &str = "sunset.review";

/// What the steps share.
#[derive(Clone, Copy)]
pub struct Answers {
    pub review: RwSignal<Review>,
    /// What was found missing when the operator wanted to go on.
    pub problem: RwSignal<Option<Problem>>,
}

/// Leads through the steps and, at the end, executes.
#[component]
pub fn Wizard(
    plan: Plan,
    #[prop(into)] step: Signal<Step>,
    moves: Moves,
    busy: RwSignal<bool>,
    reading: RwSignal<Reading>,
    on_cancel: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let plan = StoredValue::new(plan);
    let review = RwSignal::new(plan.with_value(stored_review));
    let answers = Answers {
        review,
        problem: RwSignal::new(None),
    };
    // What the server said to Execute.
    let failure = RwSignal::new(None::<String>);
    let waiting = RwSignal::new(words::STARTING);
    let offline = use_offline();

    let action = plan.with_value(|plan| plan.action);
    let at = move |step| Panel::Step {
        action,
        plan: plan.with_value(|plan| plan.id.clone()),
        step,
    };
    // After a reload, or by an old link: nothing is acknowledged, so from the start.
    Effect::new(move |_| {
        if step.get() != Step::Acknowledge && !review.read_untracked().acknowledged {
            moves.replace(at(Step::Acknowledge));
        }
    });
    Effect::new(move |_| plan.with_value(|plan| store_review(plan, &review.read())));
    Effect::new(move |_| {
        step.track();
        answers.problem.set(None);
        failure.set(None);
    });

    let execute = move || {
        let execution = plan.with_value(|plan| review.read_untracked().execution(plan));
        let execution = match execution {
            Ok(execution) => execution,
            Err((missing, problem)) => {
                if missing != step.get_untracked() {
                    moves.replace(at(missing));
                }
                answers.problem.set(Some(problem));
                return browser::focus_soon(control_of(problem));
            }
        };
        busy.set(true);
        waiting.set(words::STARTING);
        failure.set(None);
        let say = move |text| {
            waiting.try_set(text);
        };
        spawn_local(async move {
            let outcome = launch(console, execution, say).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(job) => {
                    browser::session_remove(REVIEW_KEY);
                    moves.replace(Panel::Job { action, job });
                }
                Err(error) if error.spoils_the_plan() => reading.set(Reading::Unusable(error)),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let forward = move || {
        if busy.get_untracked() || offline.read_untracked().is_some() {
            return;
        }
        let present = step.get_untracked();
        let checked = plan.with_value(|plan| review.read_untracked().check(present, plan));
        match (checked, present.next(action)) {
            (Err(problem), _) => {
                answers.problem.set(Some(problem));
                browser::focus_soon(control_of(problem));
            }
            (Ok(()), Some(next)) => moves.push(at(next)),
            (Ok(()), None) => execute(),
        }
    };
    // Each step was pushed by the one before it.
    let back = move |_| {
        if !busy.get_untracked() {
            browser::go_back();
        }
    };

    let screen_title = move || {
        let step = step.get();
        words::step_title(action, step.number(action), step.label(action))
    };
    let forward_label = move || match (step.get(), busy.get()) {
        (_, true) => waiting.get().to_owned(),
        (Step::Execute, false) => {
            let eligible = plan.with_value(|plan| plan.eligible);
            words::execute(action, review.read().powerwash, eligible)
        }
        _ => words::NEXT.to_owned(),
    };
    let forward_class = move || match step.get() {
        Step::Execute if action.is_final() => "button button--danger panel__forward",
        _ => "button button--primary panel__forward",
    };

    view! {
        <Title text=screen_title />
        <StepList action step />
        <form
            id="panel-form"
            class="panel__body"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                forward();
            }
        >
            {move || match step.get() {
                Step::Acknowledge => view! { <AcknowledgeStep plan answers moves /> }.into_any(),
                Step::Choose => match action {
                    ActionKind::Move => view! { <OrgUnitStep plan answers /> }.into_any(),
                    ActionKind::UpdateFields => view! { <FieldsStep answers /> }.into_any(),
                    _ => view! { <ReasonStep plan answers /> }.into_any(),
                },
                Step::Execute => view! { <ExecuteStep plan answers /> }.into_any(),
            }}
            <p class="field-error" role="alert">
                {failure}
            </p>
        </form>
        <OfflineBanner since=offline />
        <div class="panel__footer">
            <button
                type="button"
                class="button"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| on_cancel.run(())
            >
                {words::CANCEL}
            </button>
            <Show when=move || step.get() != Step::Acknowledge>
                <button
                    type="button"
                    class="button panel__back"
                    aria-disabled=move || busy.get().to_string()
                    on:click=back
                >
                    {words::BACK}
                </button>
            </Show>
            <button
                type="submit"
                form="panel-form"
                class=forward_class
                aria-disabled=move || (busy.get() || offline.read().is_some()).to_string()
                aria-describedby=move || offline.read().is_some().then_some(OFFLINE_ID)
            >
                {forward_label}
            </button>
        </div>
    }
}

/// The id of the control that a problem is about.
fn control_of(problem: Problem) -> &'static str {
    match problem {
        Problem::NotAcknowledged => ACKNOWLEDGE_ID,
        Problem::NoReason => FIRST_REASON_ID,
        Problem::NoOrgUnit => ORG_UNIT_ID,
        Problem::NoFields => FIRST_FIELD_ID,
        Problem::NoNote | Problem::NoteTooLong => NOTE_ID,
        Problem::WrongCount => TYPED_ID,
    }
}

/// What was answered before a reload. Of another plan, nothing counts.
fn stored_review(plan: &Plan) -> Review {
    let stored = browser::session_get(REVIEW_KEY);
    let stored = stored.and_then(|text| wire::read::<(String, Review)>(text.as_bytes()).ok());
    stored
        .filter(|(id, _)| *id == plan.id.0)
        .map(|(_, review)| review)
        .unwrap_or_default()
}

fn store_review(plan: &Plan, review: &Review) {
    if let Ok(text) = serde_json::to_string(&(&plan.id, review)) {
        browser::session_set(REVIEW_KEY, &text);
    }
}
