//! A started plan: its states, its items' states, and what may be said of it.

use serde::{Deserialize, Serialize};

use super::number;
use super::powerwash::PowerwashCounts;
use super::reason::DeprovisionReason;
use super::time::Timestamp;
use super::words::words;

pub use super::item::{How, ItemState, JobItem};

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

/// A job as lists, panels and live updates show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSummary {
    pub id: JobId,
    /// What people call it: job #128. Given when it starts.
    pub number: u32,
    pub state: JobState,
    pub reason: Option<DeprovisionReason>,
    pub note: String,
    pub operator: String,
    pub plan_hash: String,
    pub counts: Counts,
    /// Devices that were eligible when the plan was made.
    pub eligible: u64,
    /// Rises by one with each event of this job.
    pub seq: u64,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Why it is paused, or waits.
    pub pause_reason: String,
    /// Seconds of grace left before it begins.
    pub starts_in: u32,
    /// Seconds until the directory may be called again, where it asked to wait.
    pub waits: u32,
    /// The job whose failed devices this one tries again.
    pub retry_of: Option<JobId>,
    /// That job's number; 0 where there is none.
    #[serde(default)]
    pub retry_of_number: u32,
    /// The job that tries the failed devices of this one again.
    pub retried_by: Option<JobId>,
    /// Failed devices that another attempt may help, once it is over.
    pub retryable: u64,
    /// Devices that ended badly, by cause, largest first.
    pub causes: Vec<(String, u64)>,
    /// How its selection came about, in words; told only of a single job.
    pub provenance: String,
    /// Of the devices that succeeded: those that were deprovisioned before the job came to
    /// them. The job did nothing to these.
    #[serde(default)]
    pub already: u64,
    /// What came of erasing the devices; none where the job does not.
    #[serde(default)]
    pub powerwash: Option<PowerwashCounts>,
}

impl JobSummary {
    /// Every device that was reviewed as eligible is deprovisioned, and ordered to erase
    /// itself where that was asked for.
    pub fn is_success(&self) -> bool {
        self.state == JobState::Completed
            && self.counts.succeeded == self.eligible
            && self.powerwash.is_none_or(PowerwashCounts::is_success)
    }

    /// Every device is dealt with, and they are read from the directory before the job ends.
    pub fn is_read_back(&self) -> bool {
        matches!(self.state, JobState::Running | JobState::Cancelling)
            && self.counts.open() == 0
            && self.powerwash.is_none_or(|it| it.open == 0)
    }

    /// How many of the eligible devices have an outcome.
    pub fn done(&self) -> u64 {
        self.eligible.saturating_sub(self.counts.open())
    }

    /// How far it is, in whole percent.
    pub fn percent(&self) -> u64 {
        (self.done() * 100)
            .checked_div(self.eligible)
            .unwrap_or(100)
    }

    /// "Completed successfully" only when it is so, else the numbers.
    pub fn headline(&self) -> String {
        match self.state {
            _ if self.is_success() => "Completed successfully".to_owned(),
            JobState::Completed | JobState::CompletedWithErrors => {
                format!("Completed: {}", self.tally())
            }
            JobState::Cancelled => format!("Stopped: {}", self.tally()),
            state => state.label().to_owned(),
        }
    }

    /// Devices that this job has deprovisioned.
    pub fn deprovisioned(&self) -> u64 {
        self.counts.succeeded.saturating_sub(self.already)
    }

    /// `4,790 deprovisioned, 19 failed, 3 unconfirmed`.
    fn tally(&self) -> String {
        let late_skips = self
            .counts
            .skipped
            .saturating_sub(self.counts.total - self.eligible);
        let mut text = format!("{} deprovisioned", number::grouped(self.deprovisioned()));
        for (count, word) in [
            (self.already, "already deprovisioned"),
            (self.counts.failed, "failed"),
            (self.counts.unconfirmed, "unconfirmed"),
            (late_skips, "skipped"),
            (self.counts.not_attempted, "not attempted"),
        ] {
            if count != 0 {
                text.push_str(&format!(", {} {word}", number::grouped(count)));
            }
        }
        if let Some(powerwash) = self.powerwash {
            text.push_str(&format!(", {}", powerwash.tally()));
        }
        text
    }

    /// What stopping means for the devices, as they are now.
    pub fn stop_question(&self) -> String {
        let unknown = self.counts.sent + self.counts.unconfirmed;
        let mut text = format!(
            "{} already done and stay deprovisioned; {} will not be attempted",
            number::counted(self.counts.succeeded, "device is", "devices are"),
            number::grouped(self.counts.pending),
        );
        if unknown != 0 {
            text.push_str(&format!(
                "; {} are still unconfirmed",
                number::grouped(unknown)
            ));
        }
        if let Some(open) = self.powerwash.map(|it| it.open).filter(|it| *it != 0) {
            let orders = number::counted(open, "device", "devices");
            text.push_str(&format!("; {orders} won't get the powerwash command"));
        }
        text.push('.');
        text
    }

    /// What the snackbar says when the job is over.
    pub fn notice(&self) -> String {
        if self.is_success() {
            let powerwash = self
                .powerwash
                .map_or_else(String::new, |it| format!(", {}", it.tally()));
            let already = match self.already {
                0 => String::new(),
                already => format!(", {} already deprovisioned", number::grouped(already)),
            };
            format!(
                "Completed successfully: {} deprovisioned{already}{powerwash}.",
                number::devices(self.deprovisioned())
            )
        } else {
            format!("{}.", self.headline())
        }
    }
}

#[cfg(test)]
mod tests;
