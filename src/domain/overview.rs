//! What the overview shows, as the browser gets it.

use serde::{Deserialize, Serialize};

use super::directory_health::Outage;
use super::figures::FleetFigures;
use super::job::{JobId, JobState, JobSummary};
use super::refresh::CacheState;
use super::time::Timestamp;

/// How many jobs the overview lists.
pub const JOBS: u32 = 5;

/// What the overview shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub figures: FleetFigures,
    /// Running jobs first, then the newest; at most [`JOBS`].
    pub jobs: Vec<JobLine>,
    pub cache: CacheState,
    pub directory: DirectoryLine,
}

/// One job, as short as the overview shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobLine {
    pub id: JobId,
    pub number: u32,
    pub state: JobState,
    /// What came of it, or where it stands.
    pub text: String,
    /// How far it is, while it runs.
    pub percent: Option<u64>,
    pub started_at: Option<Timestamp>,
}

impl From<JobSummary> for JobLine {
    fn from(job: JobSummary) -> Self {
        Self {
            text: job.headline(),
            percent: (!job.state.is_over()).then(|| job.percent()),
            id: job.id,
            number: job.number,
            state: job.state,
            started_at: job.started_at,
        }
    }
}

/// The connection to the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryLine {
    /// The administrator as whom Google's directory is read; `None` for the built-in one.
    pub subject: Option<String>,
    pub checked_at: Option<Timestamp>,
    /// Why nothing works, and what fixes it, in sentences; `None` while it works.
    pub outage: Option<Outage>,
}
