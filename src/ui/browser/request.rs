//! Requests whose answer is a status and a text. `fetch` does not say how much of a file
//! is sent, so all of them are an `XMLHttpRequest`.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use super::{js, window};

/// Opens a POST. `on_end` is told the answer's status and text, or 0 if the connection
/// broke. Returns nothing where there is no browser.
pub(super) fn post(url: &str, on_end: impl Fn(u16, String) + Clone + 'static) -> Option<JsValue> {
    window()?;
    let request = js::make("XMLHttpRequest", &[])?;
    js::call(&request, "open", &["POST".into(), url.into()])?;
    let ended = Closure::<dyn Fn()>::new({
        let request = request.clone();
        move || {
            let status = js::get(&request, "status").as_f64().unwrap_or_default();
            let text = js::get(&request, "responseText").as_string();
            on_end(status as u16, text.unwrap_or_default());
        }
    });
    for event in ["onload", "onerror"] {
        js::set(&request, event, ended.as_ref());
    }
    // As long as the request lives, and one for each.
    ended.forget();
    Some(request)
}

/// Sends the form that a person submits, and stays on the page.
pub fn send_form(
    event: &Event,
    url: &str,
    on_end: impl Fn(u16, String) + Clone + 'static,
) -> Option<()> {
    event.prevent_default();
    let fields = js::make("FormData", &[form(event)?])?;
    let body = js::make("URLSearchParams", &[fields])?;
    js::call(&post(url, on_end)?, "send", &[body])?;
    Some(())
}

/// What is in a field of the form that a person submits.
pub fn field_value(event: &Event, name: &str) -> String {
    let value = || {
        let fields = js::make("FormData", &[form(event)?])?;
        js::call(&fields, "get", &[name.into()])?.as_string()
    };
    value().unwrap_or_default()
}

fn form(event: &Event) -> Option<JsValue> {
    event.current_target().map(|form| form.unchecked_into())
}
