//! Why there are no rows, and what to do about it.

use leptos::prelude::*;

use super::listing::{Kind, Listing, Shown};
use crate::api::wire::Resource;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, page_count};
use crate::domain::number::grouped;
use crate::ui::state::use_console;

/// One sentence and one way on.
#[component]
pub fn Empty(kind: Kind, shown: Shown, listing: Resource<Listing>) -> impl IntoView {
    let console = use_console();
    let say = |title: &'static str, rest: AnyView| {
        view! {
            <div class="empty">
                <h2 class="empty__title">{title}</h2>
                {rest}
            </div>
        }
        .into_any()
    };
    match kind {
        Kind::Loading | Kind::Rows => ().into_any(),
        // The notes above say what is wrong and lead on.
        Kind::Refused => say(
            "Nothing is listed",
            view! { <p>"Mend the address, or begin again with " <a href="/devices">"all devices"</a> "."</p> }
                .into_any(),
        ),
        Kind::InBrowser => say(
            "Your selection is kept in this browser tab",
            view! {
                <p>
                    "Listing it needs a script that has not started. "
                    <a href=move || shown.view.read().with_all().href()>"Show all devices"</a>
                </p>
            }
            .into_any(),
        ),
        Kind::Failed(error) => say(
            "The devices could not be listed",
            view! {
                <p role="alert">{error.to_string()}</p>
                <a
                    class="button"
                    href=move || shown.view.read().href()
                    data-noscroll=""
                    on:click=move |event| {
                        event.prevent_default();
                        listing.refetch();
                    }
                >
                    "Retry"
                </a>
            }
            .into_any(),
        ),
        Kind::NoInventory => say(
            "The inventory is empty",
            view! {
                <p>
                    "Bring in your device list with "
                    <code>"sunset import devices.csv"</code>
                    ", then use Refresh Cache."
                </p>
            }
            .into_any(),
        ),
        Kind::NoMatch => say(
            "No device matches",
            view! {
                <a
                    class="button"
                    href=move || {
                        let view = shown.view.read();
                        GridView { filter: DeviceFilter::default(), page: 1, ..view.clone() }.href()
                    }
                    data-noscroll=""
                >
                    {move || {
                        if shown.view.read().selected_only { "Clear the search" } else { "Clear all filters" }
                    }}
                </a>
            }
            .into_any(),
        ),
        Kind::NothingSelected => say(
            "Nothing is selected",
            view! {
                <p>
                    {move || {
                        if console.selection.read().is_empty() {
                            "Show all devices and tick those you mean."
                        } else {
                            "The selected devices are no longer in the inventory."
                        }
                    }}
                </p>
            }
            .into_any(),
        ),
        Kind::Beyond => {
            let last = move || {
                page_count(shown.total.get().unwrap_or_default(), shown.view.read().size)
            };
            say(
                "There is no such page",
                view! {
                    <p>
                        {move || {
                            let page = grouped(shown.view.read().page.into());
                            format!("Page {page} does not exist; the last is ")
                        }}
                        <a href=move || shown.view.read().at_page(last()).href()>
                            {move || grouped(last().into())}
                        </a>
                        "."
                    </p>
                }
                .into_any(),
            )
        }
    }
}
