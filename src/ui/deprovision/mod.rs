//! The side panel that takes a selection out of service, step by step.
//!
//! Whether it is open, and where it stands, is in the URL (`domain::panel`).

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use leptos::task::spawn_local;

use super::state::use_console;
use crate::api::plans::make_plan;
use crate::domain::panel::{Panel, Step};

/// The id of the button that opens the Actions menu: it gets the focus back.
pub const ACTIONS_BUTTON_ID: &str = "actions-button";

/// Opens the panel for the present selection.
#[derive(Clone, Copy)]
pub struct OpenDeprovision {
    /// Makes the plan and opens the panel, or says why not.
    pub open: Callback<()>,
    /// The plan is being made.
    pub pending: Signal<bool>,
}

/// For the Actions menu: what opens the panel. Call it in a component's body.
pub fn use_open_deprovision() -> OpenDeprovision {
    let console = use_console();
    let location = use_location();
    let navigate = use_navigate();
    let pending = RwSignal::new(false);

    let open = Callback::new(move |()| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let navigate = navigate.clone();
        let search = location.search;
        spawn_local(async move {
            let answer = make_plan(console.selection.get_untracked()).await;
            pending.try_set(false);
            match answer {
                Ok(plan) => {
                    let panel = Panel::Step { plan: plan.id, step: Step::Acknowledge };
                    let query = panel.write_to(&search.try_get_untracked().unwrap_or_default());
                    let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
                    navigate(&format!("/devices?{query}"), options);
                }
                Err(error) => console.snackbar.say(error.to_string()),
            }
        });
    });
    OpenDeprovision { open, pending: pending.into() }
}

/// The panel, over whatever screen is shown; nothing while it is closed.
#[component]
pub fn DeprovisionPanel() -> impl IntoView {}
