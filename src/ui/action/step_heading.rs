//! The heading of what the panel shows.

use leptos::prelude::*;

use crate::ui::browser;

/// The id of the heading.
pub const STEP_HEADING_ID: &str = "panel-heading";

/// A heading that takes the focus when it appears, so that what is new is read from
/// its beginning and nothing that acts has the focus.
#[component]
pub fn StepHeading(#[prop(into)] text: Signal<String>) -> impl IntoView {
    Effect::new(move |_| browser::focus_soon(STEP_HEADING_ID));

    view! {
        <h3 id=STEP_HEADING_ID class="panel__heading" tabindex="-1">
            {text}
        </h3>
    }
}
