//! The steps, and which is the present one.

use leptos::prelude::*;

use super::words;
use crate::domain::action::ActionKind;
use crate::domain::panel::{Step, steps};

/// The steps, and which is the present one.
#[component]
pub fn StepList(action: ActionKind, #[prop(into)] step: Signal<Step>) -> impl IntoView {
    let item = move |this: &Step| {
        let this = *this;
        let current = move || (step.get() == this).then_some("step");
        let state = move || match step.get() {
            present if this < present => "done",
            present if this == present => "current",
            _ => "ahead",
        };
        view! {
            <li class="step-list__item" aria-current=current data-state=state>
                {this.label(action)}
            </li>
        }
    };

    view! {
        <div class="step-list">
            <p class="hint">{move || words::step_of(action, step.get().number(action))}</p>
            <ol class="step-list__items">{steps(action).iter().map(item).collect_view()}</ol>
        </div>
    }
}
