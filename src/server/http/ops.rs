//! What watches the server is told on an address of its own: whether it is ready, and its
//! figures. Nobody signs in there, so it serves this computer only.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::front::{self, Front};
use super::{ServerState, headers, metrics, request_limits};
use crate::server::App;

pub const READY: &str = "/readyz";
pub const METRICS: &str = "/metrics";
pub const HEALTH: &str = "/healthz";

/// The routes of `--ops-listen`.
pub fn router(state: ServerState) -> Router {
    let local = Front::default();
    Router::new()
        .merge(routes())
        .route(HEALTH, get(|| async { "ok" }))
        .layer(from_fn_with_state(state.limits, request_limits::answer))
        .layer(from_fn_with_state(local.clone(), front::admit))
        .layer(map_response_with_state(local, headers::defaults))
        .with_state(state)
}

/// The routes that are part of the console itself while only this computer reaches it.
pub fn routes() -> Router<ServerState> {
    Router::new()
        .route(READY, get(readiness))
        .route(METRICS, get(metrics::metrics))
}

async fn readiness(State(app): State<App>) -> Response {
    let why = match tokio::time::timeout(Duration::from_secs(2), app.readiness()).await {
        Ok(Ok(())) => return "ready".into_response(),
        Ok(Err(why)) => why,
        Err(_) => "the database does not answer".to_owned(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}
