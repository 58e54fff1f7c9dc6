//! Values made of other values.
//!
//! Each way of making one is compiled for each type of closure that it is given. Boxed, the
//! closures of one type of value are of one type as well, so the browser's module has each
//! way once for each type of value.

use leptos::prelude::*;

type Make<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A value that is kept until what it was made of changes.
pub fn memo<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    kept(Box::new(value))
}

fn kept<T>(value: Make<T>) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| value())
}

/// A value that is made anew each time it is read.
pub fn computed<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: Send + Sync + 'static,
{
    fresh(Box::new(value))
}

fn fresh<T>(value: Make<T>) -> Signal<T>
where
    T: Send + Sync + 'static,
{
    Signal::derive(value)
}

/// Derives a value from a resource. In the browser it is a memo.
///
/// On the server it is computed on each read. A resource notifies waiting tasks before it
/// notifies dependent memos, and pages are rendered by many threads: in between, such a memo
/// still returns "nothing", and the page would be sent without its rows. `Show` contains such a
/// memo too: in content that waits, write `move || condition.then(…)`.
pub fn derived<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    if cfg!(target_arch = "wasm32") {
        memo(value).into()
    } else {
        computed(value)
    }
}

/// A value within a part of the page that is written once all that it needs is there, such as
/// what [`without_resource`](super::without_resource::without_resource) marks. In the browser it is kept until what it was made
/// of changes. The server makes it at once, and only once.
pub fn once_ready<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    if cfg!(target_arch = "wasm32") {
        memo(value).into()
    } else {
        Signal::stored(untrack(value))
    }
}
