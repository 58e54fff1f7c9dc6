//! A started plan: its states, its items' states, and what may be said of it.

pub mod answer;
pub mod approval;
pub mod breaker;
pub mod host_limits;
mod item;
pub mod outcome;
mod page;
pub mod preflight;
mod summary;

use serde::{Deserialize, Serialize};

use crate::domain::words::words;

pub use item::{ItemEffect, ItemState, JobItem, SuccessKind};
pub use page::{ItemPage, JobPage};
pub use summary::{JobSummary, StepCounts};

/// The id of a plan and of the job it becomes: unguessable, for URLs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub String);

impl JobId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

words! {
    /// Where a job stands.
    JobState {
        /// A plan: nothing was executed.
        Planned = "planned",
        /// A second person has to approve it before anything is sent.
        AwaitingApproval = "awaiting_approval",
        Queued = "queued",
        Running = "running",
        Paused = "paused",
        Cancelling = "cancelling",
        Cancelled = "cancelled",
        Completed = "completed",
        CompletedWithErrors = "completed_with_errors",
    }
}

impl JobState {
    pub fn is_over(self) -> bool {
        matches!(
            self,
            Self::Cancelled | Self::Completed | Self::CompletedWithErrors
        )
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "In review",
            Self::AwaitingApproval => "Waiting for approval",
            Self::Queued => "Waiting",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Cancelling => "Stopping",
            Self::Cancelled => "Stopped",
            Self::Completed => "Completed",
            Self::CompletedWithErrors => "Completed with errors",
        }
    }
}

/// A job's devices by state. They always add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub total: u64,
    pub pending: u64,
    pub sent: u64,
    pub unconfirmed: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub skipped: u64,
    pub not_attempted: u64,
}

impl Counts {
    /// Devices in this state.
    pub fn of(&self, state: ItemState) -> u64 {
        match state {
            ItemState::Planned => 0,
            ItemState::Pending => self.pending,
            ItemState::Sent => self.sent,
            ItemState::Unconfirmed => self.unconfirmed,
            ItemState::Succeeded => self.succeeded,
            ItemState::Failed => self.failed,
            ItemState::Skipped => self.skipped,
            ItemState::NotAttempted => self.not_attempted,
        }
    }

    /// Devices that still need something done.
    pub fn open(&self) -> u64 {
        self.pending + self.sent + self.unconfirmed
    }

    pub fn add_up(&self) -> bool {
        self.open() + self.succeeded + self.failed + self.skipped + self.not_attempted == self.total
    }
}

#[cfg(test)]
mod tests;
