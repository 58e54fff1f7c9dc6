//! The button, and the dialog it opens.

use leptos::prelude::*;

use super::scanner::Scanner;
use super::session::use_session;
use super::words;
use crate::ui::components::Dialog;
use crate::ui::state::use_console;

pub const DIALOG_ID: &str = "scan";

#[component]
pub fn ScanButton() -> impl IntoView {
    let console = use_console();
    let open = RwSignal::new(false);
    // It outlives the dialog: what was scanned is still there when it is opened again.
    let session = use_session();
    view! {
        <button
            type="button"
            class="button"
            aria-haspopup="dialog"
            disabled=move || !console.hydrated.get()
            on:click=move |_| open.set(true)
        >
            {words::BUTTON}
        </button>
        <Dialog id=DIALOG_ID title=words::TITLE open>
            <Scanner session />
        </Dialog>
    }
}
