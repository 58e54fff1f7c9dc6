//! `chromeosdevices.action`, which is deprecated: one device's status, in older words.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::Simulator;
use super::failure::Failure;
use super::fleet::{Action, NO_SUCH_DEVICE, OUT_OF_REACH};
use super::ledger::Entry;
use crate::domain::time::Timestamp;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    #[serde(default)]
    action: String,
    deprovision_reason: Option<String>,
}

pub async fn act(
    State(simulator): State<Simulator>,
    Path((_, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let asked: Parameters = serde_json::from_slice(&body)
        .map_err(|error| Failure::invalid(&format!("Invalid JSON payload received. {error}")))?;
    let action = match (asked.action.as_str(), asked.deprovision_reason.as_deref()) {
        ("deprovision", Some(reason)) => Action::Deprovision(newer_reason(reason)?.to_owned()),
        ("deprovision", None) => {
            return Err(Failure::invalid("Deprovision reason is required"));
        }
        ("disable", _) => Action::Disable,
        ("reenable", _) => Action::Reenable,
        _ => return Err(Failure::invalid("Invalid Input: action")),
    };
    let now = Timestamp::now();
    let mut world = simulator.world();
    let call = world.ledger.next_call();
    let outcome = world.change(&id, &action, now);
    world.ledger.entries.push(Entry {
        call,
        at: now,
        device_id: id,
        action: asked.action,
        reason: asked.deprovision_reason.unwrap_or_default(),
        code: outcome.err().map_or(0, |(code, _)| code),
    });
    match outcome {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(NO_SUCH_DEVICE) => Err(Failure::not_found("deviceId")),
        Err(OUT_OF_REACH) => Err(Failure::forbidden()),
        Err((_, message)) => Err(Failure::precondition(message)),
    }
}

fn newer_reason(word: &str) -> Result<&'static str, Failure> {
    Ok(match word {
        "different_model_replacement" => "DEPROVISION_REASON_DIFFERENT_MODEL_REPLACEMENT",
        "same_model_replacement" => "DEPROVISION_REASON_SAME_MODEL_REPLACEMENT",
        "retiring_device" => "DEPROVISION_REASON_RETIRING_DEVICE",
        "upgrade_transfer" => "DEPROVISION_REASON_UPGRADE_TRANSFER",
        _ => return Err(Failure::invalid("Invalid Input: deprovisionReason")),
    })
}
