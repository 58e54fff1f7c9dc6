//! What lies below the controls: the grid with its footer, or why there is none.

use leptos::ev;
use leptos::prelude::*;

use super::REGION_ID;
use super::footer::GridFooter;
use super::grid_status::GridStatus;
use super::listing::{Kind, Listing, Shown};
use super::table::DeviceTable;
use super::words;
use crate::api::wire::Resource;
use crate::domain::grid::GridView;
use crate::ui::browser;
use crate::ui::derived::derived;
use crate::ui::lazy::{LazyView, lazy, lazy_served};
use crate::ui::state::use_console;
use crate::ui::without_resource::without_resource;

/// The list, once it is there. Old rows stay until the next ones have come.
#[component]
pub fn Results(
    listing: Resource<Listing>,
    /// The next rows are on their way.
    pending: RwSignal<bool>,
    /// A view and how far it was scrolled when it was left for a while.
    place: StoredValue<Option<(GridView, i32)>>,
    /// Show Selected Only, or Show All.
    on_selected_only: Callback<bool>,
) -> impl IntoView {
    view! {
        <Transition fallback=Skeleton set_pending=pending>
            <Loaded listing pending place on_selected_only />
        </Transition>
    }
}

#[component]
fn Loaded(
    listing: Resource<Listing>,
    pending: RwSignal<bool>,
    place: StoredValue<Option<(GridView, i32)>>,
    on_selected_only: Callback<bool>,
) -> impl IntoView {
    let shown = Shown::new(listing);
    use_console().grid.set_value((Some(shown), None));
    let kind = derived(move || shown.kind());
    // Each view starts at its top, but the one that was left comes back as it was.
    Effect::new(move |known: Option<Option<GridView>>| {
        let known = known.flatten();
        if kind.get() != Kind::Rows {
            return known;
        }
        let view = shown.view.get();
        if known.as_ref() == Some(&view) {
            return known;
        }
        let kept = place.get_value().filter(|(left, _)| *left == view);
        if let Some(back) = browser::place_to_return_to(&view.href()) {
            browser::return_to(back, REGION_ID);
        } else if known.is_some() {
            let offset = kept.map_or(0, |(_, offset)| offset);
            browser::begin_at(offset, REGION_ID);
        }
        Some(view)
    });
    // Where there is little room the page is scrolled, not the list.
    Effect::new(move |_| {
        let page = window_event_listener(ev::scroll, move |_| shown.keep_place());
        on_cleanup(move || page.remove());
    });

    view! {
        {move || match kind.get() {
            Kind::Loading => ().into_any(),
            Kind::Rows => {
                without_resource(
                    view! {
                        <div class="grid-card">
                            {move || shown.failure().map(|error| lazy(LazyView::OldRows(error)))}
                            <DeviceTable shown pending />
                            <GridStatus shown />
                            <GridFooter shown on_selected_only />
                        </div>
                    },
                )
            }
            kind => {
                view! {
                    <div class="grid-card">
                        {lazy_served(LazyView::Empty(kind, shown, listing))}
                        <GridFooter shown on_selected_only />
                    </div>
                }
                    .into_any()
            }
        }}
    }
}

/// Where the first rows will be.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="grid-card skeleton" aria-busy="true">
            <p class="visually-hidden">{words::LOADING_DEVICES}</p>
            {(0..12).map(|_| view! { <div class="skeleton__row"></div> }).collect_view()}
        </div>
    }
}
