//! Evidence of a job: one file that proves to a stranger what was reviewed, who started it,
//! and how each device ended. It is verified without a database and without a network.
//!
//! The rows of the audit between those of the job are in it as hashes only: the chain is
//! whole, and nothing is told of other jobs.

mod archive;
mod bundle;
mod check;
mod plan;
mod signed;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use check::verify;

use crate::server::config::EvidenceCommand;

use super::checkpoint::Checkpoint;

impl EvidenceCommand {
    /// Does it, and returns what to print.
    ///
    /// # Errors
    /// One sentence: the evidence proves nothing.
    pub fn run(&self) -> Result<String, String> {
        let Self::Verify(what) = self;
        let key = match (&what.key, &what.key_file) {
            (Some(key), _) => Some(key.clone()),
            (None, Some(file)) => {
                let read = std::fs::read_to_string(file);
                Some(read.map_err(|cause| format!("The key cannot be read: {cause}."))?)
            }
            (None, None) => None,
        };
        verify(&what.file, key.as_deref())
    }
}

/// The version of the format.
const FORMAT: &str = "sunset evidence 1";

const RESULTS: &str = "results.csv";
const OUTCOMES: &str = "outcomes.csv";
const PLAN: &str = "plan.json";
const APPROVALS: &str = "approvals.json";
const AUDIT: &str = "audit.jsonl";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";

/// The files whose sums are in the manifest, in their order.
const FILES: [&str; 5] = [RESULTS, OUTCOMES, PLAN, APPROVALS, AUDIT];

/// The columns of `outcomes.csv`.
const OUTCOME_COLUMNS: [&str; 8] = [
    "device",
    "deviceId",
    "step",
    "effect",
    "state",
    "why",
    "call",
    "finishedAt",
];

/// What stands in `plan.json` around the plan and its devices, each of which has a line.
const PLAN_BEGINS: &str = r#"{"plan":"#;
const ITEMS_BEGIN: &str = r#","items":["#;
const PLAN_ENDS: &str = "\n]}\n";

/// What is in the file, and by whom it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: String,
    job: String,
    number: i32,
    authority: String,
    version: String,
    /// In milliseconds since 1970.
    made_at: i64,
    /// The checkpoint that covers the job's rows of the audit.
    checkpoint: Checkpoint,
    files: BTreeMap<String, FileSum>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSum {
    sha256: String,
    bytes: u64,
}

/// The signature over the bytes of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    key_id: String,
    public_key: String,
    signature: String,
}
