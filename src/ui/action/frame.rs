//! The box that the panel's contents stand in.

use leptos::ev;
use leptos::prelude::*;

use super::words;
use crate::ui::browser;
use crate::ui::components::ClosePicture;

/// The id of the panel.
const PANEL_ID: &str = "action-panel";

/// Whether the focus is in the panel, or nowhere.
pub fn may_take_focus() -> bool {
    browser::has_focus_within(PANEL_ID) || browser::has_no_focus()
}

/// A dialog at the side of the page. While it is modal, Tab goes round within it;
/// the rest of the page is made inert by the shell, the snackbar excepted. Not a
/// `<dialog>`: that would make the snackbar inert, too.
#[component]
pub fn PanelFrame(
    #[prop(into)] title: Signal<String>,
    modal: bool,
    /// Escape and the button in the corner.
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| match event.key().as_str() {
            "Tab" if modal && browser::wrap_tab(PANEL_ID, event.shift_key()) => {
                event.prevent_default();
            }
            "Escape" if !event.default_prevented() && (modal || may_take_focus()) => {
                on_close.run(());
            }
            _ => {}
        });
        on_cleanup(move || handle.remove());
    });

    view! {
        {modal
            .then(|| {
                // A click beside the panel does nothing, not even to the focus.
                view! { <div class="panel-backdrop" on:mousedown=|event| event.prevent_default()></div> }
            })}
        <div
            id=PANEL_ID
            class="panel"
            role="dialog"
            aria-modal=if modal { "true" } else { "false" }
            aria-labelledby="panel-title"
        >
            <h2 id="panel-title" class="panel__title">
                {title}
            </h2>
            {children()}
            <button
                type="button"
                class="button button--quiet button--icon panel__close"
                aria-label=words::CLOSE
                on:click=move |_| on_close.run(())
            >
                <ClosePicture />
            </button>
        </div>
    }
}
