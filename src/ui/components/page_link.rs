//! A link to a page that the server writes whole.

use leptos::prelude::*;

/// Such a link, as a button. Not a component: it is the same code wherever it stands.
pub fn page_link(href: String, label: &'static str) -> AnyView {
    view! {
        <a class="button" href=href rel="external">
            {label}
        </a>
    }
    .into_any()
}
