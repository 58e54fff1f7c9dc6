//! How far the list was scrolled, for the way back to it. The browser keeps this for the page
//! alone, and returns to it before the rows are there.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::Event;

use super::{after, document, scroll_offset, scroll_within, window};

/// How far a list and the page around it are scrolled down, in pixels.
#[derive(Clone, Copy)]
pub struct Place {
    within: i32,
    page: f64,
}

/// So many lists are kept in mind.
const MOST: usize = 100;

/// How often it is tried to scroll to a place, and the milliseconds between.
const TRIES: u32 = 20;
const AGAIN_MS: i32 = 50;

thread_local! {
    /// By the address of what is listed.
    static PLACES: RefCell<HashMap<String, Place>> = RefCell::default();
    /// Back or Forward was the last that the operator did; `None` until that is watched.
    static CAME_BACK: Cell<Option<bool>> = const { Cell::new(None) };
    /// How often the operator has done something.
    static ACTS: Cell<u32> = const { Cell::new(0) };
}

/// Keeps in mind how far the list is scrolled.
pub fn keep_place(list: String, id: &str) {
    let place = Place {
        within: scroll_offset(id),
        page: scroll_of_page(),
    };
    PLACES.with_borrow_mut(|places| {
        if MOST <= places.len() {
            places.clear();
        }
        places.insert(list, place);
    });
}

/// Where the list was scrolled to, if Back or Forward has led to it.
pub fn place_to_return_to(list: &str) -> Option<Place> {
    watch_history();
    if CAME_BACK.get() != Some(true) {
        return None;
    }
    let place = PLACES.with_borrow(|places| places.get(list).copied())?;
    CAME_BACK.set(Some(false));
    Some(place)
}

/// Scrolls there. Rows may come a moment later, and the router scrolls the page to its top:
/// so again and again, until the operator does something.
pub fn return_to(place: Place, id: &'static str) {
    return_again(place, id, TRIES, ACTS.get());
}

fn return_again(place: Place, id: &'static str, tries: u32, acts: u32) {
    after(if tries == TRIES { 0 } else { AGAIN_MS }, move || {
        if acts == ACTS.get() && 0 < tries {
            scroll_to(place, id);
            return_again(place, id, tries - 1, acts);
        }
    });
}

/// Scrolls the list to this offset. Where the page is scrolled instead, that begins at its
/// top.
pub fn begin_at(offset: i32, id: &'static str) {
    let place = Place {
        within: offset,
        page: 0.0,
    };
    after(0, move || scroll_to(place, id));
}

fn scroll_to(place: Place, id: &str) {
    scroll_within(id, place.within);
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, place.page);
    }
}

fn scroll_of_page() -> f64 {
    let offset = window().and_then(|window| window.scroll_y().ok());
    offset.unwrap_or_default()
}

/// Learns from now on whether Back or Forward leads to what is shown, or a link or a key.
fn watch_history() {
    let (Some(window), Some(document)) = (window(), document()) else {
        return;
    };
    if CAME_BACK.get().is_some() {
        return;
    }
    CAME_BACK.set(Some(false));
    let listener = |came_back| {
        let listener = Closure::<dyn FnMut(Event)>::new(move |_| {
            CAME_BACK.set(Some(came_back));
            ACTS.set(ACTS.get().wrapping_add(1));
        });
        listener.into_js_value()
    };
    let (back, other) = (listener(true), listener(false));
    let _ = window.add_event_listener_with_callback("popstate", back.unchecked_ref());
    for event in ["click", "keydown", "wheel", "pointerdown"] {
        let other = other.unchecked_ref();
        let _ = document.add_event_listener_with_callback_and_bool(event, other, true);
    }
}
