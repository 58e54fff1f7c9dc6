//! `chromeosdevices.get`.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::Value;

use super::failure::Failure;
use super::fields::Mask;
use super::fleet::is_within;
use super::wire::Projection;
use super::{Simulator, World, wire};
use crate::domain::time::Timestamp;

#[derive(Deserialize)]
pub struct Parameters {
    #[serde(default)]
    projection: Projection,
    fields: Option<String>,
}

pub async fn get(
    State(simulator): State<Simulator>,
    Path((_, device)): Path<(String, String)>,
    Query(asked): Query<Parameters>,
) -> Result<Json<Value>, Failure> {
    let mask = mask(asked.fields.as_deref())?;
    let world = simulator.world();
    if world.settings.unreadable.contains(&device) {
        return Err(Failure::invalid("Invalid Input: deviceId"));
    }
    let device = world.read(&device, asked.projection)?;
    Ok(Json(mask.apply(device)))
}

/// # Errors
/// The mask cannot be read.
pub fn mask(fields: Option<&str>) -> Result<Mask, Failure> {
    match fields {
        None => Ok(Mask::default()),
        Some(fields) => Mask::parse(fields)
            .ok_or_else(|| Failure::invalid("Invalid field selection in the fields parameter")),
    }
}

impl World {
    /// A device as a reader sees it.
    pub(super) fn read(&self, device_id: &str, projection: Projection) -> Result<Value, Failure> {
        let (device, version) = self
            .fleet
            .shown(device_id, Timestamp::now())
            .filter(|(device, _)| is_within(&device.org_unit, &self.settings.reach))
            .ok_or_else(|| Failure::not_found("deviceId"))?;
        Ok(wire::device(device, version, projection))
    }
}
