//! For addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::components::PageHeading;

/// Says that nothing is here, and where to go.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Page not found" />
        <PageHeading>"Page not found"</PageHeading>
        <p>"We can't find that page."</p>
        <p>
            <A href="/devices">"Go to Device Search"</A>
        </p>
    }
}
