//! The rows of the grid as the drawer needs them: opened by a click or Enter, marked,
//! and walked through. The rows themselves know nothing of it: their code is part of what
//! a first visit waits for, and this is not.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::document;
use crate::ui::keyboard::ROWS_ID;

/// What does something of its own when it is pressed.
const CONTROLS: &str = "a, button, label, input, select, summary";

/// Marks the row whose device is in the drawer.
const CURRENT: &str = "data-current";

/// Dropped, rows open nothing.
pub struct RowOpener {
    click: Closure<dyn FnMut(Event)>,
    key: Closure<dyn FnMut(KeyboardEvent)>,
}

fn rows() -> Vec<Element> {
    let selector = format!("#{ROWS_ID} > tr");
    let found = document().and_then(|it| it.query_selector_all(&selector).ok());
    let Some(found) = found else {
        return Vec::new();
    };
    let rows = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
    rows.collect()
}

/// The path of the device in this row: `/devices/{device_id}`.
fn path_of(row: &Element) -> Option<String> {
    let link = row.query_selector("th a").ok()??;
    link.get_attribute("href")
}

fn row_around(event: &Event) -> Option<(Element, Element)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let row = target.closest(&format!("#{ROWS_ID} > tr")).ok()??;
    Some((target, row))
}

/// Says the path of the device whose row is clicked, or on whose checkbox Enter is
/// pressed. Who selects text, or presses a link, opens nothing.
pub fn on_row_open(open: impl Fn(String) + Clone + 'static) -> Option<RowOpener> {
    let document = document()?;
    let by_click = open.clone();
    let click = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let path = row_around(&event).and_then(|(target, row)| {
            let is_control = target.closest(CONTROLS).ok()?.is_some();
            let is_selecting = super::document()?
                .default_view()?
                .get_selection()
                .ok()?
                .is_some_and(|it| !it.is_collapsed());
            path_of(&row).filter(|_| !is_control && !is_selecting)
        });
        path.into_iter().for_each(&by_click);
    });
    let key = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if event.key() != "Enter" {
            return;
        }
        let path = row_around(&event).and_then(|(target, row)| {
            let is_checkbox = target.matches("input").ok()?;
            path_of(&row).filter(|_| is_checkbox)
        });
        if let Some(path) = path {
            event.prevent_default();
            open(path);
        }
    });
    let opener = RowOpener { click, key };
    for (event, listener) in opener.listeners() {
        let _ = document.add_event_listener_with_callback(event, listener);
    }
    Some(opener)
}

impl RowOpener {
    fn listeners(&self) -> [(&'static str, &js_sys::Function); 2] {
        [
            ("click", self.click.as_ref().unchecked_ref()),
            ("keydown", self.key.as_ref().unchecked_ref()),
        ]
    }
}

impl Drop for RowOpener {
    fn drop(&mut self) {
        let Some(document) = document() else { return };
        for (event, listener) in self.listeners() {
            let _ = document.remove_event_listener_with_callback(event, listener);
        }
    }
}

/// Marks the row of this device, and no other.
pub fn mark_row(path: Option<&str>) {
    for row in rows() {
        let is_current = path.is_some() && path_of(&row).as_deref() == path;
        let _ = match is_current {
            true => row.set_attribute(CURRENT, ""),
            false => row.remove_attribute(CURRENT),
        };
        if is_current && let Some(row) = row.dyn_ref::<HtmlElement>() {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}

/// The path of the device in the next row, or in the one before.
pub fn row_beside(path: &str, forward: bool) -> Option<String> {
    let rows = rows();
    let at = rows
        .iter()
        .position(|row| path_of(row).as_deref() == Some(path))?;
    let to = if forward { at + 1 } else { at.checked_sub(1)? };
    path_of(rows.get(to)?)
}

/// Focuses the checkbox of this device's row, and says whether it is on the page.
pub fn focus_row(path: &str) -> bool {
    let row = rows()
        .into_iter()
        .find(|row| path_of(row).as_deref() == Some(path));
    let checkbox = row.and_then(|row| row.query_selector("input").ok()?);
    match checkbox.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        Some(checkbox) => checkbox.focus().is_ok(),
        None => false,
    }
}
