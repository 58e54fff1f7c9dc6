//! `orgunits.list` and `orgunits.get`.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::fleet::{Fleet, is_within};
use super::{Simulator, wire};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    #[serde(default)]
    org_unit_path: String,
    r#type: Option<String>,
}

pub async fn list(
    State(simulator): State<Simulator>,
    Query(asked): Query<Parameters>,
) -> Result<Json<Value>, Failure> {
    let world = simulator.world();
    let top = resolve(&world.fleet, &asked.org_unit_path)?;
    let (deep, with_top) = match asked.r#type.as_deref() {
        Some("all") => (true, false),
        None | Some("children") => (false, false),
        Some("allIncludingParent") => (true, true),
        Some(_) => return Err(Failure::invalid("Invalid value for: type")),
    };
    let is_wanted = |path: &&String| {
        if **path == top {
            return with_top;
        }
        let direct = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        is_within(path, &top) && (deep || direct == top.trim_end_matches('/'))
    };
    let units = world.fleet.org_units().iter().filter(is_wanted);
    let units: Vec<Value> = units.map(|path| wire::org_unit(path)).collect();
    Ok(Json(json!({
        "kind": "admin#directory#orgUnits",
        "etag": format!("\"{}\"", units.len()),
        "organizationUnits": units,
    })))
}

pub async fn get(
    State(simulator): State<Simulator>,
    Path((_, path_or_id)): Path<(String, String)>,
) -> Result<Json<Value>, Failure> {
    let world = simulator.world();
    let path = resolve(&world.fleet, &path_or_id).map_err(|_| Failure::not_found("Org unit"))?;
    Ok(Json(wire::org_unit(&path)))
}

/// The path of an org unit, which may be told without its leading slash, or by id.
///
/// # Errors
/// There is none.
pub fn resolve(fleet: &Fleet, path_or_id: &str) -> Result<String, Failure> {
    let path = format!("/{}", path_or_id.trim_start_matches('/'));
    let units = fleet.org_units();
    if units.contains(&path) {
        return Ok(path);
    }
    let by_id = units.iter().find(|path| {
        let id = wire::org_unit_id(path);
        id == path_or_id || id.trim_start_matches("id:") == path_or_id
    });
    by_id
        .cloned()
        .ok_or_else(|| Failure::invalid("Invalid Input: INVALID_OU_ID"))
}
