//! The only door to the browser: storage, focus, timers, the event stream.
//!
//! Everything here compiles for the server too and does nothing there, so that no
//! component needs to know where it runs. A browser that refuses something (storage
//! switched off, no clipboard) is as good as one that has nothing stored.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::{
    IntervalHandle, TimeoutHandle, set_interval_with_handle, set_timeout_with_handle,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Document, Element, EventSource, FocusEvent, HtmlElement, HtmlFormElement, KeyboardEvent,
    MessageEvent, Node, Storage, Window,
};

use super::components::HEADING_ID;

/// The window, or nothing on the server.
fn window() -> Option<Window> {
    cfg!(target_arch = "wasm32").then(web_sys::window).flatten()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Says to style sheets and tests that the page now reacts.
pub fn mark_hydrated() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

// Storage. `session` is this tab's, over reloads; `local` is this browser's.

fn session() -> Option<Storage> {
    window()?.session_storage().ok()?
}

fn local() -> Option<Storage> {
    window()?.local_storage().ok()?
}

pub fn session_get(key: &str) -> Option<String> {
    session()?.get_item(key).ok()?
}

pub fn session_set(key: &str, value: &str) {
    if let Some(storage) = session() {
        let _ = storage.set_item(key, value);
    }
}

pub fn session_remove(key: &str) {
    if let Some(storage) = session() {
        let _ = storage.remove_item(key);
    }
}

pub fn local_get(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

pub fn local_set(key: &str, value: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(key, value);
    }
}

// Focus and the page.

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

/// Whether the focus goes out of the element that listens.
pub fn leaves(event: &FocusEvent) -> bool {
    let listens = event
        .current_target()
        .and_then(|it| it.dyn_into::<Node>().ok());
    let to = event
        .related_target()
        .and_then(|it| it.dyn_into::<Node>().ok());
    listens.is_some_and(|listens| !listens.contains(to.as_ref()))
}

/// Moves the focus up, down or to an end among the matching elements within the one
/// that listens, if it is one of these keys and the focus is on one of them. Says
/// whether it did.
pub fn move_focus(event: &KeyboardEvent, selector: &str) -> bool {
    let moved = || {
        let within = event.current_target()?.dyn_into::<Element>().ok()?;
        let from = event.target()?.dyn_into::<Element>().ok()?;
        let stops = within.query_selector_all(selector).ok()?;
        let stop = |i| stops.get(i)?.dyn_into::<Element>().ok();
        let last = stops.length().checked_sub(1)?;
        let at = (0..=last).find(|i| stop(*i).as_ref() == Some(&from))?;
        let to = match event.key().as_str() {
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

/// As the browser's Back button.
pub fn go_back() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.back();
    }
}

/// Puts text on the clipboard, where the browser allows it.
pub fn copy(text: &str) {
    if let Some(window) = window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Opens an address as a link would; a download leaves the page as it is.
pub fn open(href: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_href(href);
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

/// Something that will happen unless it is cancelled.
#[derive(Clone, Copy)]
pub struct Timer(TimeoutHandle);

impl Timer {
    pub fn cancel(self) {
        self.0.clear();
    }
}

/// Does it after so many milliseconds.
pub fn after(ms: u64, then: impl FnOnce() + 'static) -> Option<Timer> {
    window()?;
    set_timeout_with_handle(then, Duration::from_millis(ms))
        .ok()
        .map(Timer)
}

/// Something that happens again and again until it is stopped.
#[derive(Clone, Copy)]
pub struct Ticker(IntervalHandle);

impl Ticker {
    pub fn stop(self) {
        self.0.clear();
    }
}

/// Does it every so many milliseconds.
pub fn every(ms: u64, each: impl Fn() + 'static) -> Option<Ticker> {
    window()?;
    set_interval_with_handle(each, Duration::from_millis(ms))
        .ok()
        .map(Ticker)
}

pub async fn sleep(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

// The event stream.

/// What the event stream does.
pub enum Stream {
    Open,
    Message(String),
    /// It broke, and the browser connects again by itself.
    Lost,
    /// It broke, and the browser has given up.
    Closed,
}

/// An open stream with what listens to it. Dropped, it falls silent.
struct Listening {
    source: EventSource,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

thread_local! {
    /// One per tab: browsers allow few connections to a host.
    static LISTENING: RefCell<Option<Listening>> = const { RefCell::new(None) };
}

/// Listens to the server's event stream, and to no other that was open before.
pub fn listen(url: &str, tell: impl Fn(Stream) + Clone + 'static) {
    if window().is_none() {
        return;
    }
    let Ok(source) = EventSource::new(url) else {
        tell(Stream::Closed);
        return;
    };
    let open = Closure::new({
        let tell = tell.clone();
        move || tell(Stream::Open)
    });
    let message = Closure::new({
        let tell = tell.clone();
        move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                tell(Stream::Message(text));
            }
        }
    });
    let error = Closure::new({
        let source = source.clone();
        move || {
            let closed = source.ready_state() == EventSource::CLOSED;
            tell(if closed { Stream::Closed } else { Stream::Lost });
        }
    });
    source.set_onopen(Some(open.as_ref().unchecked_ref()));
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    source.set_onerror(Some(error.as_ref().unchecked_ref()));
    let listening = Listening {
        source,
        _open: open,
        _message: message,
        _error: error,
    };
    LISTENING.with(|slot| slot.replace(Some(listening)));
}
