//! Presses and focus outside an element: what closes a box that lies over the page.
//!
//! `focusout` cannot tell this. Pressing a word, a hint, a scrollbar or empty space
//! inside a box first moves the focus to nothing, which looks like leaving. And closing
//! the box at that moment removes what the browser is about to click.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, HtmlDivElement, Node};

use super::{after, document};

/// A press, by mouse, finger or pen; and the focus, moved by key or by script.
const EVENTS: [&str; 2] = ["pointerdown", "focusin"];

/// Closes a box from outside. Dropped, it stops.
pub struct Outside {
    listener: Closure<dyn FnMut(Event)>,
}

/// Closes the box in this element when something outside is pressed or focused while
/// the box is open: not within the event, but right after it.
pub fn close_from_outside(
    element: &Element,
    is_open: impl Fn() -> bool + 'static,
    close: impl Fn() + Clone + 'static,
) -> Option<Outside> {
    let document = document()?;
    let element = element.clone();
    let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let target = event.target().and_then(|it| it.dyn_into::<Node>().ok());
        if is_open() && !element.contains(target.as_ref()) {
            after(0, close.clone());
        }
    });
    for event in EVENTS {
        // Captured: a listener of the page may stop the event, or remove its target.
        let listener = listener.as_ref().unchecked_ref();
        let _ = document.add_event_listener_with_callback_and_bool(event, listener, true);
    }
    Some(Outside { listener })
}

impl Drop for Outside {
    fn drop(&mut self) {
        let Some(document) = document() else { return };
        for event in EVENTS {
            let listener = self.listener.as_ref().unchecked_ref();
            let _ = document.remove_event_listener_with_callback_and_bool(event, listener, true);
        }
    }
}

/// How often it is looked whether something was left, in milliseconds.
const LOOK_AGAIN_MS: i32 = 250;

/// Does it as soon as nothing in the element has the focus and no box in it is open.
pub fn when_left(
    element: impl Fn() -> Option<HtmlDivElement> + 'static,
    then: impl FnOnce() + 'static,
) {
    let is_used = element().is_some_and(|element| {
        let open = element.query_selector(":focus, details[open]");
        open.is_ok_and(|open| open.is_some())
    });
    if is_used {
        after(LOOK_AGAIN_MS, move || when_left(element, then));
    } else {
        then();
    }
}
