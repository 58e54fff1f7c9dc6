//! The tools beside the heading that need the script.

use leptos::prelude::*;

use super::paste_list::PasteList;
use super::views::Views;

/// Saved views, and pasting a list.
#[component]
pub fn DeviceTools() -> impl IntoView {
    view! {
        <Views />
        <PasteList />
    }
}
