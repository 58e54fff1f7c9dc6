//! A button with a box that opens below it: filters, Export.
//!
//! It is `details`, so it opens and closes without any script. With it, Escape and
//! pressing or focusing something else close it as well.

use leptos::prelude::*;
use leptos::{ev, html};

use crate::ui::browser::close_from_outside;

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
    children: ChildrenFn,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let summary = NodeRef::<html::Summary>::new();
    let is_open = move || {
        details
            .get_untracked()
            .is_some_and(|details| details.open())
    };
    let close = move || {
        if let Some(details) = details.try_get_untracked().flatten() {
            details.set_open(false);
        }
    };
    // The effect keeps the listener, and drops it with the box.
    Effect::new(move |_| {
        let details = details.get()?;
        close_from_outside(&details, is_open, close)
    });
    let on_keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && is_open() {
            event.stop_propagation();
            if let Some(summary) = summary.get_untracked() {
                let _ = summary.focus();
            }
            close();
        }
    };
    // In the browser what is in the box is made when it is opened first.
    let opened = RwSignal::new(!cfg!(target_arch = "wasm32"));
    let on_toggle = move |_| {
        if is_open() {
            opened.set(true);
        }
        if let Some(on_open) = on_open.filter(|_| is_open()) {
            on_open.run(());
        }
    };

    view! {
        <details
            class="disclosure"
            class:disclosure--at-end=at_end
            node_ref=details
            on:keydown=on_keydown
            on:toggle=on_toggle
        >
            <summary class="button disclosure__button" node_ref=summary>
                <span class="disclosure__label">{label}</span>
            </summary>
            // Pressing its empty space focuses it: Escape is still heard there.
            <div class="disclosure__box" tabindex="-1">
                {move || opened.get().then(|| children())}
            </div>
        </details>
    }
}
