//! Where the application's pages are, and what each of them is given.

use std::sync::OnceLock;

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use leptos::IntoView;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context, with_context};
use leptos_axum::{AxumRouteListing, ResponseOptions, generate_route_list};
use leptos_router::location::RequestUrl;

use super::ServerState;
use super::gate::Resets;
use crate::app::{self, LazyStyle};
use crate::domain::fleet::Fleet;
use crate::domain::permission::Permission;
use crate::domain::time::Timestamp;
use crate::server::identity::Visitor;
use crate::server::{App, Operator};
use crate::status::StatusSetter;
use crate::ui::may::May;

/// The routes of the pages.
///
/// They are listed once, before there is any router: while leptos lists them, it loads no data
/// for any page of the process, and a page that is asked for meanwhile waits without end.
pub fn routes() -> Vec<AxumRouteListing> {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    ROUTES.get_or_init(|| generate_route_list(app::App)).clone()
}

/// What all pages have in common.
#[derive(Clone, Debug)]
pub struct Frame {
    options: LeptosOptions,
    fleet: Fleet,
    is_public: bool,
    later_style: Option<String>,
}

impl Frame {
    pub fn of(state: &ServerState) -> Self {
        Self {
            options: state.options.clone(),
            fleet: state.fleet,
            is_public: state.front.public().is_some(),
            later_style: state.later_style.clone(),
        }
    }

    /// The whole page that is being asked for.
    pub fn page(&self) -> impl IntoView + use<> {
        app::shell(
            self.options.clone(),
            self.fleet,
            self.is_public,
            signed_in(),
            resets(),
            later_style(self.later_style.clone()),
        )
    }
}

/// Gives the page that is being asked for what it uses of the server.
pub fn provide_contexts(app: &App) {
    provide_context(app.clone());
    provide_context(May(permissions()));
    provide_status_setter();
    set_content_security_policy();
}

/// The second stylesheet for the page that is asked for: Device Search does not wait for it.
fn later_style(href: Option<String>) -> LazyStyle {
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    let at_once = url.is_none_or(|url| url.path() != "/devices");
    LazyStyle { href, at_once }
}

/// Who is signed in, for the page that is being written.
fn signed_in() -> Option<String> {
    let visitor = with_context(|parts: &Parts| parts.extensions.get().cloned());
    match visitor.flatten() {
        Some(Visitor::SignedIn(who)) => Some(who.name),
        _ => None,
    }
}

/// Who was reset on the server not long ago.
fn resets() -> Vec<(String, Timestamp)> {
    let resets = with_context(|parts: &Parts| parts.extensions.get().cloned());
    let Resets(resets) = resets.flatten().unwrap_or_default();
    resets
}

/// What they may do, in words; `None` where nobody signs in.
fn permissions() -> Option<String> {
    signed_in()?;
    let operator = with_context(|parts: &Parts| parts.extensions.get::<Operator>().cloned());
    let operator = operator.flatten()?;
    let may = Permission::ALL.into_iter().filter(|it| operator.may(*it));
    Some(may.map(Permission::as_str).collect::<Vec<_>>().join(" "))
}

/// Lets a screen say in the page's status that its address is wrong.
fn provide_status_setter() {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    provide_context(StatusSetter::new(move |code| {
        if let Ok(status) = StatusCode::from_u16(code) {
            response.set_status(status);
        }
    }));
}

/// A page's own policy: scripts of ours, and those that carry this answer's nonce.
fn set_content_security_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         object-src 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
