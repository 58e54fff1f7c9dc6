//! The HTTP interface: pages, server functions, live updates and files.

mod account;
mod api;
mod approvals;
mod audit;
mod connection;
mod cookies;
mod csrf;
mod entrance;
mod events;
mod evidence;
mod export;
mod extract;
mod first;
mod front;
mod gate;
mod headers;
mod listener;
mod metrics;
mod one_task;
mod operators;
mod ops;
mod page;
mod plain;
pub mod request_limits;
mod serve;
mod sso;
mod upload;

pub use front::Front;
pub use listener::Listener;
pub use ops::router as ops_router;
pub use serve::{Peer, serve};

use std::path::Path;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, file_and_error_handler_with_context};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use self::cookies::Cookies;
use self::page::Frame;
use self::request_limits::{Limits, Places};
use super::App;
use crate::domain::fleet::Fleet;

/// What the browser's part is called, as `[package.metadata.leptos]` has it.
const OUTPUT_NAME: &str = "sunset";

/// The list of hashes beside the program, as cargo-leptos writes it.
const HASHES: &str = "hash.txt";

/// What handlers are given.
#[derive(Clone, Debug, FromRef)]
pub struct ServerState {
    pub app: App,
    pub options: LeptosOptions,
    /// Cancelled when the server stops: open streams end.
    pub stop: CancellationToken,
    limits: Limits,
    places: Places,
    fleet: Fleet,
    front: Front,
    /// The address of the second stylesheet, where the build left one.
    #[from_ref(skip)]
    later_style: Option<String>,
}

impl ServerState {
    /// Names with hashes are used where the build left a list of them.
    pub fn new(app: App, site_root: &Path, stop: CancellationToken) -> Self {
        let beside = std::env::current_exe().ok();
        let hashes = beside.and_then(|it| std::fs::read_to_string(it.with_file_name(HASHES)).ok());
        let options = LeptosOptions::builder()
            .output_name(OUTPUT_NAME)
            .site_root(site_root.display().to_string())
            .hash_files(hashes.is_some())
            .build();
        let hash_of_later = |line: &str| Some(line.strip_prefix("later: ")?.trim().to_owned());
        let later_style = hashes
            .unwrap_or_default()
            .lines()
            .find_map(hash_of_later)
            .map(|hash| format!("/pkg/{OUTPUT_NAME}-later.{hash}.css"));
        Self {
            app,
            options,
            stop,
            limits: Limits::default(),
            places: Places::new(&Limits::default()),
            fleet: Fleet::Real,
            front: Front::default(),
            later_style,
        }
    }

    /// The same within other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self {
            limits,
            places: Places::new(&limits),
            ..self
        }
    }

    /// The same at another address than this computer's own.
    pub fn with_front(self, front: Front) -> Self {
        Self { front, ..self }
    }

    fn cookies(&self) -> Cookies {
        Cookies::of(&self.front)
    }

    /// The same over devices that are real or not.
    pub fn with_fleet(self, fleet: Fleet) -> Self {
        Self { fleet, ..self }
    }
}

/// How much work goes into making a page small. From here on brotli knows what was said
/// far above: a list is smaller by a twelfth than one step before, and more steps bring little.
const QUALITY: i32 = 5;

/// Every route, with every layer.
pub fn router(state: ServerState) -> Router {
    one_task::init();
    let is_public = state.front.public().is_some();
    let app = state.app.clone();
    let context = move || page::provide_contexts(&app);
    let frame = Frame::of(&state);
    let pages = Router::new()
        .leptos_routes_with_context(&state, page::routes(), context.clone(), {
            let frame = frame.clone();
            move || frame.page()
        })
        .fallback(file_and_error_handler_with_context::<ServerState, _>(
            context,
            move |_| frame.page(),
        ))
        .layer(from_fn(one_task::whole))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(QUALITY)));

    let ops = match is_public {
        true => Router::new(),
        false => ops::routes().layer(from_fn(gate::administrators)),
    };
    Router::new()
        .merge(pages)
        .merge(api::routes())
        .merge(ops)
        .nest_service("/pkg", packages(&state.options))
        .route("/", get(|| async { Redirect::temporary("/overview") }))
        .route("/events", get(events::stream))
        .route(
            "/devices/export.csv",
            get(export::matching).post(export::selected),
        )
        .route("/jobs/{id}/results.csv", get(export::results))
        .route("/jobs/{id}/evidence.zip", get(evidence::archive))
        .route("/jobs/{id}/certificate", get(evidence::certificate))
        .route(audit::PAGE, get(audit::page))
        .route("/audit/export.csv", get(audit::csv))
        .route("/audit/export.jsonl", get(audit::json_lines))
        .route("/overview/{chart}/figures.csv", get(export::figures))
        .route(request_limits::UPLOAD, post(upload::receive))
        .route("/import/apply", post(upload::apply))
        .route("/import/discard", post(upload::discard))
        .route("/import/refused.csv", get(upload::refused))
        .route(
            gate::SIGN_IN,
            get(entrance::sign_in_page).post(entrance::sign_in),
        )
        .route(sso::SSO_START, get(sso::start))
        .route(sso::SSO_CALLBACK, get(sso::callback))
        .route(gate::SIGN_OUT, post(entrance::sign_out))
        .route(
            "/set-up/{link}",
            get(entrance::set_up_page).post(entrance::set_up),
        )
        .route("/first/{link}", get(first::page).post(first::make))
        .route("/account", get(account::page))
        .route("/account/sessions/end", post(account::end_session))
        .route("/account/sessions/end-others", post(account::end_others))
        .route("/account/tokens/create", post(account::create_token))
        .route("/account/tokens/revoke", post(account::revoke_token))
        .route("/account/password", post(account::change_password))
        .route(operators::PAGE, get(operators::page))
        .route("/operators/invite", post(operators::invite))
        .route("/operators/invite-again", post(operators::invite_again))
        .route("/operators/roles", post(operators::give))
        .route("/operators/sign-out", post(operators::sign_out))
        .route("/operators/disable", post(operators::disable))
        .route("/operators/stop-all", post(operators::stop_all))
        .route(approvals::PAGE, get(approvals::list))
        .route("/approvals/{id}", get(approvals::look))
        .route("/approvals/{id}/approve", post(approvals::approve))
        .route("/approvals/{id}/refuse", post(approvals::refuse_job))
        .route(ops::HEALTH, get(|| async { "ok" }))
        .layer(
            // Together they are one layer: each by itself is copied for each request by all
            // that are around it. The first is the first to see a request.
            ServiceBuilder::new()
                .layer(map_response_with_state(
                    state.front.clone(),
                    headers::defaults,
                ))
                .layer(from_fn(api::problems))
                .layer(from_fn_with_state(state.front.clone(), front::admit))
                .layer(CatchPanicLayer::new())
                .layer(from_fn(request_limits::address))
                .layer(from_fn(csrf::reject_cross_site))
                .layer(CsrfLayer::new())
                .layer(from_fn(csrf::json_only))
                .layer(from_fn_with_state(
                    state.front.clone(),
                    csrf::require_origin,
                ))
                .layer(from_fn_with_state(state.clone(), gate::gate))
                .layer(from_fn_with_state(state.limits, request_limits::body))
                .layer(from_fn_with_state(state.limits, request_limits::answer))
                // `request_limits::body` knows how large one may be.
                .layer(DefaultBodyLimit::disable()),
        )
        .with_state(state)
}

/// The browser's part: its names hold hashes of its content, so it never changes.
fn packages(options: &LeptosOptions) -> Router {
    let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let files = ServeDir::new(folder)
        .precompressed_br()
        .precompressed_gzip();
    // What is not there now may be there tomorrow.
    let forever = |response: &Response<_>| {
        let is_file = response.status().is_success() || response.status().is_redirection();
        is_file.then(|| HeaderValue::from_static("public, max-age=31536000, immutable"))
    };
    Router::new()
        .fallback_service(files)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            forever,
        ))
}
