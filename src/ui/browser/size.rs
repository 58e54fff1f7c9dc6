//! How high things are that have no height of their own.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, ResizeObserver};

use super::document;

/// Keeps a property of the root element, for the stylesheet, at the height of the first
/// element that matches, in pixels. For elements that stay as long as the page.
pub fn publish_height(selector: &str, property: &'static str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    let Some(element) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let measured = element.clone();
    let publish = Closure::<dyn Fn()>::new(move || {
        let root = document().and_then(|document| document.document_element());
        if let Some(root) = root.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let height = format!("{}px", measured.offset_height());
            let _ = root.style().set_property(property, &height);
        }
    });
    if let Ok(observer) = ResizeObserver::new(publish.into_js_value().unchecked_ref()) {
        observer.observe(&element);
    }
}
