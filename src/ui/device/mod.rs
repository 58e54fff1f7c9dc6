//! One device: what is known of it, and what may be done with it.

use leptos::prelude::*;
use leptos_meta::Title;

use super::components::PageHeading;

#[component]
pub fn DevicePage() -> impl IntoView {
    view! {
        <Title text="Device" />
        <PageHeading>"Device"</PageHeading>
    }
}
