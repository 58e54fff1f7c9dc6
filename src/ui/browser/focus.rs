//! Where the focus is, and moving it.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent};

use super::{after, document};
use crate::ui::components::HEADING_ID;

/// Focuses the element with this id and says whether it has the focus now.
pub fn focus(id: &str) -> bool {
    let Some(element) = document().and_then(|document| document.get_element_by_id(id)) else {
        return false;
    };
    focus_element(&element);
    active_element().as_ref() == Some(&element)
}

/// Focuses the element once what changes now is on the page.
pub fn focus_soon(id: &'static str) {
    after(0, move || {
        focus(id);
    });
}

/// Focuses the first of these elements that is there and takes it, soon.
pub fn focus_first_soon(ids: &'static [&'static str]) {
    after(0, move || {
        let _ = ids.iter().any(|id| focus(id));
    });
}

fn focus_element(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

fn active_element() -> Option<Element> {
    document()?.active_element()
}

/// Moves elements on the page. One that is moved loses the focus, and has it again after it.
pub fn keep_focus(moves: impl FnOnce()) {
    let focused = active_element();
    moves();
    if let Some(focused) = focused.filter(|it| active_element().as_ref() != Some(it)) {
        focus_element(&focused);
    }
}

/// Whether no element has the focus.
pub fn has_no_focus() -> bool {
    active_element().is_none_or(|element| element.matches("body").unwrap_or(false))
}

/// Whether the focus is on this element or within it.
pub fn has_focus_within(id: &str) -> bool {
    let within = || {
        let element = document()?.get_element_by_id(id)?;
        Some(element.contains(active_element().as_deref()))
    };
    within().unwrap_or(false)
}

thread_local! {
    /// What had the focus before the snackbar got it.
    static FOCUS_ORIGIN: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// Notes where the focus came from when it enters a region, to return it there.
pub fn keep_focus_origin(event: &FocusEvent) {
    let region = event
        .current_target()
        .and_then(|region| region.dyn_into::<Element>().ok());
    let from = event
        .related_target()
        .and_then(|from| from.dyn_into::<Element>().ok());
    let (Some(region), Some(from)) = (region, from) else {
        return;
    };
    if !region.contains(Some(&from)) {
        FOCUS_ORIGIN.with(|origin| origin.replace(Some(from)));
    }
}

/// Puts the focus back where it was noted, or on the screen's heading.
pub fn return_focus() {
    let origin = FOCUS_ORIGIN
        .with(|origin| origin.take())
        .filter(|origin| origin.is_connected());
    match origin {
        Some(origin) => focus_element(&origin),
        None => {
            focus(HEADING_ID);
        }
    }
}

/// Moves the focus from one end of a dialog to the other, if Tab would leave it.
/// Says whether it did.
pub fn wrap_tab(dialog_id: &str, backwards: bool) -> bool {
    const TABBABLE: &str = "a[href], button:not([disabled]), input:not([disabled]), \
                            select:not([disabled]), textarea:not([disabled]), summary";
    let wrap = || {
        let dialog = document()?.get_element_by_id(dialog_id)?;
        let stops = dialog.query_selector_all(TABBABLE).ok()?;
        let stop = |i| stops.get(i)?.dyn_into::<Element>().ok();
        let first = stop(0)?;
        let last = stop(stops.length() - 1)?;
        let active = active_element();
        let inside = dialog.contains(active.as_deref());
        let target = if backwards {
            let at_start = active.as_ref().is_none_or(|active| {
                *active == first
                    || *active == dialog
                    || active.get_attribute("tabindex").as_deref() == Some("-1")
            });
            (at_start || !inside).then_some(last)?
        } else {
            (active.as_ref() == Some(&last) || !inside).then_some(first)?
        };
        focus_element(&target);
        Some(())
    };
    wrap().is_some()
}

/// Moves the focus to the next of the matching elements within the one with this id,
/// or to the one before; to the first if it is on none of them.
pub fn step_focus(id: &str, selector: &str, forward: bool) {
    let step = || {
        let stops = document()?
            .get_element_by_id(id)?
            .query_selector_all(selector)
            .ok()?;
        let stop = |i| stops.get(i)?.dyn_into::<Element>().ok();
        let last = stops.length().checked_sub(1)?;
        let active = active_element();
        let to = match (0..=last).find(|i| stop(*i) == active) {
            Some(at) if forward => (at + 1).min(last),
            Some(at) => at.saturating_sub(1),
            None => 0,
        };
        focus_element(&stop(to)?);
        Some(())
    };
    step();
}

/// Whether a key is nobody else's: typed with no other key held, not into a field,
/// and not while something lies over the page.
pub fn is_plain_key(event: &KeyboardEvent) -> bool {
    const TAKES_KEYS: &str = "input:not([type=checkbox], [type=radio]), textarea, select, \
                              [role=menu], [role=dialog], dialog";
    let free = || {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        let over = document()?.query_selector("dialog[open], [aria-modal=true]");
        let free = target.closest(TAKES_KEYS).ok()?.is_none() && over.ok()?.is_none();
        free.then_some(())
    };
    !event.ctrl_key() && !event.meta_key() && !event.alt_key() && free().is_some()
}

/// What an arrow key does at the end of what it moves through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    Stay,
    /// It goes on at the other end, as people expect of a menu.
    Wrap,
}

/// Moves the focus up, down or to an end among the matching elements within the one
/// that listens, if it is one of these keys and the focus is on one of them. Says
/// whether it did.
pub fn move_focus(event: &KeyboardEvent, selector: &str, at_end: AtEnd) -> bool {
    let moved = || {
        let within = event.current_target()?.dyn_into::<Element>().ok()?;
        let from = event.target()?.dyn_into::<Element>().ok()?;
        let stops = within.query_selector_all(selector).ok()?;
        let stop = |i| stops.get(i)?.dyn_into::<Element>().ok();
        let last = stops.length().checked_sub(1)?;
        let at = (0..=last).find(|i| stop(*i).as_ref() == Some(&from))?;
        let to = match event.key().as_str() {
            "ArrowDown" if at == last && at_end == AtEnd::Wrap => 0,
            "ArrowUp" if at == 0 && at_end == AtEnd::Wrap => last,
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return None,
        };
        event.prevent_default();
        focus_element(&stop(to)?);
        Some(())
    };
    moved().is_some()
}
