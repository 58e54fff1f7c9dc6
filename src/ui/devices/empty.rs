//! Why there are no rows, and what to do about it.

use leptos::prelude::*;

use super::listing::{Kind, Listing, Shown};
use super::near_misses::NearMisses;
use super::words;
use crate::api::wire::Resource;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::{GridView, page_count};
use crate::domain::number::grouped;
use crate::ui::components::NoDevices;
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
            words::UNREADABLE,
            view! {
                <p>
                    {words::UNREADABLE_HINT} <a href="/devices">{words::UNREADABLE_LINK}</a> "."
                </p>
            }
            .into_any(),
        ),
        Kind::InBrowser => say(
            words::NEEDS_SCRIPT,
            view! {
                <p>
                    {words::NEEDS_SCRIPT_HINT}
                    <a href=move || shown.view.read().with_all().href()>{words::NEEDS_SCRIPT_LINK}</a>
                </p>
            }
            .into_any(),
        ),
        Kind::Failed(error) => say(
            words::LOAD_FAILED,
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
                    {words::RETRY}
                </a>
            }
            .into_any(),
        ),
        Kind::NoInventory => view! { <NoDevices /> }.into_any(),
        Kind::NoMatch => say(
            words::NO_MATCH,
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
                        if shown.view.read().selected_only {
                            words::CLEAR_SEARCH
                        } else {
                            words::CLEAR_ALL_FILTERS
                        }
                    }}
                </a>
            }
            .into_any(),
        ),
        Kind::NothingSelected => say(
            words::NONE_SELECTED,
            view! {
                <p>
                    {move || {
                        if console.selection.read().is_empty() {
                            words::NONE_SELECTED_HINT
                        } else {
                            words::SELECTED_GONE
                        }
                    }}
                </p>
            }
            .into_any(),
        ),
        Kind::PageOutOfRange => {
            let last = move || {
                page_count(shown.total.get().unwrap_or_default(), shown.view.read().size)
            };
            say(
                words::NO_SUCH_PAGE,
                view! {
                    <p>
                        {move || words::no_such_page(shown.view.read().page)}
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
