//! The tools beside the heading that need the script.

use leptos::prelude::*;

use super::column_chooser::ColumnChooser;
use super::paste_list::PasteList;
use super::views::Views;
use crate::domain::grid::GridView;

/// Kept views, columns, and pasting a list.
#[component]
pub fn DeviceTools(view: Memo<GridView>, on_view: Callback<GridView>) -> impl IntoView {
    view! {
        <Views />
        <ColumnChooser view on_view />
        <PasteList />
    }
}
