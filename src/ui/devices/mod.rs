//! Device Search: find devices and select them.
//!
//! The deprovision panel is not part of this screen's view: the shell shows it over
//! the screen, because it must stay alive while the screen is inert.

use leptos::prelude::*;
use leptos_meta::Title;

use super::components::PageHeading;

/// The screen to find devices and select them.
#[component]
pub fn DeviceSearch() -> impl IntoView {
    view! {
        <Title text="Device Search" />
        <PageHeading>"Device Search"</PageHeading>
    }
}
