//! How old the inventory is, and reading the directory anew.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::export::refuse;
use crate::domain::refresh::{CacheState, Refresh};
use crate::server::{App, Scoped, may};

pub async fn read(State(app): State<App>, who: Scoped<may::View>) -> Response {
    match app.inventory.cache_state(&who).await {
        Ok(state) => Json(value(&state)).into_response(),
        Err(error) => refuse(error.into()),
    }
}

/// Starts a refresh, or joins the one that runs.
pub async fn refresh(State(app): State<App>, who: Scoped<may::Refresh>) -> Response {
    if let Err(error) = app.refresher.start(&who).await {
        return refuse(error.into());
    }
    match app.inventory.cache_state(&who.viewing()).await {
        Ok(state) => (StatusCode::ACCEPTED, Json(value(&state))).into_response(),
        Err(error) => refuse(error.into()),
    }
}

fn value(state: &CacheState) -> Value {
    json!({
        "completeAsOf": state.complete_as_of.map(|at| at.to_string()),
        "lastRefresh": state.last.as_ref().map(of_refresh),
    })
}

fn of_refresh(refresh: &Refresh) -> Value {
    let counted = |count: u64| (!refresh.uncounted).then_some(count);
    json!({
        "number": refresh.number,
        "startedBy": refresh.started_by,
        "startedAt": refresh.started_at.to_string(),
        "finishedAt": refresh.finished_at.map(|at| at.to_string()),
        "failure": refresh.failure,
        "read": counted(refresh.read),
        "added": counted(refresh.added),
        "changed": counted(refresh.changed),
        "gone": counted(refresh.gone),
    })
}
