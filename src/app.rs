//! The document and the router: one line per screen.

use leptos::prelude::*;

#[component]
pub fn App() -> impl IntoView {
    view! { <h1>"Sunset"</h1> }
}
