//! Values made from what a screen waits for.

use leptos::prelude::*;

/// Derives a value from a resource. In the browser it is kept until what it was made
/// of changes, as a memo is.
///
/// On the server it is made anew each time it is read. A resource that has come tells
/// those who wait for it a moment before it tells the memos made of it, and pages
/// are rendered by many threads: within that moment a memo still says "nothing", and
/// the page would be sent without its rows. `Show` holds such a memo, too: within what
/// waits, write `move || condition.then(…)`.
pub fn derived<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    if cfg!(target_arch = "wasm32") {
        Memo::new(move |_| value()).into()
    } else {
        Signal::derive(value)
    }
}
