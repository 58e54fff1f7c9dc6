//! The tools beside the heading that need the script.

use leptos::prelude::*;

use super::paste_list::PasteList;
use super::words;
use crate::domain::permission::Permission;
use crate::ui::may::why_not;
use crate::ui::scan::ScanButton;

/// Devices from a file, pasting a list, and scanning.
#[component]
pub fn DeviceTools() -> impl IntoView {
    let why_not = why_not(Permission::Import);
    view! {
        <a
            class="button"
            href=why_not.is_none().then_some("/import")
            role=why_not.map(|_| "link")
            tabindex=why_not.map(|_| "0")
            title=why_not
            aria-disabled=why_not.map(|_| "true")
        >
            {words::IMPORT}
        </a>
        <PasteList />
        <ScanButton />
    }
}
