//! What a screen reader is told of a running job: enough to follow it, not so much
//! that nothing else can be heard.

use super::job::JobSummary;
use super::number;

/// The least time between two announcements of progress.
const EVERY_MS: f64 = 5000.0;

/// The least progress worth announcing, in percent.
const STEP: u64 = 10;

/// Remembers what was announced last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Announcer {
    last: Option<(f64, u64)>,
    ended: bool,
}

impl Announcer {
    /// What to say now, if anything: the start, progress at intervals, the end once.
    pub fn announce(&mut self, job: &JobSummary, now_ms: f64) -> Option<String> {
        let percent = job.percent();
        if self.ended {
            return None;
        }
        if job.state.is_over() {
            self.ended = true;
            return Some(job.notice());
        }
        match self.last {
            Some((at, spoken)) if now_ms - at < EVERY_MS || percent < spoken + STEP => None,
            last => {
                self.last = Some((now_ms, percent));
                Some(match last {
                    None => format!("Job #{} started.", job.number),
                    Some(_) => format!(
                        "{} of {}",
                        number::grouped(job.done()),
                        number::devices(job.eligible)
                    ),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::ActionKind;
    use super::super::action::effect::EffectKind;
    use super::super::job::{Counts, JobId, JobState, StepCounts};
    use super::*;

    fn job(done: u64, state: JobState) -> JobSummary {
        JobSummary {
            id: JobId("j".into()),
            number: 7,
            state,
            action: ActionKind::Disable,
            choices: Vec::new(),
            steps: vec![StepCounts {
                kind: EffectKind::Disable,
                counts: Counts {
                    total: 100,
                    succeeded: done,
                    ..Counts::default()
                },
                already: 0,
            }],
            note: String::new(),
            operator: String::new(),
            plan_hash: String::new(),
            counts: Counts {
                total: 100,
                pending: 100 - done,
                succeeded: done,
                ..Counts::default()
            },
            eligible: 100,
            seq: done,
            started_at: None,
            finished_at: None,
            pause_reason: String::new(),
            starts_in: 0,
            waits: 0,
            retry_of: None,
            retry_of_number: 0,
            approved_by: String::new(),
            retried_by: None,
            retryable: 0,
            causes: vec![],
            provenance: String::new(),
        }
    }

    #[test]
    fn start_progress_and_end_are_said_and_not_more() {
        let mut announcer = Announcer::default();
        let mut said = Vec::new();
        for second in 0..100 {
            let now = f64::from(second) * 1000.0;
            said.extend(announcer.announce(&job(second as u64, JobState::Running), now));
        }
        for _ in 0..3 {
            said.extend(announcer.announce(&job(100, JobState::Completed), 100_000.0));
        }
        assert_eq!(said.first().unwrap(), "Job #7 started.");
        assert_eq!(said[1], "10 of 100 devices");
        assert_eq!(
            said.last().unwrap(),
            "Completed successfully: 100 devices disabled."
        );
        assert_eq!(said.len(), 11);
    }
}
