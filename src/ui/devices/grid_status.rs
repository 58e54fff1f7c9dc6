//! The line below the rows: once the page is selected, the offer to select all that match.
//!
//! It is there only while it has something to say. It is below, so that selecting a page
//! never moves the rows under the pointer.

use leptos::prelude::*;

use super::listing::Shown;
use super::select_all_banner::SelectAllState;
use crate::domain::filter::DeviceFilter;
use crate::domain::ticking::PageTicks;
use crate::ui::derived::derived;
use crate::ui::lazy::{LazyView, lazy};
use crate::ui::state::use_console;

pub const STATUS_ID: &str = "grid-status";

/// Offers to select all that match, or says that other rows would be listed now.
#[component]
pub fn GridStatus(shown: Shown) -> impl IntoView {
    let console = use_console();
    let asked = RwSignal::new(None::<(DeviceFilter, SelectAllState)>);
    // What was added counts for as long as the selection stays as it was then.
    let now = derived(move || {
        let asked = asked.get();
        asked
            .filter(|(filter, _)| *filter == shown.view.read().filter)
            .map(|(_, asked)| asked)
            .filter(|asked| match asked {
                SelectAllState::Added { selected } => console.selection.read().len() == *selected,
                _ => true,
            })
    });
    let total = move || shown.total.get().unwrap_or_default();
    let offered = derived(move || {
        let page = PageTicks::of(&console.selection.read(), &shown.ids.read());
        let more = (shown.ids.read().len() as u64) < total();
        page == PageTicks::All && more && !shown.view.read().selected_only
    });

    view! {
        <div class="grid-status" id=STATUS_ID tabindex="-1">
            {move || match now.get() {
                None if shown.is_held() => lazy(LazyView::ReloadRows),
                None if !offered.get() => ().into_any(),
                now => lazy(LazyView::SelectAllBanner(shown, asked, now)),
            }}
        </div>
    }
}
