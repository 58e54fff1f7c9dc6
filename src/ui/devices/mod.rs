//! Device Search: find devices and select them.
//!
//! What is listed is in the URL and nowhere else; what is ticked is in the tab's
//! selection and changes by the operator's hand only. The deprovision panel is not
//! part of this screen's view: the shell shows it over the screen, because it must
//! stay alive while the screen is inert.

mod action_items;
mod actions;
mod cache_age;
mod cell;
mod chips;
mod column_chooser;
mod column_heading;
mod column_widths;
mod dates;
mod device_tools;
mod empty;
mod export;
mod facet;
mod facts;
mod filter_boxes;
mod filter_choices;
mod filter_form;
mod filter_sheet;
mod footer;
mod grid_status;
mod hold;
mod listing;
mod near_misses;
mod org_units;
mod page_checkbox;
mod pager_links;
mod parameter_notes;
mod paste_list;
mod paste_result;
mod quick_search;
mod results;
mod row;
mod rows;
mod select_all_banner;
mod table;
mod ticks;
mod views;
mod words;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

pub use self::action_items::ActionItems;
use self::actions::ActionsMenu;
pub use self::cache_age::CacheAge;
use self::chips::Chips;
pub use self::column_chooser::ColumnChooser;
pub use self::column_widths::ColumnWidths;
pub use self::device_tools::DeviceTools;
pub use self::empty::Empty;
pub use self::export::ExportMenu;
use self::export::SelectionExport;
pub use self::filter_boxes::FilterBoxes;
use self::filter_form::FilterForm;
pub use self::hold::{OldRows, ReloadRows, list_again};
use self::listing::use_listing;
pub use self::listing::{Kind, Listing, Shown};
use self::parameter_notes::ParameterNotes;
use self::results::Results;
pub use self::select_all_banner::{SelectAllBanner, SelectAllState};
pub use self::views::Views;
use super::browser;
use super::components::PageHeading;
use super::lazy::{LazyView, lazy, lazy_served};
use super::state::use_console;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, ParsedView};
use crate::ui::derived::memo;

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
    let view = memo(move || parsed.read().view.clone());
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
    // Back leads to another list, not to other columns of this one.
    let on_columns = Callback::new(move |view| go.run((view, true)));
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
        <Title text=words::DEVICE_SEARCH />
        <div class="devices" data-selected=move || (!console.selection.read().is_empty()).then_some("")>
            <div class="devices__top">
                <PageHeading>{words::DEVICE_SEARCH}</PageHeading>
                <Transition>{lazy_served(LazyView::CacheAge)}</Transition>
                <div class="devices__actions">
                    <Show when=move || console.hydrated.get()>{lazy(LazyView::DeviceTools)}</Show>
                    {lazy_served(LazyView::ColumnChooser(view.into(), on_columns))}
                    {lazy_served(LazyView::ExportMenu(parsed.into()))}
                    <ActionsMenu />
                </div>
            </div>
            <SelectionExport />
            <FilterForm view on_filter on_search />
            <ParameterNotes parsed />
            <Chips view />
            <Results listing pending place on_selected_only />
            <Show when=move || console.hydrated.get()>{lazy(LazyView::DeviceDrawer)}</Show>
        </div>
    }
}
