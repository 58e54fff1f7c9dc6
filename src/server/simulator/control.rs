//! The control API of the simulator: changes devices as another client would, and returns the
//! ledger. It is not part of Google's API and needs no token.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::fault::FaultRule;
use super::fleet::enroll_again;
use super::settings::Settings;
use super::{Simulator, key};
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

pub fn router(simulator: Simulator) -> Router {
    Router::new()
        .route("/ledger", get(ledger))
        .route("/settings", get(settings).put(set))
        .route("/faults", get(faults).post(add_fault).delete(clear))
        .route("/devices/{device}", post(alter).delete(remove))
        .route("/key", get(service_account))
        .with_state(simulator)
}

async fn ledger(State(simulator): State<Simulator>) -> Response {
    Json(simulator.ledger()).into_response()
}

async fn settings(State(simulator): State<Simulator>) -> Json<Settings> {
    Json(simulator.world().settings.clone())
}

async fn set(State(simulator): State<Simulator>, Json(settings): Json<Settings>) -> StatusCode {
    simulator.set(|present| *present = settings);
    StatusCode::NO_CONTENT
}

async fn faults(State(simulator): State<Simulator>) -> Json<Vec<FaultRule>> {
    Json(simulator.world().faults.clone())
}

async fn add_fault(State(simulator): State<Simulator>, Json(rule): Json<FaultRule>) -> StatusCode {
    simulator.will(rule);
    StatusCode::NO_CONTENT
}

async fn clear(State(simulator): State<Simulator>) -> StatusCode {
    simulator.clear_faults();
    StatusCode::NO_CONTENT
}

/// What somebody else does to a device.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Alteration {
    /// Wipes it and enrolls it again.
    EnrollAgain,
    /// Switches it on, so that it syncs.
    Sync,
    Deprovision,
    Move(String),
    Status(DeviceStatus),
}

async fn alter(
    State(simulator): State<Simulator>,
    Path(device): Path<String>,
    Json(alteration): Json<Alteration>,
) -> StatusCode {
    let now = Timestamp::now();
    let found = simulator.alter(&device, |device| match alteration {
        Alteration::EnrollAgain => enroll_again(device, now),
        Alteration::Sync => device.last_sync = Some(now),
        Alteration::Deprovision => {
            device.status = DeviceStatus::Deprovisioned;
            device.deprovisioned_at = Some(now);
        }
        Alteration::Move(org_unit) => device.org_unit = org_unit,
        Alteration::Status(status) => device.status = status,
    });
    done(found)
}

async fn remove(State(simulator): State<Simulator>, Path(device): Path<String>) -> StatusCode {
    done(simulator.remove(&device))
}

fn done(found: bool) -> StatusCode {
    if found {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// The key file, for whoever came in by this address.
async fn service_account(headers: axum::http::HeaderMap) -> Response {
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let root = format!("http://{}", host.unwrap_or("127.0.0.1"));
    Json(key::service_account(&root)).into_response()
}
