//! The HTTP status of the page that is being rendered.
//!
//! A screen that finds its address wrong says so in the status as well, without
//! knowing what serves it: the server provides the setter to each page it renders,
//! and in the browser there is none.

use std::sync::Arc;

use leptos::prelude::use_context;

/// How the status is set; provided as context by the server.
#[derive(Clone)]
pub struct StatusSetter(Arc<dyn Fn(u16) + Send + Sync>);

impl StatusSetter {
    pub fn new(set: impl Fn(u16) + Send + Sync + 'static) -> Self {
        Self(Arc::new(set))
    }
}

/// Sets the status of the page that is being rendered, if one is.
pub fn set_status(code: u16) {
    if let Some(StatusSetter(set)) = use_context() {
        set(code);
    }
}
