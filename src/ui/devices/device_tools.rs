//! The tools beside the heading that need the script.

use leptos::prelude::*;

use super::paste_list::PasteList;
use super::words;
use crate::ui::scan::ScanButton;

/// Devices from a file, pasting a list, and scanning.
#[component]
pub fn DeviceTools() -> impl IntoView {
    view! {
        <a class="button" href="/import">
            {words::IMPORT}
        </a>
        <PasteList />
        <ScanButton />
    }
}
