//! A box over everything, for a task that is done in one go.
//!
//! It is the browser's own `dialog`: Tab stays in it, Escape closes it, and the focus
//! goes back to where it came from. What lies behind waits, the snackbar as well, so a
//! task during which a job may end belongs in a panel.

use leptos::prelude::*;

use super::close_picture::ClosePicture;
use super::words;
use crate::ui::browser;

/// A modal dialog with a title and a button that closes it.
#[component]
pub fn Dialog(
    id: &'static str,
    title: &'static str,
    open: RwSignal<bool>,
    /// What is in it, made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    Effect::new(move |before: Option<bool>| {
        let open = open.get();
        if before.unwrap_or_default() != open {
            browser::after(0, move || browser::show_dialog(id, open));
        }
        open
    });
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled_by on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <h2 class="dialog__title" id=title_id.clone()>
                    {title}
                </h2>
                {children()}
                <button
                    type="button"
                    class="button button--quiet button--icon dialog__close"
                    aria-label=words::CLOSE
                    on:click=move |_| browser::show_dialog(id, false)
                >
                    <ClosePicture />
                </button>
            </Show>
        </dialog>
    }
}
