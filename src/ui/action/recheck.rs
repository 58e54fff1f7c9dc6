//! A new review in the place of an old one. It has another hash, so whatever was
//! acknowledged counts no more.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::panel::Moves;
use super::words;
use crate::api::cache::{read_cache_state, refresh_cache};
use crate::api::devices::eligible_devices;
use crate::api::plans::{make_plan, plan_selection, recently_synced};
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::panel::{Panel, Step};
use crate::domain::plan::Plan;
use crate::domain::selection::Selection;
use crate::ui::browser;
use crate::ui::state::{Console, use_console};

/// Milliseconds between questions while the cache is refreshed.
const ASK_EVERY_MS: u32 = 1000;

/// What is done before the devices are checked again.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    Nothing,
    RemoveIneligible,
    RemoveRecentlySynced,
    Remove(Selection),
    Add(Selection),
    RefreshCache,
}

/// Checks the devices of a plan again. `Copy`.
#[derive(Clone, Copy)]
pub struct Recheck {
    console: Console,
    moves: Moves,
    action: ActionKind,
    plan: StoredValue<JobId>,
    pub busy: RwSignal<bool>,
    /// Why it did not work.
    pub problem: RwSignal<Option<String>>,
}

impl Recheck {
    pub fn new(action: ActionKind, plan: JobId, moves: Moves) -> Self {
        Self {
            console: use_console(),
            moves,
            action,
            plan: StoredValue::new(plan),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    pub fn run(self, fix: Fix) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let old = self.plan.get_value();
        spawn_local(async move {
            let answer = self.review(old, fix).await;
            // The panel was closed or has gone on meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(plan) => self.moves.replace(Panel::Step {
                    action: self.action,
                    plan: plan.id,
                    step: Step::Acknowledge,
                }),
                Err(error) => self.problem.set(Some(error.to_string())),
            }
        });
    }

    async fn review(self, old: JobId, fix: Fix) -> Result<Plan, ApiError> {
        let mut selection = self.console.selection.get_untracked();
        let own = !selection.is_empty();
        if !own {
            // The tab has lost it, or never had it: the plan still knows.
            selection = plan_selection(old.clone(), None).await?;
        }
        let before = selection.clone();
        match fix {
            Fix::Nothing => {}
            Fix::RemoveIneligible => selection = eligible_devices(self.action, selection).await?,
            Fix::RemoveRecentlySynced => selection.remove_all(&recently_synced(old).await?),
            Fix::Remove(devices) => selection.remove_all(&devices),
            Fix::Add(devices) => selection.add_all(&devices),
            Fix::RefreshCache => refreshed().await?,
        }
        if own && selection != before {
            let new = selection.clone();
            self.console
                .select(words::HOW_IN_REVIEW, |selection| *selection = new);
        }
        make_plan(
            Some(self.action),
            selection,
            Some(self.console.provenance_text()),
        )
        .await
    }
}

/// Refreshes the cache, or joins the refresh that runs, and waits for its end.
async fn refreshed() -> Result<(), ApiError> {
    let mut state = refresh_cache().await?;
    let number = state.last.as_ref().map(|last| last.number);
    while state.running().is_some_and(|it| Some(it.number) == number) {
        browser::sleep(ASK_EVERY_MS).await;
        state = read_cache_state().await?;
    }
    match state.failed() {
        None => Ok(()),
        Some(failed) => Err(ApiError::Unavailable {
            message: failed.notice(),
        }),
    }
}
