//! Interfaces of the browser that only screens of the second half use, called by name.
//!
//! Each interface that is imported by its type adds to the script that a first visit
//! downloads, whichever half of the module calls it. These are too rare for that, and some
//! are in a few browsers only.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A property, or `undefined`.
pub fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

pub fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(of, &name.into(), value);
}

/// Calls a method. `None` if it is not there or has thrown.
pub fn call(of: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(of, method).dyn_into().ok()?;
    let arguments: Array = arguments.iter().collect();
    method.apply(of, &arguments).ok()
}

/// Makes an object of a global class. `None` if the browser lacks the class or refuses.
pub fn make(class: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let class: Function = get(&js_sys::global(), class).dyn_into().ok()?;
    let arguments: Array = arguments.iter().collect();
    Reflect::construct(&class, &arguments).ok()
}
