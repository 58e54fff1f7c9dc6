//! Sending a file to the server.

use std::cell::RefCell;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DragEvent, Event, File, HtmlInputElement};

use super::{document, js, request};

/// A file on the operator's computer.
#[derive(Clone)]
pub struct LocalFile(File);

impl LocalFile {
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.0.size() as u64
    }
}

/// The file that was chosen in this field.
pub fn chosen_file(event: &Event) -> Option<LocalFile> {
    take_file(&event.target()?.dyn_into::<HtmlInputElement>().ok()?)
}

/// The file that was chosen in the field with this id before the page was alive.
pub fn waiting_file(id: &str) -> Option<LocalFile> {
    let field = document()?.get_element_by_id(id)?;
    take_file(&field.dyn_into::<HtmlInputElement>().ok()?)
}

fn take_file(input: &HtmlInputElement) -> Option<LocalFile> {
    let file = input.files()?.get(0).map(LocalFile);
    // The same file can be chosen again.
    input.set_value("");
    file
}

/// The file that was dropped, if one was.
pub fn dropped_file(event: &DragEvent) -> Option<LocalFile> {
    event.prevent_default();
    event.data_transfer()?.files()?.get(0).map(LocalFile)
}

/// How sending a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Taken,
    /// With what the server says.
    Refused(String),
    /// The connection broke.
    Broken,
}

thread_local! {
    /// The file on its way: one at a time.
    static SENDING: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Gives up the file that is on its way; nothing more is told of it. Returns whether there
/// was one.
pub fn abort_upload() -> bool {
    let Some(request) = SENDING.with(RefCell::take) else {
        return false;
    };
    for event in ["onload", "onerror"] {
        js::set(&request, event, &JsValue::NULL);
    }
    js::call(&request, "abort", &[]);
    true
}

/// Sends a file as the body of a request. `on_progress` is told how many bytes are sent,
/// `on_end` how it ended. Returns nothing where there is no browser.
pub fn send_file(
    file: &LocalFile,
    url: &str,
    on_progress: impl Fn(u64) + 'static,
    on_end: impl Fn(Sent) + Clone + 'static,
) -> Option<()> {
    let request = request::post(url, move |status, text| {
        SENDING.with(RefCell::take);
        on_end(match status {
            200..300 => Sent::Taken,
            0 => Sent::Broken,
            _ => Sent::Refused(text),
        });
    })?;
    let progress = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let sent = js::get(&event, "loaded").as_f64().unwrap_or_default();
        on_progress(sent as u64);
    });
    js::set(
        &js::get(&request, "upload"),
        "onprogress",
        progress.as_ref(),
    );
    let kind = ["Content-Type".into(), "application/octet-stream".into()];
    js::call(&request, "setRequestHeader", &kind)?;
    js::call(&request, "send", &[file.0.clone().into()])?;
    // As long as the request lives, and one for each file.
    progress.forget();
    SENDING.with(|sending| sending.replace(Some(request)));
    Some(())
}
