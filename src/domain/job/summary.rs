//! A job as a whole, and what may be said of it.

use serde::{Deserialize, Serialize};

use super::{Counts, JobId, JobState};
use crate::domain::action::effect::EffectKind;
use crate::domain::action::{ActionKind, Choice};
use crate::domain::number;
use crate::domain::time::Timestamp;

/// What came of one effect of a job's action on its devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCounts {
    pub kind: EffectKind,
    /// The devices on which it has begun, by state.
    pub counts: Counts,
    /// Of those that succeeded: those that were so before the job came to them. The job did
    /// nothing to these.
    pub already: u64,
}

impl StepCounts {
    /// Devices on which the job itself has done it.
    pub fn own_changes(&self) -> u64 {
        self.counts.succeeded.saturating_sub(self.already)
    }

    /// Of an effect after the first: `powerwash ordered for 31, not for 3`, and
    /// `31 moved, 3 not moved`.
    fn tally(&self) -> String {
        let Counts {
            failed,
            skipped,
            not_attempted,
            ..
        } = self.counts;
        let done = number::grouped(self.counts.succeeded);
        let not_done = failed + skipped + not_attempted;
        let (mut text, others) = if self.kind.is_command() {
            let text = format!("{} ordered for {done}", self.kind.as_str());
            (text, format!(", not for {}", number::grouped(not_done)))
        } else {
            let text = format!("{done} {}", self.kind.past());
            let not_done = number::grouped(not_done);
            (text, format!(", {not_done} not {}", self.kind.past()))
        };
        if not_done != 0 {
            text.push_str(&others);
        }
        text
    }
}

/// A job as lists, panels and live updates show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSummary {
    pub id: JobId,
    /// What people call it: job #128. Given when it starts.
    pub number: u32,
    pub state: JobState,
    pub action: ActionKind,
    /// What was chosen for the action.
    pub choices: Vec<Choice>,
    pub note: String,
    pub operator: String,
    pub plan_hash: String,
    pub counts: Counts,
    /// The effects of the action, in their order.
    pub steps: Vec<StepCounts>,
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
    /// Who approved it, where a second person was asked.
    #[serde(default)]
    pub approved_by: String,
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
}

impl JobSummary {
    /// Everything that was reviewed is done on every eligible device.
    pub fn is_success(&self) -> bool {
        self.state == JobState::Completed && self.counts.succeeded == self.eligible
    }

    /// Every device is dealt with, and they are read from the directory before the job ends.
    pub fn is_read_back(&self) -> bool {
        matches!(self.state, JobState::Running | JobState::Cancelling) && self.counts.open() == 0
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

    /// What the action does first, and the devices by what came of that.
    fn main_step(&self) -> Option<(&StepCounts, &[StepCounts])> {
        self.steps.split_first()
    }

    /// Devices that were so before the job came to them.
    pub fn already(&self) -> u64 {
        self.main_step().map_or(0, |(main, _)| main.already)
    }

    /// Devices on which the job itself has carried out the action's main effect.
    pub fn own_changes(&self) -> u64 {
        self.main_step().map_or(0, |(main, _)| main.own_changes())
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

    /// `4,790 deprovisioned, 19 failed, 3 unconfirmed`.
    fn tally(&self) -> String {
        let Some((main, then)) = self.main_step() else {
            return String::new();
        };
        let mut text = format!(
            "{} {}",
            number::grouped(main.own_changes()),
            main.kind.past()
        );
        for (count, word) in [
            (main.already, main.kind.already().unwrap_or_default()),
            (main.counts.failed, "failed"),
            (main.counts.unconfirmed, "unconfirmed"),
            (main.counts.skipped, "skipped"),
            (main.counts.not_attempted, "not attempted"),
        ] {
            if count != 0 {
                text.push_str(&format!(", {} {word}", number::grouped(count)));
            }
        }
        for step in then {
            text.push_str(&format!(", {}", step.tally()));
        }
        text
    }

    /// What stopping means for the devices, as they are now.
    pub fn stop_question(&self) -> String {
        let Some((main, then)) = self.main_step() else {
            return String::new();
        };
        let unknown = main.counts.sent + main.counts.unconfirmed;
        let mut text = format!(
            "{} already done and stay {}; {} will not be attempted",
            number::counted(main.counts.succeeded, "device is", "devices are"),
            main.kind.past(),
            number::grouped(main.counts.pending),
        );
        if unknown != 0 {
            text.push_str(&format!(
                "; {} are still unconfirmed",
                number::grouped(unknown)
            ));
        }
        for step in then {
            let waiting = step.counts.open();
            if waiting != 0 {
                let devices = number::counted(waiting, "device", "devices");
                text.push_str(&if step.kind.is_command() {
                    format!("; {devices} won't get the {} command", step.kind.as_str())
                } else {
                    format!("; {devices} won't be {}", step.kind.past())
                });
            }
        }
        text.push('.');
        text
    }

    /// What the snackbar says when the job is over.
    pub fn notice(&self) -> String {
        let Some((main, then)) = self.main_step().filter(|_| self.is_success()) else {
            return format!("{}.", self.headline());
        };
        let devices = number::devices(main.own_changes());
        let mut text = format!("Completed successfully: {devices} {}", main.kind.past());
        if let Some(already) = main.kind.already().filter(|_| main.already != 0) {
            let devices = number::grouped(main.already);
            text.push_str(&format!(", {devices} {already}"));
        }
        for step in then {
            text.push_str(&format!(", {}", step.tally()));
        }
        text.push('.');
        text
    }

    /// What came of the effects after the first: `Powerwash ordered for 31, 3 to go`.
    pub fn later_steps(&self) -> Vec<String> {
        let then = self.main_step().map_or(&[][..], |(_, then)| then);
        let line = |step: &StepCounts| {
            let mut text = step.tally();
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            match step.counts.open() {
                0 => text,
                open => format!("{text}, {} to go", number::grouped(open)),
            }
        };
        then.iter().map(line).collect()
    }
}
