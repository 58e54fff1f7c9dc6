//! Dialogs, files that are dropped, chosen or saved, and the clipboard.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{
    Blob, DragEvent, Event, File, HtmlDialogElement, HtmlElement, HtmlInputElement, Url,
};

use super::{document, window};

/// Opens the dialog with this id over everything, or closes it.
pub fn show_dialog(id: &str, open: bool) {
    let dialog = document().and_then(|document| document.get_element_by_id(id));
    let Some(dialog) = dialog.and_then(|it| it.dyn_into::<HtmlDialogElement>().ok()) else {
        return;
    };
    if open && !dialog.open() {
        let _ = dialog.show_modal();
    } else if !open {
        dialog.close();
    }
}

/// Puts text on the clipboard and says whether the browser allowed it.
pub fn copy(text: &str, then: impl FnOnce(bool) + 'static) {
    if let Some(window) = window() {
        on_settled(
            &window.navigator().clipboard().write_text(text),
            move |done| then(done.is_some()),
        );
    }
}

/// Saves text as a file of this name, as a download would.
pub fn save(name: &str, text: &str) {
    let Some(document) = document() else { return };
    let parts = js_sys::Array::of1(&text.into());
    let href = Blob::new_with_str_sequence(&parts)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let link = document.create_element("a");
    if let (Ok(href), Ok(link)) = (href, link) {
        let _ = link.set_attribute("href", &href);
        let _ = link.set_attribute("download", name);
        if let Some(link) = link.dyn_ref::<HtmlElement>() {
            link.click();
        }
        // The browser has begun to save it by then.
        super::after(10_000, move || _ = Url::revoke_object_url(&href));
    }
}

/// Reads the file that was chosen. `None` if it is longer than so many bytes or
/// cannot be read.
pub fn read_chosen(event: &Event, longest: usize, then: impl FnOnce(Option<String>) + 'static) {
    let input = event.target();
    if let Some(input) = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
        let file = input.files().and_then(|files| files.get(0));
        read(file, longest, then);
        // The same file can be chosen again.
        input.set_value("");
    }
}

/// Reads the file that was dropped, if one was.
pub fn read_dropped(
    event: &DragEvent,
    longest: usize,
    then: impl FnOnce(Option<String>) + 'static,
) {
    let files = event.data_transfer().and_then(|data| data.files());
    if let Some(file) = files.and_then(|files| files.get(0)) {
        event.prevent_default();
        read(Some(file), longest, then);
    }
}

fn read(file: Option<File>, longest: usize, then: impl FnOnce(Option<String>) + 'static) {
    match file {
        None => {}
        Some(file) if (longest as f64) < file.size() => then(None),
        Some(file) => on_settled(&file.text(), move |text| {
            then(text.and_then(|text| text.as_string()));
        }),
    }
}

/// Waits for a promise; a refusal is `None`.
fn on_settled(promise: &js_sys::Promise, then: impl FnOnce(Option<JsValue>) + 'static) {
    let then = std::rc::Rc::new(std::cell::Cell::new(Some(then)));
    let other = then.clone();
    let tell = move |value| {
        if let Some(then) = then.take() {
            then(value);
        }
    };
    let refused = move |_| {
        if let Some(then) = other.take() {
            then(None);
        }
    };
    let kept = Closure::once(move |value: JsValue| tell(Some(value)));
    let refused = Closure::once(refused);
    let _ = promise.then2(&kept, &refused);
    // Called once at most, and small.
    kept.forget();
    refused.forget();
}
