//! `chromeosdevices.list` and `countChromeOsDevices`.
//!
//! A listing is frozen when its first page is asked for, as an order of ids; what is
//! on a page is read when the page is. Its tokens go bad when too many listings have
//! begun since, and when they are told to.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::fault::Fault;
use super::fleet::is_within;
use super::gate::InjectedFault;
use super::org_units::resolve;
use super::query::Query as DeviceQuery;
use super::reading::mask;
use super::wire::Projection;
use super::{Simulator, World, wire};
use crate::domain::device::DirectoryDevice;
use crate::domain::time::Timestamp;

/// Listings whose page tokens are good.
const KEPT: usize = 64;

/// Devices on a page where nobody says how many.
const DEFAULT_PAGE: usize = 100;

#[derive(Debug, Default)]
pub struct Listings {
    begun: u64,
    kept: VecDeque<Listing>,
}

/// The number of a listing, and the ids it goes through.
type Listing = (u64, Arc<Vec<String>>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    #[serde(default, alias = "filter")]
    query: String,
    org_unit_path: Option<String>,
    #[serde(default)]
    include_child_orgunits: bool,
    #[serde(default)]
    projection: Projection,
    max_results: Option<usize>,
    page_token: Option<String>,
    order_by: Option<String>,
    sort_order: Option<String>,
    fields: Option<String>,
}

pub async fn list(
    State(simulator): State<Simulator>,
    Extension(injected): Extension<InjectedFault>,
    Query(asked): Query<Parameters>,
) -> Result<Json<Value>, Failure> {
    let mask = mask(asked.fields.as_deref())?;
    let mut world = simulator.world();
    let now = Timestamp::now();
    let (listing, from) = match &asked.page_token {
        Some(token) => world.listings.resume(token)?,
        None => {
            let ids = world.matching(&asked, now)?;
            (world.listings.begin(ids), 0)
        }
    };
    let cap = world.settings.page_cap.max(1);
    let size = asked.max_results.unwrap_or(DEFAULT_PAGE).clamp(1, cap);
    let first = match injected.fault() {
        Some(Fault::BadPageToken) if asked.page_token.is_some() => return Err(bad_token(&asked)),
        Some(Fault::PageRepeated) => from.saturating_sub(size),
        _ => from,
    };
    let until = (first + size).min(listing.1.len());
    let mut devices: Vec<Value> = listing.1[first.min(until)..until]
        .iter()
        .filter_map(|id| world.read(id, asked.projection).ok())
        .collect();
    if injected.fault() == Some(Fault::UnheardOfStatus)
        && let Some(device) = devices.first_mut()
    {
        device["status"] = "QUARANTINED".into();
    }
    if injected.fault() == Some(Fault::UnreadableTime)
        && let Some(device) = devices.first_mut()
    {
        device["lastSync"] = "soon".into();
    }
    let mut page = Map::new();
    page.insert("kind".into(), "admin#directory#chromeosdevices".into());
    page.insert("etag".into(), format!("\"{}/{first}\"", listing.0).into());
    if !devices.is_empty() {
        page.insert("chromeosdevices".into(), devices.into());
    }
    let next = match injected.fault() {
        Some(Fault::ListingEnds) => None,
        Some(Fault::PageTokenRepeated) => Some(size),
        Some(Fault::ListingWithoutEnd) => Some(first + size),
        _ => (until < listing.1.len()).then_some(until),
    };
    if let Some(next) = next {
        page.insert("nextPageToken".into(), token(listing.0, next).into());
    }
    Ok(Json(mask.apply(page.into())))
}

pub async fn count(
    State(simulator): State<Simulator>,
    Query(asked): Query<Parameters>,
) -> Result<Json<Value>, Failure> {
    let matching = simulator.world().matching(&asked, Timestamp::now())?;
    Ok(Json(json!({ "count": matching.len().to_string() })))
}

fn bad_token(asked: &Parameters) -> Failure {
    let token = asked.page_token.as_deref().unwrap_or_default();
    Failure::invalid(&format!("Invalid Input: {token}"))
}

/// Means nothing to whoever gets it, and is not the number of a row.
fn token(listing: u64, from: usize) -> String {
    let place = format!("{listing}-{from}");
    format!("{place}-{}", wire::digest(&place))
}

impl Listings {
    fn begin(&mut self, ids: Vec<String>) -> Listing {
        self.begun += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        let listing = (self.begun, Arc::new(ids));
        self.kept.push_back(listing.clone());
        listing
    }

    /// The listing that a token goes on with, and from where.
    fn resume(&self, page_token: &str) -> Result<(Listing, usize), Failure> {
        let bad = || Failure::invalid(&format!("Invalid Input: {page_token}"));
        let mut parts = page_token.split('-');
        let mut number = || parts.next()?.parse::<u64>().ok();
        let (number, from) = number().zip(number()).ok_or_else(bad)?;
        let from = from as usize;
        if token(number, from) != page_token {
            return Err(bad());
        }
        let kept = self.kept.iter().find(|kept| kept.0 == number);
        Ok((kept.ok_or_else(bad)?.clone(), from))
    }
}

impl World {
    /// The ids of the devices that are asked for, in the order asked for.
    fn matching(&self, asked: &Parameters, now: Timestamp) -> Result<Vec<String>, Failure> {
        let query = DeviceQuery::parse(&asked.query);
        let org_unit = match &asked.org_unit_path {
            Some(message) => Some(resolve(&self.fleet, message)?),
            None if asked.include_child_orgunits => {
                return Err(Failure::invalid("includeChildOrgunits needs orgUnitPath"));
            }
            None => None,
        };
        let mut found: Vec<&DirectoryDevice> = self
            .fleet
            .all(now)
            .filter(|device| is_within(&device.org_unit, &self.settings.reach))
            .filter(|device| match &org_unit {
                None => true,
                Some(unit) if asked.include_child_orgunits => is_within(&device.org_unit, unit),
                Some(unit) => device.org_unit == *unit,
            })
            .filter(|device| query.matches(device))
            .collect();
        match asked.order_by.as_deref() {
            None => {}
            Some("annotatedLocation") => found.sort_by(|a, b| a.location.cmp(&b.location)),
            Some("annotatedUser") => found.sort_by(|a, b| a.user.cmp(&b.user)),
            Some("lastSync") => found.sort_by_key(|device| device.last_sync),
            Some("notes") => found.sort_by(|a, b| a.notes.cmp(&b.notes)),
            Some("serialNumber") => found.sort_by(|a, b| a.serial.cmp(&b.serial)),
            Some("status") => found.sort_by(|a, b| a.status.as_str().cmp(b.status.as_str())),
            Some(_) => return Err(Failure::invalid("Invalid value for: orderBy")),
        }
        if asked.sort_order.as_deref() == Some("DESCENDING") {
            found.reverse();
        }
        Ok(found
            .iter()
            .map(|device| device.device_id.clone())
            .collect())
    }
}
