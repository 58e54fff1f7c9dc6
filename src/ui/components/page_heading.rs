//! The one `h1` of a screen.

use leptos::prelude::*;

use crate::ui::browser;
use crate::ui::state::use_console;

/// The id of every screen's heading: where the focus goes when there is no better
/// place for it.
pub const HEADING_ID: &str = "page-heading";

/// The screen's heading. It takes the focus when a link led here, so that a screen
/// reader says where the operator is; not when the page was loaded. Keep it outside
/// of what waits for data.
#[component]
pub fn PageHeading(children: Children) -> impl IntoView {
    let console = use_console();
    Effect::new(move |_| {
        if console.arrive() {
            browser::focus_soon(HEADING_ID);
        }
    });

    view! {
        <h1 id=HEADING_ID class="page-heading" tabindex="-1">
            {children()}
        </h1>
    }
}
