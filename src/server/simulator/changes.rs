//! What changes devices: `batchChangeStatus`, `update`, `patch` and
//! `moveDevicesToOu`.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::failure::Failure;
use super::fault::{Fault, FaultRule};
use super::fleet::{Action, OUT_OF_REACH, Refusal, enroll_again, is_within};
use super::gate::InjectedFault;
use super::ledger::Entry;
use super::org_units::resolve;
use super::wire::Projection;
use super::{Simulator, World, wire};
use crate::domain::action::reason::DeprovisionReason;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// Devices in one call, at the most.
const LIMIT: usize = 50;

/// How devices fail where some are told to, one after the other. Of the last kind
/// nobody can say what happened.
const FAILURES: [Refusal; 3] = [
    OUT_OF_REACH,
    (3, "Request contains an invalid argument."),
    (13, "Internal error encountered."),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    #[serde(default)]
    device_ids: Vec<String>,
    #[serde(default)]
    change_chrome_os_device_status_action: String,
    deprovision_reason: Option<String>,
}

pub async fn batch_change_status(
    State(simulator): State<Simulator>,
    Extension(injected): Extension<InjectedFault>,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    let batch: Batch = parse(&body)?;
    let action = action(&batch)?;
    if batch.device_ids.is_empty() || LIMIT < batch.device_ids.len() {
        return Err(Failure::invalid("deviceIds must have 1 to 50 values"));
    }
    let mut world = simulator.world();
    let malformed = |id: &String| id.is_empty() || world.settings.malformed.contains(id);
    if batch.device_ids.iter().any(malformed) {
        return Err(Failure::invalid("Invalid Input: deviceIds"));
    }
    let illegal = |id: &String| world.settings.illegal.contains(id);
    if batch.device_ids.iter().any(illegal) {
        return Err(Failure::precondition("Illegal device state transition."));
    }
    let now = Timestamp::now();
    if injected.fault() == Some(Fault::DoneByOthers) {
        for id in &batch.device_ids {
            world.fleet.alter(id, |device| {
                device.status = DeviceStatus::Deprovisioned;
                device.deprovisioned_at = Some(Timestamp(1));
            });
        }
    }
    let call = world.ledger.next_call();
    let to_fail = match &injected.0 {
        Some(rule) if rule.fault == Fault::SomeFail => rule.value as usize,
        _ => 0,
    };
    let mut results = Vec::new();
    for (place, id) in batch.device_ids.iter().enumerate() {
        let outcome = if place < to_fail {
            Err(FAILURES[place % FAILURES.len()])
        } else {
            world.change(id, &action, now)
        };
        world.ledger.entries.push(Entry {
            call,
            at: now,
            device_id: id.clone(),
            action: batch.change_chrome_os_device_status_action.clone(),
            reason: batch.deprovision_reason.clone().unwrap_or_default(),
            code: outcome.err().map_or(0, |(code, _)| code),
        });
        results.push(result(id, outcome));
    }
    if injected.fault() == Some(Fault::EnrolledAgain) {
        let first = &batch.device_ids[0];
        world.fleet.alter(first, |device| enroll_again(device, now));
    }
    garble(&mut results, injected.0.as_ref(), world.settings.shuffled);
    Ok(Json(
        json!({ "changeChromeOsDeviceStatusResults": results }),
    ))
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|error| Failure::invalid(&format!("Invalid JSON payload received. {error}")))
}

fn action(batch: &Batch) -> Result<Action, Failure> {
    let action = batch
        .change_chrome_os_device_status_action
        .strip_prefix("CHANGE_CHROME_OS_DEVICE_STATUS_ACTION_");
    let reason = batch.deprovision_reason.as_deref();
    match (action, reason) {
        (Some("DEPROVISION"), Some(reason)) => match DeprovisionReason::from_api_value(reason) {
            Some(_) => Ok(Action::Deprovision(reason.to_owned())),
            None => Err(Failure::invalid("Invalid value for: deprovisionReason")),
        },
        (Some("DEPROVISION"), None) => Err(Failure::invalid("deprovisionReason is required")),
        (Some("DISABLE" | "REENABLE"), Some(_)) => {
            Err(Failure::invalid("deprovisionReason must be omitted"))
        }
        (Some("DISABLE"), None) => Ok(Action::Disable),
        (Some("REENABLE"), None) => Ok(Action::Reenable),
        _ => Err(Failure::invalid("changeChromeOsDeviceStatusAction")),
    }
}

fn result(id: &str, outcome: Result<(), Refusal>) -> Value {
    match outcome {
        Ok(()) => json!({ "deviceId": id, "response": {} }),
        Err((code, message)) => {
            let error = json!({ "code": code, "message": message, "details": [] });
            json!({ "deviceId": id, "error": error })
        }
    }
}

/// Brings the results out of order, as told.
fn garble(results: &mut Vec<Value>, rule: Option<&FaultRule>, shuffled: bool) {
    let garbled = rule.is_some_and(|rule| rule.fault == Fault::Garbled);
    if garbled {
        if let Some(second) = results.get(1) {
            let id = second["deviceId"].as_str().unwrap_or_default();
            results.push(result(id, Err(OUT_OF_REACH)));
        }
        results.remove(0);
        results.push(result("nobody-asked-for-this-one", Ok(())));
    }
    if garbled || shuffled {
        results.sort_by_cached_key(|_| Uuid::new_v4());
    }
}

impl World {
    pub(super) fn change(
        &mut self,
        id: &str,
        action: &Action,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if let Some(device) = self.fleet.truth(id)
            && (!is_within(&device.org_unit, &self.settings.reach)
                || self.settings.refused.iter().any(|refused| refused == id))
        {
            return Err(OUT_OF_REACH);
        }
        let seen_at = Timestamp(now.0 + self.settings.visible_after_ms as i64);
        self.fleet.change_status(id, action, now, seen_at)
    }
}

/// What of a device an administrator writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    annotated_user: Option<String>,
    annotated_location: Option<String>,
    annotated_asset_id: Option<String>,
    notes: Option<String>,
    org_unit_path: Option<String>,
    org_unit_id: Option<String>,
}

#[derive(Deserialize)]
pub struct Parameters {
    #[serde(default)]
    projection: Projection,
}

pub async fn update(
    State(simulator): State<Simulator>,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Parameters>,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    let written: Written = parse(&body)?;
    let mut world = simulator.world();
    world.read(&id, Projection::Basic)?;
    let limits = [
        (&written.annotated_user, 100),
        (&written.annotated_location, 200),
        (&written.notes, 500),
    ];
    for (text, limit) in limits {
        if text
            .as_ref()
            .is_some_and(|text| limit < text.chars().count())
        {
            return Err(Failure::invalid("Invalid Input: a text is too long"));
        }
    }
    let by_path = written.org_unit_path.as_deref();
    let by_id = written.org_unit_id.as_deref();
    let org_unit = match by_path.or(by_id) {
        Some(path) => Some(resolve(&world.fleet, path)?),
        None => None,
    };
    if let (Some(org_unit), Some(by_id)) = (&org_unit, by_id)
        && wire::org_unit_id(org_unit).trim_start_matches("id:") != by_id.trim_start_matches("id:")
    {
        return Err(Failure::invalid(
            "Inconsistent Orgunit id and path in request",
        ));
    }
    world.fleet.alter(&id, |device| {
        let set = |field: &mut String, new: Option<String>| {
            if let Some(new) = new {
                *field = new;
            }
        };
        set(&mut device.user, written.annotated_user);
        set(&mut device.location, written.annotated_location);
        set(&mut device.asset_id, written.annotated_asset_id);
        set(&mut device.notes, written.notes);
        set(&mut device.org_unit, org_unit);
    });
    Ok(Json(world.read(&id, asked.projection)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Destination {
    org_unit_path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moved {
    #[serde(default)]
    device_ids: Vec<String>,
}

/// Ids that there are not go unnoticed, as they do with Google.
pub async fn move_devices(
    State(simulator): State<Simulator>,
    Query(destination): Query<Destination>,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let moved: Moved = parse(&body)?;
    if LIMIT < moved.device_ids.len() {
        return Err(Failure::invalid("deviceIds must have 1 to 50 values"));
    }
    let mut world = simulator.world();
    let path = destination.org_unit_path;
    let path = path.ok_or_else(|| Failure::invalid("orgUnitPath is required"))?;
    let org_unit = resolve(&world.fleet, &path)?;
    for id in &moved.device_ids {
        if world.read(id, Projection::Basic).is_ok() {
            world
                .fleet
                .alter(id, |device| device.org_unit.clone_from(&org_unit));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
