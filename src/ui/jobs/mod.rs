//! What was carried out, and what came of it.

use leptos::prelude::*;
use leptos_meta::Title;

use super::components::PageHeading;

#[component]
pub fn JobsPage() -> impl IntoView {
    view! {
        <Title text="Jobs" />
        <PageHeading>"Jobs"</PageHeading>
    }
}

#[component]
pub fn JobPage() -> impl IntoView {
    view! {
        <Title text="Job" />
        <PageHeading>"Job"</PageHeading>
    }
}
