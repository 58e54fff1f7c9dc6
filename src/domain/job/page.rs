//! Pages of jobs and of their devices, as the browser gets them.

use serde::{Deserialize, Serialize};

use super::{JobItem, JobSummary};
use crate::domain::time::Timestamp;

/// One page of a job's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPage {
    pub rows: Vec<JobItem>,
    pub total: u64,
}

/// One page of all jobs, running ones first, then the newest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobPage {
    pub rows: Vec<JobSummary>,
    pub total: u64,
    pub now: Timestamp,
}
