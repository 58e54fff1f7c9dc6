//! The steps, and which is the present one.

use leptos::prelude::*;

use super::words;
use crate::domain::panel::Step;

/// The steps, and which is the present one.
#[component]
pub fn StepList(#[prop(into)] step: Signal<Step>) -> impl IntoView {
    let item = move |this: Step| {
        let current = move || (step.get() == this).then_some("step");
        let state = move || match step.get() {
            present if this < present => "done",
            present if this == present => "current",
            _ => "ahead",
        };
        view! {
            <li class="step-list__item" aria-current=current data-state=state>
                {this.label()}
            </li>
        }
    };

    view! {
        <div class="step-list">
            <p class="hint">{move || words::step_of(step.get().number())}</p>
            <ol class="step-list__items">{Step::ALL.map(item).collect_view()}</ol>
        </div>
    }
}
