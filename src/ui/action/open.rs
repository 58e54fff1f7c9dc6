//! How the Actions menu opens the panel.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::api::plans::make_plan;
use crate::domain::action::ActionKind;
use crate::domain::panel::{Panel, Step};
use crate::ui::state::use_console;

/// Opens the panel for the present selection.
#[derive(Clone, Copy)]
pub struct OpenAction {
    /// Makes the plan and opens the panel, or says why not.
    pub open: Callback<ActionKind>,
    /// The plan is being made.
    pub pending: Signal<bool>,
}

/// For the Actions menu: what opens the panel. Call it in a component's body.
pub fn use_open_action() -> OpenAction {
    let console = use_console();
    let search = use_location().search;
    let navigate = use_navigate();
    let pending = RwSignal::new(false);

    let open = Callback::new(move |action: ActionKind| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = make_plan(
                Some(action),
                console.selection.get_untracked(),
                Some(console.provenance_text()),
            )
            .await;
            pending.try_set(false);
            let plan = match answer {
                Ok(plan) => plan,
                Err(error) => return console.snackbar.say(error.to_string()),
            };
            // The screen may have been left while the plan was made.
            if let Some(query) = search.try_get_untracked() {
                let panel = Panel::Step {
                    action,
                    plan: plan.id,
                    step: Step::Acknowledge,
                };
                let options = NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&format!("/devices?{}", panel.write_to(&query)), options);
            }
        });
    });
    OpenAction {
        open,
        pending: pending.into(),
    }
}
