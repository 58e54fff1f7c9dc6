//! Remote commands: issued, and carried out as time goes by. A device
//! that has not been seen for long does not hear of them.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::wire::{Projection, instant};
use super::{Simulator, World};
use crate::domain::status::DeviceStatus;
use crate::domain::time::{MS_PER_DAY, Timestamp};

/// How long a command waits for its device, in milliseconds.
const WAITS: i64 = 600_000;

/// A device that has not synced for so long is switched off.
const SWITCHED_OFF: i64 = 30 * MS_PER_DAY;

const TYPES: [&str; 9] = [
    "REBOOT",
    "TAKE_A_SCREENSHOT",
    "SET_VOLUME",
    "WIPE_USERS",
    "REMOTE_POWERWASH",
    "DEVICE_START_CRD_SESSION",
    "CAPTURE_LOGS",
    "FETCH_CRD_AVAILABILITY_INFO",
    "FETCH_SUPPORT_PACKET",
];

#[derive(Debug, Default)]
pub struct Commands {
    issued: HashMap<u64, Command>,
}

#[derive(Debug)]
struct Command {
    device_id: String,
    kind: String,
    payload: Option<String>,
    at: Timestamp,
    hears: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issued {
    #[serde(default)]
    command_type: String,
    payload: Option<String>,
}

/// `{device}:issueCommand`; the only thing that can be posted to a device.
pub async fn issue(
    State(simulator): State<Simulator>,
    Path((_, target)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    let device_id = target
        .strip_suffix(":issueCommand")
        .ok_or_else(|| Failure::not_found("method"))?;
    let issued: Issued = serde_json::from_slice(&body)
        .map_err(|_| Failure::invalid("Invalid JSON payload received."))?;
    if !TYPES.contains(&issued.command_type.as_str()) {
        return Err(Failure::invalid("Invalid value for: commandType"));
    }
    let mut world = simulator.world();
    world.read(device_id, Projection::Basic)?;
    let number = world.issue(device_id, issued)?;
    Ok(Json(json!({ "commandId": number.to_string() })))
}

pub async fn get(
    State(simulator): State<Simulator>,
    Path((_, device_id, number)): Path<(String, String, String)>,
) -> Result<Json<Value>, Failure> {
    let world = simulator.world();
    let number: u64 = number
        .parse()
        .map_err(|_| Failure::invalid("Invalid value for: commandId"))?;
    let command = world
        .commands
        .issued
        .get(&number)
        .filter(|command| command.device_id == device_id)
        .ok_or_else(|| Failure::not_found("commandId"))?;
    Ok(Json(command.shown(number, Timestamp::now())))
}

impl World {
    fn issue(&mut self, device_id: &str, issued: Issued) -> Result<u64, Failure> {
        let now = Timestamp::now();
        let truth = self.fleet.truth(device_id);
        let device = truth.ok_or_else(|| Failure::not_found("deviceId"))?;
        if device.status == DeviceStatus::Deprovisioned
            && self.settings.no_commands_when_deprovisioned
        {
            return Err(Failure::precondition("The device is deprovisioned."));
        }
        let seen = device.last_sync.unwrap_or_default();
        let number = self.commands.issued.len() as u64 + 1;
        let command = Command {
            device_id: device_id.to_owned(),
            kind: issued.command_type,
            payload: issued.payload,
            at: now,
            hears: now.0 - SWITCHED_OFF < seen.0,
        };
        self.ledger.order(device_id, &command.kind);
        self.commands.issued.insert(number, command);
        Ok(number)
    }
}

impl Command {
    fn shown(&self, number: u64, now: Timestamp) -> Value {
        let age = now.0 - self.at.0;
        let state = match age {
            WAITS.. if !self.hears => "EXPIRED",
            _ if !self.hears => "PENDING",
            ..500 => "PENDING",
            500..1000 => "SENT_TO_CLIENT",
            1000..1500 => "ACKED_BY_CLIENT",
            _ => "EXECUTED_BY_CLIENT",
        };
        let mut shown = json!({
            "commandId": number.to_string(),
            "type": self.kind,
            "state": state,
            "issueTime": instant(self.at),
            "commandExpireTime": instant(Timestamp(self.at.0 + WAITS)),
        });
        if let Some(payload) = &self.payload {
            shown["payload"] = payload.as_str().into();
        }
        if state == "EXECUTED_BY_CLIENT" {
            let at = instant(Timestamp(self.at.0 + 1500));
            shown["commandResult"] = json!({ "result": "SUCCESS", "executeTime": at });
        }
        shown
    }
}
