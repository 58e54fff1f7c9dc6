//! Tells everybody, on every page, that an operator was reset on the server: whoever may do
//! that could become anybody, and it must not go unseen.

use leptos::prelude::*;

use super::words;
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision};

/// Says who was reset, and when.
#[component]
pub fn ResetBanner(resets: Vec<(String, Timestamp)>) -> impl IntoView {
    let lines = resets.into_iter().map(|(login, at)| {
        view! {
            <p>
                {words::was_reset(&login)} " " <LocalTime at precision=Precision::Minute /> ". "
                {words::RESET_UNEXPECTED}
            </p>
        }
    });
    let lines = lines.collect_view();
    (!lines.is_empty()).then(|| {
        view! {
            <aside class="reset-banner" aria-label=words::RESET_BANNER>
                {lines}
            </aside>
        }
    })
}
