//! Why there are no rows, and what to do about it.

use leptos::prelude::*;

use super::listing::{Kind, Listing, Shown};
use super::near_misses::NearMisses;
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
            "Can't show devices",
            view! { <p>"Remove the filter that isn't valid, or start again with " <a href="/devices">"all devices"</a> "."</p> }
                .into_any(),
        ),
        Kind::InBrowser => say(
            "Your selection is kept in this browser tab",
            view! {
                <p>
                    "Turn on JavaScript to see selected devices. "
                    <a href=move || shown.view.read().with_all().href()>"Show all devices"</a>
                </p>
            }
            .into_any(),
        ),
        Kind::Failed(error) => say(
            "Can't load devices",
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
            "No devices yet",
            view! {
                <a class="button button--primary" href="/import">
                    "Upload a CSV"
                </a>
                <a class="button" href="/import#google" rel="external">
                    "Connect to Google"
                </a>
            }
            .into_any(),
        ),
        Kind::NoMatch => say(
            "No devices match your filters",
            view! {
                {(!shown.view.read_untracked().selected_only)
                    .then(|| view! { <NearMisses view=shown.view /> })}
                <a
                    class="button"
                    href=move || {
                        let view = shown.view.read();
                        GridView { filter: DeviceFilter::default(), page: 1, ..view.clone() }.href()
                    }
                    data-noscroll=""
                >
                    {move || {
                        if shown.view.read().selected_only { "Clear search" } else { "Clear all filters" }
                    }}
                </a>
            }
            .into_any(),
        ),
        Kind::NothingSelected => say(
            "No devices selected",
            view! {
                <p>
                    {move || {
                        if console.selection.read().is_empty() {
                            "Go back to all devices to select some."
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
                "This page doesn't exist",
                view! {
                    <p>
                        {move || {
                            let page = grouped(shown.view.read().page.into());
                            format!("Page {page} doesn't exist. Go to the last page, ")
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
