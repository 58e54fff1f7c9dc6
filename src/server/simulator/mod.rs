//! `sunset simulate-directory`: Google's wire over a fleet in memory, so that a job can
//! be rehearsed, a screen shown and a fault provoked without a tenant.
//!
//! It answers as the discovery document says, keeps the states of devices as the
//! directory does and writes down what it did. What it does wrong it was told to: by flag, over
//! `/control`, or in a test through this type.

mod access;
mod action;
mod batch;
mod body;
mod changes;
mod commands;
mod control;
mod customers;
mod envelope;
mod failure;
pub mod fault;
mod fields;
mod fleet;
mod gate;
pub mod key;
pub mod ledger;
mod listing;
mod org_units;
mod query;
mod reading;
pub mod run;
pub mod serve;
pub mod settings;
#[cfg(test)]
mod tests;
mod token;
pub mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::{get, post};

use crate::domain::device::DirectoryDevice;
use access::Access;
use commands::Commands;
use fault::FaultRule;
use fleet::Fleet;
use gate::Quota;
use ledger::Ledger;
use listing::Listings;
use settings::Settings;

/// The one customer there is, beside `my_customer`.
pub const CUSTOMER: &str = "C01sunset";

/// Where everything of the Directory API begins.
const API: &str = "/admin/directory/v1/customer/{customer}";

/// A simulated directory; clones are the same one.
#[derive(Clone, Debug)]
pub struct Simulator(Arc<Mutex<World>>);

/// All that the simulated directory knows.
#[derive(Debug)]
struct World {
    settings: Settings,
    faults: Vec<FaultRule>,
    fleet: Fleet,
    ledger: Ledger,
    listings: Listings,
    commands: Commands,
    access: Access,
    quota: Quota,
}

impl Simulator {
    /// A directory of these devices.
    pub fn new(devices: impl IntoIterator<Item = DirectoryDevice>, settings: Settings) -> Self {
        Self(Arc::new(Mutex::new(World {
            settings,
            faults: Vec::new(),
            fleet: Fleet::new(devices),
            ledger: Ledger::default(),
            listings: Listings::default(),
            commands: Commands::default(),
            access: Access::default(),
            quota: Quota::default(),
        })))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a fault to those that wait for their call.
    pub fn will(&self, rule: FaultRule) {
        self.world().faults.push(rule);
    }

    /// All is well from now on.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// Changes how it behaves from now on.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.world().settings);
    }

    /// Makes all access tokens invalid.
    pub fn forget_tokens(&self) {
        self.world().access.forget();
    }

    /// What it was asked and what it did.
    pub fn ledger(&self) -> Ledger {
        self.world().ledger.clone()
    }

    /// A device as it truly is, whatever readers are shown.
    pub fn device(&self, device_id: &str) -> Option<DirectoryDevice> {
        self.world().fleet.truth(device_id).cloned()
    }

    /// Changes a device behind everybody's back. Returns whether there is one.
    pub fn alter(&self, device_id: &str, change: impl FnOnce(&mut DirectoryDevice)) -> bool {
        self.world().fleet.alter(device_id, change)
    }

    /// Adds a device, or puts it in the place of what was there.
    pub fn put(&self, device: DirectoryDevice) {
        self.world().fleet.put(device);
    }

    /// Takes a device out. Returns whether there was one.
    pub fn remove(&self, device_id: &str) -> bool {
        self.world().fleet.remove(device_id)
    }

    /// Everything it answers to: Google's API, its token endpoint, and the control.
    pub fn router(&self) -> Router {
        let devices = format!("{API}/devices/chromeos");
        let api = Router::new()
            .route(&devices, get(listing::list))
            .route(
                &format!("{devices}:batchChangeStatus"),
                post(changes::batch_change_status),
            )
            .route(
                &format!("{devices}:countChromeOsDevices"),
                get(listing::count),
            )
            .route(
                &format!("{devices}/moveDevicesToOu"),
                post(changes::move_devices),
            )
            .route(
                &format!("{devices}/{{device}}"),
                get(reading::get)
                    .patch(changes::update)
                    .put(changes::update)
                    .post(commands::issue),
            )
            .route(
                &format!("{devices}/{{device}}/commands/{{command}}"),
                get(commands::get),
            )
            .route(&format!("{devices}/{{device}}/action"), post(action::act))
            .route(&format!("{API}/orgunits"), get(org_units::list))
            .route(&format!("{API}/orgunits/{{*path}}"), get(org_units::get))
            .route(
                "/admin/directory/v1/customers/{customer}",
                get(customers::get),
            )
            .fallback(failure::no_such_path)
            .layer(axum::middleware::from_fn_with_state(
                self.clone(),
                gate::gate,
            ))
            .with_state(self.clone());
        // Before anything is routed.
        let api = Router::new()
            .fallback_service(api)
            .layer(axum::middleware::map_request(gate::overridden));
        let batched = api.clone();
        let batch = move |headers: HeaderMap, body: Bytes| batch::run(batched, headers, body);
        Router::new()
            .route("/batch", post(batch.clone()))
            .route("/batch/admin/directory_v1", post(batch))
            .route("/token", post(token::grant))
            .with_state(self.clone())
            .nest("/control", control::router(self.clone()))
            .fallback_service(api)
    }
}
