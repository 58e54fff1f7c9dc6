//! The checkboxes of the rows: which devices they stand for, and whether they are ticked.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::document;
use crate::ui::keyboard::ROWS_ID;

/// What `value` a row's checkbox has, if it is one that the event happened on.
pub fn row_of_checkbox(event: &Event) -> Option<u32> {
    let target = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    let is_in_row = target.closest(&format!("#{ROWS_ID} input")).ok()?.is_some();
    target.value().parse().ok().filter(|_| is_in_row)
}

/// Whether an event happened within the rows.
pub fn is_in_rows(event: &Event) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|it| matches!(it.closest(&format!("#{ROWS_ID}")), Ok(Some(_))))
}

/// Ticks the rows on the page whose checkbox has one of these values, and no others.
/// Checkboxes that are not enabled wait for the script.
pub fn show_ticks(is_ticked: impl Fn(u32) -> bool, enabled: bool) {
    if let Some(rows) = document().and_then(|document| document.get_element_by_id(ROWS_ID)) {
        show_ticks_within(&rows, is_ticked, enabled);
    }
}

/// The same for rows that need not be on the page yet.
pub fn show_ticks_within(rows: &Element, is_ticked: impl Fn(u32) -> bool, enabled: bool) {
    let Ok(found) = rows.query_selector_all("input") else {
        return;
    };
    let boxes = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
    for checkbox in boxes {
        let checkbox: HtmlInputElement = checkbox;
        let value = checkbox.value().parse();
        checkbox.set_checked(value.is_ok_and(&is_ticked));
        checkbox.set_disabled(!enabled);
    }
}
