//! For addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::components::PageHeading;
use super::words;

/// Says that nothing is here, and where to go.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text=words::NOT_FOUND />
        <PageHeading>{words::NOT_FOUND}</PageHeading>
        <p>{words::NOT_FOUND_WHY}</p>
        <p>
            <A href="/devices">{words::TO_DEVICE_SEARCH}</A>
        </p>
    }
}
