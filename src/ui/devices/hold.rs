//! Rows that stay where they are. What a job or a refresh changes is shown at once, but
//! no row moves under the pointer of somebody who ticks: others are listed when asked for.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::grid_status::STATUS_ID;
use super::listing::{Answer, Listing};
use super::words;
use crate::api::devices::{search_devices, selected_devices};
use crate::domain::device::DeviceId;
use crate::domain::error::ApiError;
use crate::domain::grid::{GridView, LARGEST_PAGE};
use crate::domain::grid_page::GridPage;
use crate::ui::browser;
use crate::ui::state::{Console, use_console};

/// Lists again what may have changed. While something is selected, the rows on screen
/// keep their places.
pub fn list_again(console: Console) {
    let selects = console.selection.try_with_untracked(|it| !it.is_empty());
    let shown = console.grid.try_with_value(|it| it.0).flatten();
    let view = shown.and_then(|shown| shown.view.try_get_untracked());
    let (Some(true), Some(shown), Some(view)) = (selects, shown, view) else {
        return console.rows_changed();
    };
    if view.selected_only {
        return console.rows_changed();
    }
    let ids = shown.ids.with_untracked(Vec::clone);
    let total = shown.total.with_untracked(|it| it.unwrap_or_default());
    spawn_local(async move {
        let held = in_place(view, ids, total).await;
        // Another screen may have been gone to meanwhile.
        if browser::path() == "/devices" {
            console.grid.try_update_value(|it| it.1 = held);
        }
        console.rows_changed();
    });
}

/// The rows on screen as they are now, where others would be listed.
async fn in_place(view: GridView, shown: Vec<DeviceId>, total: u64) -> Option<Listing> {
    let fresh = search_devices(view.clone()).await.ok()?;
    let stays = fresh
        .rows
        .iter()
        .map(|row| row.id)
        .eq(shown.iter().copied());
    if stays || shown.is_empty() {
        return Some(Listing::new(view, Answer::Page(fresh)));
    }
    let by_name = GridView {
        size: LARGEST_PAGE,
        columns: view.columns.clone(),
        ..GridView::default()
    };
    let ids = shown.iter().copied().collect();
    let now = selected_devices(by_name, ids).await.ok()?.rows;
    let rows = shown.iter().filter_map(|id| {
        let now = now.iter().find(|now| now.id == *id);
        now.cloned()
    });
    let page = GridPage {
        rows: rows.collect(),
        total,
        ..fresh
    };
    Some(Listing {
        held: true,
        ..Listing::new(view, Answer::Page(page))
    })
}

/// Says that other rows would be listed now, and lists them when asked to.
#[component]
pub fn ReloadRows() -> impl IntoView {
    let console = use_console();
    let reload = move |_| {
        console.rows_changed();
        browser::focus(STATUS_ID);
    };
    view! {
        <p role="status">{words::LIST_CHANGED}</p>
        <button type="button" class="link-button" on:click=reload>
            {words::REFRESH_LIST}
        </button>
    }
}

/// Says that the rows are not those that were asked for, and why, and asks again.
#[component]
pub fn OldRows(error: ApiError) -> impl IntoView {
    let console = use_console();
    let retry = move |_| {
        console.rows_changed();
        browser::focus(STATUS_ID);
    };
    view! {
        <div class="callout old-rows" data-tone="danger" role="alert">
            <p class="callout__title">{words::LOAD_FAILED}</p>
            <p>{error.to_string()} " " {words::OLD_ROWS}</p>
            <button type="button" class="button" on:click=retry>
                {words::RETRY}
            </button>
        </div>
    }
}
