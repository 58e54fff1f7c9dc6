//! Device Search: find devices and select them.
//!
//! What is listed is in the URL and nowhere else; what is ticked is in the tab's
//! selection and changes by the operator's hand only. The deprovision panel is not
//! part of this screen's view: the shell shows it over the screen, because it must
//! stay alive while the screen is inert.

mod action_items;
mod actions;
mod cache_age;
mod chips;
mod column_chooser;
mod dates;
mod density;
mod device_tools;
mod empty;
mod export;
mod facet;
mod facts;
mod filter_boxes;
mod filter_form;
mod footer;
mod grid_status;
mod hold;
mod listing;
mod offer;
mod page_checkbox;
mod pager_links;
mod parameter_notes;
mod paste_list;
mod paste_result;
mod quick_search;
mod results;
mod row;
mod sort_heading;
mod table;
mod views;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

pub use self::action_items::ActionItems;
use self::actions::ActionsMenu;
use self::cache_age::CacheAge;
use self::chips::Chips;
use self::column_chooser::ColumnChooser;
pub use self::density::Density;
pub use self::device_tools::DeviceTools;
use self::export::{ExportMenu, SelectionExport};
use self::filter_form::FilterForm;
pub use self::hold::{ReloadRows, list_again};
use self::listing::use_listing;
pub use self::listing::{Listing, Shown};
pub use self::offer::{Asked, Offer};
use self::parameter_notes::ParameterNotes;
use self::results::Results;
use super::browser;
use super::components::PageHeading;
use super::later::{Piece, later};
use super::state::use_console;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, ParsedView};

/// The grid's scrolling box: its place is kept while only selected devices show.
const REGION_ID: &str = "grid-region";

/// The screen to find devices and select them.
#[component]
pub fn DeviceSearch() -> impl IntoView {
    let console = use_console();
    let location = use_location();
    let parsed = Memo::new(move |known: Option<&ParsedView>| {
        // The address of the next screen is not a view of this one.
        match known {
            Some(known) if *location.pathname.read() != *"/devices" => known.clone(),
            _ => GridView::parse(&location.search.read()),
        }
    });
    let view = Memo::new(move |_| parsed.read().view.clone());
    let listing = use_listing(parsed);
    let pending = RwSignal::new(false);
    // Where Show All goes back to, and how far the grid was scrolled there.
    let place = StoredValue::new(None::<(GridView, i32)>);

    let navigate = use_navigate();
    let go = Callback::new(move |(view, replace): (GridView, bool)| {
        navigate(
            &view.href(),
            NavigateOptions {
                replace,
                scroll: false,
                ..Default::default()
            },
        );
    });
    let filtered = move |filter: DeviceFilter| GridView {
        filter,
        page: 1,
        ..view.get_untracked()
    };
    let on_view = Callback::new(move |view| go.run((view, false)));
    let on_filter = Callback::new(move |filter| go.run((filtered(filter), false)));
    let on_search = Callback::new(move |search| {
        let filter = DeviceFilter {
            search,
            ..view.read_untracked().filter.clone()
        };
        go.run((filtered(filter), true));
    });
    let on_selected_only = Callback::new(move |selected_only: bool| {
        let now = view.get_untracked();
        if selected_only {
            place.set_value(Some((now.clone(), browser::scroll_offset(REGION_ID))));
            go.run((now.only_selected(), false));
        } else {
            let back = place
                .get_value()
                .map_or_else(|| now.with_all(), |(view, _)| view);
            go.run((back, false));
        }
    });

    view! {
        <Title text="Device Search" />
        <div class="devices">
            <div class="devices__top">
                <PageHeading>"Device Search"</PageHeading>
                <CacheAge />
                <div class="devices__actions">
                    <Show when=move || console.hydrated.get()>{later(Piece::DeviceTools)}</Show>
                    <ColumnChooser view on_view />
                    <ExportMenu parsed />
                    <ActionsMenu />
                </div>
            </div>
            <SelectionExport />
            <FilterForm view on_filter on_search />
            <ParameterNotes parsed />
            <Chips view />
            <Results listing pending place on_selected_only />
        </div>
    }
}
