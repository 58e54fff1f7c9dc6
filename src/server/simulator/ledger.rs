//! What the simulated directory was asked and what it did: what a test or a rehearsal
//! is held against at the end.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::time::Timestamp;

/// One device of one call that changes a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The number of the call; calls are counted from 1.
    pub call: u64,
    /// Milliseconds since 1970.
    pub at: Timestamp,
    pub device_id: String,
    pub action: String,
    pub reason: String,
    /// The code of google.rpc that refused it; 0 if it was done.
    pub code: i32,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    /// How often each method was called, whatever came of it.
    pub requests: BTreeMap<String, u64>,
    /// Calls that the quota refused.
    pub refused_by_quota: u64,
    /// Remote commands that were taken: the device, and the command's type.
    pub orders: Vec<(String, String)>,
    /// Access tokens given out.
    pub tokens: u64,
    calls: u64,
}

impl Ledger {
    /// The number of a call that begins.
    pub(super) fn next_call(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }

    pub(super) fn count(&mut self, method: &str) {
        *self.requests.entry(method.to_owned()).or_default() += 1;
    }

    pub(super) fn order(&mut self, device_id: &str, kind: &str) {
        self.orders.push((device_id.to_owned(), kind.to_owned()));
    }

    /// How often a method was called.
    pub fn requests_of(&self, method: &str) -> u64 {
        self.requests.get(method).copied().unwrap_or_default()
    }

    /// How often each device was deprovisioned.
    pub fn effects(&self) -> BTreeMap<&str, u32> {
        let mut effects = BTreeMap::new();
        let done = |entry: &&Entry| entry.code == 0 && entry.action.ends_with("DEPROVISION");
        for entry in self.entries.iter().filter(done) {
            *effects.entry(entry.device_id.as_str()).or_default() += 1;
        }
        effects
    }

    /// The devices of each call that changes a status, in the order of calls.
    pub fn batches(&self) -> Vec<Vec<&str>> {
        let mut batches: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for entry in &self.entries {
            let batch = batches.entry(entry.call).or_default();
            batch.push(&entry.device_id);
        }
        batches.into_values().collect()
    }
}
