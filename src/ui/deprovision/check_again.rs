//! For a plan that cannot be executed any more: makes a new one.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::panel::Moves;
use super::step_heading::StepHeading;
use crate::api::ApiError;
use crate::api::plans::{make_plan, plan_selection};
use crate::domain::job::JobId;
use crate::domain::panel::{Panel, Step};
use crate::ui::state::use_console;

/// Says why the plan is of no use, and offers to check the devices again.
#[component]
pub fn CheckAgain(
    plan: JobId,
    error: ApiError,
    moves: Moves,
    on_cancel: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let busy = RwSignal::new(false);
    let why = RwSignal::new(error.to_string());

    let check = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let old = plan.clone();
        spawn_local(async move {
            let mut selection = console.selection.get_untracked();
            if selection.is_empty() {
                // The tab has lost it, or never had it: the plan still knows.
                selection = plan_selection(old, None).await.unwrap_or_default();
            }
            let answer = make_plan(selection).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(plan) => {
                    moves.replace(Panel::Step {
                        plan: plan.id,
                        step: Step::Acknowledge,
                    });
                }
                Err(error) => why.set(error.to_string()),
            }
        });
    };

    view! {
        <div class="panel__body">
            <StepHeading text="Check the devices again" />
            <p role="alert">{why}</p>
        </div>
        <div class="panel__footer">
            <button type="button" class="button" on:click=move |_| on_cancel.run(())>
                "Cancel"
            </button>
            <button
                type="button"
                class="button button--primary panel__forward"
                aria-disabled=move || busy.get().to_string()
                on:click=check
            >
                {move || if busy.get() { "Checking…" } else { "Check again" }}
            </button>
        </div>
    }
}
