//! The way through a list that is longer than a page.

use leptos::prelude::*;

use super::words;

/// Links to the neighbouring pages; nothing if there is only one.
#[component]
pub fn Pages(
    page: u32,
    /// How many pages there are.
    count: u32,
    /// The address of a page.
    href: Callback<u32, String>,
) -> impl IntoView {
    let before = page
        .checked_sub(1)
        .filter(|page| *page != 0)
        .map(|page| page.min(count));
    let after = (page < count).then_some(page + 1);
    let link = move |to: Option<u32>, label: &'static str| {
        to.map(|to| view! { <a class="button" href=href.run(to)>{label}</a> })
    };

    (count != 1 || page != 1).then(|| {
        view! {
            <nav class="pages" aria-label=words::PAGES>
                {link(before, words::PREVIOUS_PAGE)}
                <span>{words::page_of(page, count)}</span>
                {link(after, words::NEXT_PAGE)}
            </nav>
        }
    })
}
