//! For a plan that cannot be executed any more: makes a new one.

use leptos::prelude::*;

use super::panel::Moves;
use super::recheck::{Fix, Recheck};
use super::step_heading::StepHeading;
use super::words;
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;

/// Says why the plan is of no use, and offers to check the devices again.
#[component]
pub fn CheckAgain(
    action: ActionKind,
    plan: JobId,
    error: ApiError,
    moves: Moves,
    on_cancel: Callback<()>,
) -> impl IntoView {
    let recheck = Recheck::new(action, plan, moves);
    let busy = recheck.busy;
    let why = move || recheck.problem.get().unwrap_or_else(|| error.to_string());

    view! {
        <div class="panel__body">
            <StepHeading text=words::RECHECK_TITLE />
            <p role="alert">{why}</p>
        </div>
        <div class="panel__footer">
            <button type="button" class="button" on:click=move |_| on_cancel.run(())>
                {words::CANCEL}
            </button>
            <button
                type="button"
                class="button button--primary panel__forward"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| recheck.run(Fix::Nothing)
            >
                {move || if busy.get() { words::CHECKING } else { words::RECHECK }}
            </button>
        </div>
    }
}
