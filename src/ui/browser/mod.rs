//! The only door to the browser: storage, focus, timers, the event stream.
//!
//! Everything here compiles for the server too and does nothing there, so that no
//! component needs to know where it runs. A browser that refuses something (storage
//! switched off, no clipboard) is as good as one that has nothing stored.

mod camera;
mod columns;
mod dialog;
mod focus;
mod js;
mod outside;
mod place;
mod request;
mod rows;
mod signal;
mod size;
mod storage;
mod stream;
mod ticks;
mod upload;
mod zone;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, HtmlElement, HtmlFormElement, Window};

pub use camera::{CameraError, can_read_barcodes, read_barcodes};
pub use columns::{on_column_drag, set_column_widths};
pub use dialog::{copy, read_chosen, read_dropped, save, show_dialog};
pub use focus::{
    AtEnd, focus, focus_first_soon, focus_soon, has_focus_within, has_no_focus, is_plain_key,
    keep_focus, keep_focus_origin, move_focus, return_focus, step_focus, wrap_tab,
};
pub use outside::{close_from_outside, when_left};
pub use place::{begin_at, keep_place, place_to_return_to, return_to};
pub use request::{field_value, send_form};
pub use rows::{focus_row, mark_row, on_row_open, row_beside};
pub use signal::{beep, vibrate};
pub use size::publish_height;
pub use storage::{local_get, local_remove, local_set, session_get, session_remove, session_set};
pub use stream::{Stream, listen};
pub use ticks::{is_in_rows, row_of_checkbox, show_ticks, show_ticks_within};
pub use upload::{
    LocalFile, Sent, abort_upload, chosen_file, dropped_file, send_file, waiting_file,
};
pub use zone::{time_zone, time_zones};

/// The window, or nothing on the server.
fn window() -> Option<Window> {
    cfg!(target_arch = "wasm32").then(web_sys::window).flatten()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// How far the element with this id is scrolled down.
pub fn scroll_offset(id: &str) -> i32 {
    let element = document().and_then(|document| document.get_element_by_id(id));
    element
        .map(|element| element.scroll_top())
        .unwrap_or_default()
}

/// Scrolls within the element with this id.
pub fn scroll_within(id: &str, offset: i32) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.set_scroll_top(offset);
    }
}

/// Clicks the first element that matches.
pub fn click(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Presses the element that a key was typed on.
pub fn click_target(event: &web_sys::KeyboardEvent) {
    let target = event.target().map(JsCast::dyn_into::<web_sys::HtmlElement>);
    if let Some(Ok(target)) = target {
        target.click();
    }
}

/// Sends the form with this id as its button would.
pub fn submit(id: &str) {
    let form = document().and_then(|document| document.get_element_by_id(id));
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        let _ = form.request_submit();
    }
}

/// Sets `data-NAME` of the root element, for the stylesheet; `None` removes it.
pub fn set_root_data(name: &str, value: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    let name = format!("data-{name}");
    let _ = match value {
        Some(value) => root.set_attribute(&name, value),
        None => root.remove_attribute(&name),
    };
}

/// `data-NAME` of the root element.
pub fn root_data(name: &str) -> Option<String> {
    let root = document()?.document_element()?;
    root.get_attribute(&format!("data-{name}"))
}

/// Whether the tab is in the background.
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// The path of the page's address.
pub fn path() -> String {
    let path = window().and_then(|window| window.location().pathname().ok());
    path.unwrap_or_default()
}

/// The query string of the address, with its question mark.
pub fn query() -> String {
    let query = window().and_then(|window| window.location().search().ok());
    query.unwrap_or_default()
}

/// As the browser's Back button.
pub fn go_back() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.back();
    }
}

/// Opens an address as a link would; a download leaves the page as it is.
pub fn open(href: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_href(href);
    }
}

/// In lower case, by the tables that the browser has: ours would be sent with the page.
pub fn lower_case(text: &str) -> String {
    if cfg!(target_arch = "wasm32") {
        js_sys::JsString::from(text).to_lower_case().into()
    } else {
        text.to_lowercase()
    }
}

// Time.

/// The browser's clock in milliseconds: for distances, never for what is shown.
pub fn now_ms() -> f64 {
    if cfg!(target_arch = "wasm32") {
        js_sys::Date::now()
    } else {
        0.0
    }
}

/// The time of day where the operator is: `10:41`.
pub fn clock() -> String {
    if !cfg!(target_arch = "wasm32") {
        return String::new();
    }
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}", now.get_hours(), now.get_minutes())
}

// leptos cancels a timer with the scope that set it. Ours outlive it: focus moves
// after the panel that asked for it is gone.

/// Something that will happen unless it is cancelled.
#[derive(Clone, Copy)]
pub struct Timer(i32);

impl Timer {
    pub fn cancel(self) {
        if let Some(window) = window() {
            window.clear_timeout_with_handle(self.0);
        }
    }
}

/// Does it after so many milliseconds.
pub fn after(ms: i32, then: impl FnOnce() + 'static) -> Option<Timer> {
    let window = window()?;
    let then = Closure::once_into_js(then);
    window
        .set_timeout_with_callback_and_timeout_and_arguments_0(then.unchecked_ref(), ms)
        .ok()
        .map(Timer)
}

/// Something that happens again and again until it is stopped.
#[derive(Clone, Copy)]
pub struct Ticker(i32);

impl Ticker {
    pub fn stop(self) {
        if let Some(window) = window() {
            window.clear_interval_with_handle(self.0);
        }
    }
}

/// Does it every so many milliseconds.
pub fn every(ms: i32, each: impl Fn() + 'static) -> Option<Ticker> {
    let window = window()?;
    let each = Closure::<dyn Fn()>::new(each).into_js_value();
    window
        .set_interval_with_callback_and_timeout_and_arguments_0(each.unchecked_ref(), ms)
        .ok()
        .map(Ticker)
}

pub async fn sleep(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}
