//! The time zones that the browser knows.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::window;

/// The zone of the browser, as the IANA names it: `America/Chicago`.
pub fn time_zone() -> String {
    let zone = || {
        let format = js_sys::Intl::DateTimeFormat::default();
        let options = format.resolved_options();
        Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
    };
    window().and_then(|_| zone()).unwrap_or_default()
}

/// All zones by their IANA names; none where the browser does not tell.
pub fn time_zones() -> Vec<String> {
    let zones = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let supported = Reflect::get(&intl, &"supportedValuesOf".into()).ok()?;
        let supported: Function = supported.dyn_into().ok()?;
        let zones = supported.call1(&intl, &JsValue::from("timeZone")).ok()?;
        let zones: Array = zones.dyn_into().ok()?;
        Some(zones.iter().filter_map(|zone| zone.as_string()).collect())
    };
    window().and_then(|_| zones()).unwrap_or_default()
}
