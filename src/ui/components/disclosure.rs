//! A button with a box that opens below it: filters, Export.
//!
//! It is `details`, so it opens and closes without any script. With it, Escape and
//! leaving it close it as well.

use leptos::prelude::*;
use leptos::{ev, html};

use crate::ui::browser;

/// A box that opens below its button.
#[component]
pub fn Disclosure(
    #[prop(into)] label: Signal<String>,
    /// The box opens towards the start of the line: for buttons at its end.
    #[prop(optional)]
    at_end: bool,
    /// Called each time it opens.
    #[prop(optional, into)]
    on_open: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let summary = NodeRef::<html::Summary>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        let open = details
            .get_untracked()
            .is_some_and(|details| details.open());
        if event.key() == "Escape" && open {
            event.stop_propagation();
            close();
            if let Some(summary) = summary.get_untracked() {
                let _ = summary.focus();
            }
        }
    };
    let on_focusout = move |event: ev::FocusEvent| {
        if browser::leaves(&event) {
            close();
        }
    };
    let on_toggle = move |_| {
        let open = details
            .get_untracked()
            .is_some_and(|details| details.open());
        if let Some(on_open) = on_open.filter(|_| open) {
            on_open.run(());
        }
    };

    view! {
        <details
            class="disclosure"
            class:disclosure--at-end=at_end
            node_ref=details
            on:keydown=on_keydown
            on:focusout=on_focusout
            on:toggle=on_toggle
        >
            <summary class="button disclosure__button" node_ref=summary>
                <span class="disclosure__label">{label}</span>
            </summary>
            <div class="disclosure__box">{children()}</div>
        </details>
    }
}
