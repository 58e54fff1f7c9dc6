//! What the server says of the selection before any plan is made.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::devices::count_eligible;
use crate::domain::action::ActionKind;
use crate::domain::eligibility::Rule;
use crate::domain::error::ApiError;
use crate::domain::plan::EligibilityCount;
use crate::domain::selection::Selection;
use crate::ui::browser::{self, Timer};
use crate::ui::state::use_console;

/// How long the selection must rest before it is asked about, in milliseconds.
const PAUSE_MS: i32 = 250;

#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    /// For each action.
    Counted(Vec<EligibilityCount>),
    /// It could not be asked; the plan will tell.
    NotKnown(ApiError),
}

impl Facts {
    /// What is known of an action.
    pub fn of(&self, action: ActionKind) -> Option<&EligibilityCount> {
        match self {
            Self::Counted(counts) => counts.iter().find(|count| count.action == action),
            Self::NotKnown(_) => None,
        }
    }

    /// How many of the devices could not be deprovisioned.
    pub fn ineligible(&self) -> u64 {
        self.of(ActionKind::Deprovision)
            .map_or(0, |count| count.total - count.eligible)
    }

    /// How many of the devices the inventory no longer has.
    pub fn gone(&self) -> u64 {
        let Some(count) = self.of(ActionKind::Deprovision) else {
            return 0;
        };
        let gone = count
            .left_out
            .iter()
            .filter(|(rule, _)| *rule == Rule::NotInDirectory);
        gone.map(|(_, devices)| devices).sum()
    }
}

/// Asks about each new selection once it rests, and again when rows change. `None`
/// while it is asked.
pub fn use_facts() -> Signal<Option<Facts>> {
    let console = use_console();
    let facts = RwSignal::new(None::<Facts>);
    let question = StoredValue::new(0_u32);
    let timer = StoredValue::new(None::<Timer>);
    let stop = move || {
        timer
            .try_update_value(Option::take)
            .flatten()
            .into_iter()
            .for_each(Timer::cancel);
    };

    Effect::new(move |known: Option<Selection>| {
        console.inventory_version.track();
        let selection = console.selection.get();
        stop();
        question.update_value(|number| *number = number.wrapping_add(1));
        let number = question.get_value();
        if known.is_none_or(|known| known != selection) {
            facts.set(None);
        }
        if !selection.is_empty() {
            let ask = move || {
                spawn_local(async move {
                    let Some(selection) = console.selection.try_get_untracked() else {
                        return;
                    };
                    let answer = match count_eligible(selection).await {
                        Ok(counts) => Facts::Counted(counts),
                        Err(error) => Facts::NotKnown(error),
                    };
                    // An answer to an older question is none.
                    if question.try_get_value() == Some(number) {
                        facts.try_set(Some(answer));
                    }
                });
            };
            timer.set_value(browser::after(PAUSE_MS, ask));
        }
        selection
    });
    on_cleanup(stop);
    facts.into()
}
