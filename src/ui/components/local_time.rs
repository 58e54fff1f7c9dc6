//! Instants as the reader sees them.

use leptos::prelude::*;

use crate::domain::time::Timestamp;
use crate::ui::static_element::StaticElement;

/// What of an instant is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `Nov 25, 2026`
    Day,
    /// `Nov 25, 2026, 1:43 PM CST`
    Minute,
}

/// An instant in the time zone of the reader. It is written in UTC, as the server does
/// not know the zone; `public/time.js` rewrites the text and sets a title in
/// UTC.
#[component]
pub fn LocalTime(at: Timestamp, precision: Precision) -> impl IntoView {
    local_time(at, precision).into_any()
}

/// The element of [`LocalTime`].
pub fn local_time(at: Timestamp, precision: Precision) -> StaticElement {
    let (word, text) = match precision {
        Precision::Day => ("day", at.date().in_words()),
        Precision::Minute => ("minute", at.in_words()),
    };
    StaticElement::new("time")
        .with("datetime", at.to_string())
        .with("data-local", word)
        .text(text)
}
