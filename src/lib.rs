//! Sunset: a console that takes managed ChromeOS devices out of service.
//!
//! Four layers, and dependencies point one way: `app → ui → api → domain` and
//! `server → domain`. ARCHITECTURE.md walks through them.

pub mod api;
pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
pub mod ui;

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
