//! Sunset: a console that takes managed ChromeOS devices out of service.
//!
//! Four layers, and dependencies point one way: `app → ui → api → domain` and
//! `server → domain`. ARCHITECTURE.md walks through them.

pub mod api;
pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
pub mod status;
pub mod ui;

/// Brings the page alive. Every screen but the first needs the second half of the
/// script for that, and stays as the server sent it until it is here.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    ui::lazy::needed().await;
    leptos::mount::hydrate_body(app::App);
}
