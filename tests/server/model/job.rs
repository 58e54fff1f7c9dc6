//! A job and its devices as the model has them.

use std::collections::BTreeMap;

use sunset::domain::device::DeviceId;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::answer::NextStep;
use sunset::domain::job::outcome::{Cause, Outcome};
use sunset::domain::job::{ItemState, JobState, SuccessKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub state: ItemState,
    pub how: Option<SuccessKind>,
    pub rule: Option<Rule>,
    pub cause: Option<Cause>,
    pub attempt: u32,
    pub finished: Option<i64>,
    pub call: String,
    pub next_at: i64,
    pub max_batch: u32,
    /// How often it could not be read back.
    pub checks: i32,
}

/// After so many failed attempts to read an item back, a person is asked.
const MAX_CHECKS: i32 = 8;

/// How long between two attempts from then on.
const RARE_READING_MS: i64 = 300_000;

impl Item {
    pub fn pending() -> Self {
        Self {
            state: ItemState::Pending,
            how: None,
            rule: None,
            cause: None,
            attempt: 0,
            finished: None,
            call: String::new(),
            next_at: 0,
            max_batch: 0,
            checks: 0,
        }
    }

    pub fn skipped(rule: Rule, finished: Option<i64>) -> Self {
        Self {
            state: ItemState::Skipped,
            rule: Some(rule),
            finished,
            ..Self::pending()
        }
    }

    /// It holds the device: no other job can have it.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            ItemState::Pending | ItemState::Sent | ItemState::Unconfirmed
        )
    }

    fn apply(&mut self, next: NextStep, stopping: bool, now: i64) {
        (self.next_at, self.max_batch, self.checks) = (0, 0, 0);
        match next {
            NextStep::Finish(outcome) => match outcome {
                Outcome::Succeeded(how) => {
                    (self.state, self.how) = (ItemState::Succeeded, Some(how));
                }
                Outcome::Skipped(rule) => {
                    (self.state, self.rule) = (ItemState::Skipped, Some(rule));
                }
                Outcome::Failed(cause) => {
                    (self.state, self.cause) = (ItemState::Failed, Some(cause));
                }
            },
            NextStep::ReadBack { at, .. } => {
                (self.state, self.next_at) = (ItemState::Unconfirmed, at);
            }
            NextStep::Again { .. } if stopping => self.state = ItemState::NotAttempted,
            NextStep::Again {
                at,
                max_batch,
                free,
            } => {
                self.state = ItemState::Pending;
                (self.next_at, self.max_batch) = (at, max_batch);
                self.attempt -= u32::from(free);
            }
        }
        self.finished = (!self.is_open()).then_some(now);
    }
}

#[derive(Clone, Debug)]
pub struct Job {
    pub state: JobState,
    pub items: BTreeMap<DeviceId, Item>,
    pub seq: u64,
    pub child: Option<usize>,
    pub starts_at: i64,
    pub throttle_until: i64,
    /// It is being stopped and asks for a person.
    pub asks: bool,
    /// Its devices were read before its end.
    pub reread: bool,
}

/// How long after its devices were read those that were shown as before are read again.
const SOON: i64 = 1_000;

impl Job {
    pub fn new(items: BTreeMap<DeviceId, Item>, starts_at: i64) -> Self {
        let mut job = Self {
            state: JobState::Queued,
            items,
            seq: 1,
            child: None,
            starts_at,
            throttle_until: 0,
            asks: false,
            reread: false,
        };
        job.finish_if_done();
        job
    }

    pub fn count(&self, state: ItemState) -> u64 {
        self.items
            .values()
            .filter(|item| item.state == state)
            .count() as u64
    }

    fn finish_if_done(&mut self) {
        let applied = self
            .items
            .values()
            .any(|item| item.how == Some(SuccessKind::Applied));
        let unread = applied && !self.reread;
        if unread || self.state.is_over() || self.items.values().any(Item::is_open) {
            return;
        }
        self.state = if self.count(ItemState::NotAttempted) > 0 {
            JobState::Cancelled
        } else if self.count(ItemState::Failed) > 0 {
            JobState::CompletedWithErrors
        } else {
            JobState::Completed
        };
        self.seq += 1;
    }

    pub fn pause(&mut self) {
        if matches!(self.state, JobState::Queued | JobState::Running) {
            self.state = JobState::Paused;
            self.seq += 1;
        }
    }

    pub fn resume(&mut self, now: i64) {
        match self.state {
            JobState::Paused => self.state = JobState::Running,
            JobState::Cancelling if self.asks => self.asks = false,
            _ => return,
        }
        self.throttle_until = 0;
        self.read_back_now(now);
        self.seq += 1;
    }

    /// What was sent a moment ago keeps its time.
    fn read_back_now(&mut self, now: i64) {
        for item in self.items.values_mut() {
            if item.state == ItemState::Unconfirmed && item.checks != 0 {
                (item.next_at, item.checks) = (now, 0);
            }
        }
    }

    pub fn stop(&mut self, now: i64) {
        if self.state == JobState::Cancelling || self.state.is_over() {
            return;
        }
        self.state = JobState::Cancelling;
        for item in self.items.values_mut() {
            if item.state == ItemState::Pending {
                (item.state, item.finished) = (ItemState::NotAttempted, Some(now));
            }
        }
        self.read_back_now(now);
        self.seq += 1;
        self.finish_if_done();
    }

    /// It is not sent before; what is told is that it begins to wait.
    pub fn throttle(&mut self, until: i64, now: i64) {
        let runs = matches!(self.state, JobState::Queued | JobState::Running);
        if !runs || until <= self.throttle_until {
            return;
        }
        self.seq += u64::from(self.throttle_until <= now);
        self.throttle_until = until;
    }

    /// An item could not be read back.
    pub fn postpone(&mut self, device: DeviceId, until: i64, now: i64) {
        let item = self.items.get_mut(&device).expect("an item of the job");
        item.checks += 1;
        let too_often = MAX_CHECKS <= item.checks;
        item.next_at = if too_often {
            now + RARE_READING_MS
        } else {
            until
        };
        if too_often && self.state == JobState::Cancelling && !self.asks {
            self.asks = true;
            self.seq += 1;
        } else if too_often {
            self.pause();
        }
    }

    /// Its devices are to be read again.
    pub fn is_to_reread(&self, now: i64) -> bool {
        let waits = !matches!(self.state, JobState::Running | JobState::Cancelling)
            || now < self.throttle_until
            || self.items.values().any(Item::is_open);
        !self.reread && (self.state.is_over() || !waits)
    }

    /// Its devices were read again, and these are shown as before.
    pub fn reread(&mut self, denied: &[DeviceId], now: i64) {
        self.reread = true;
        if self.state.is_over() {
            return;
        }
        for device in denied {
            let item = self.items.get_mut(device).expect("an item of the job");
            (item.state, item.how, item.finished) = (ItemState::Unconfirmed, None, None);
            (item.next_at, item.checks) = (now + SOON, 0);
        }
        self.finish_if_done();
    }

    /// Settles what belongs to this call and is in this state.
    pub fn finish(&mut self, from: ItemState, call: &str, next: &[(DeviceId, NextStep)], now: i64) {
        let stopping = self.state == JobState::Cancelling;
        for (device, next) in next {
            let item = self.items.get_mut(device).expect("an item of the job");
            if item.state == from && item.call == call {
                item.apply(*next, stopping, now);
            }
        }
        self.seq += 1;
        self.finish_if_done();
    }
}
