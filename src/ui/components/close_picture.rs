//! The picture of a button that closes something.

use leptos::prelude::*;

/// A cross. The button has the words.
#[component]
pub fn ClosePicture() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M3.5 3.5l9 9m0-9l-9 9" fill="none" stroke="currentColor" stroke-width="1.5" />
        </svg>
    }
}
