//! The job protocol as plain data: what the store must do, without a database.

use std::collections::{BTreeMap, BTreeSet};

use sunset::domain::device::DeviceId;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::answer::NextStep;
use sunset::domain::job::outcome::Cause;
use sunset::domain::job::{ItemState, JobState};
use sunset::server::store::{Hold, Recorded};

use super::job::{Item, Job};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    Open,
    Answered,
    Lost,
}

/// A plan's devices, with the rule that leaves each out.
pub type Review = BTreeMap<DeviceId, Option<Rule>>;

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub jobs: Vec<Job>,
    pub calls: BTreeMap<String, (usize, CallState)>,
    /// What the inventory shows as deprovisioned.
    shown: BTreeSet<DeviceId>,
}

impl Model {
    fn is_busy(&self, device: DeviceId) -> bool {
        self.jobs
            .iter()
            .any(|job| job.items.get(&device).is_some_and(Item::is_open))
    }

    /// What a review finds: the rule that leaves a device out.
    pub fn review(&self, devices: &[DeviceId]) -> Review {
        let verdict = |device| match device {
            shown if self.shown.contains(&shown) => Some(Rule::AlreadyDeprovisioned),
            busy if self.is_busy(busy) => Some(Rule::BusyInJob),
            _ => None,
        };
        devices
            .iter()
            .map(|device| (*device, verdict(*device)))
            .collect()
    }

    pub fn start(&mut self, review: &Review, starts_at: i64, now: i64) {
        let item = |device, verdict: Option<Rule>| match verdict {
            Some(rule) => Item::skipped(rule, None),
            // Taken by another job since.
            None if self.is_busy(device) => Item::skipped(Rule::BusyInJob, Some(now)),
            None => Item::pending(),
        };
        let items = review
            .iter()
            .map(|(device, verdict)| (*device, item(*device, *verdict)));
        self.jobs.push(Job::new(items.collect(), starts_at));
    }

    /// Returns the devices that may be sent now.
    pub fn claim(&mut self, job: usize, call: &str, limit: usize, now: i64) -> Vec<DeviceId> {
        let claimed = &mut self.jobs[job];
        let runs = matches!(claimed.state, JobState::Queued | JobState::Running)
            && claimed.starts_at <= now
            && claimed.throttle_until <= now;
        let due = claimed
            .items
            .iter()
            .filter(|(_, item)| item.state == ItemState::Pending && item.next_at <= now)
            .map(|(device, item)| (*device, item.max_batch))
            .take(limit);
        let due: Vec<_> = due.collect();
        let Some(&(_, batch)) = due.first().filter(|_| runs) else {
            return Vec::new();
        };
        let most = if batch == 0 { limit } else { batch as usize };
        let alike = due.iter().take_while(|(_, other)| *other == batch);
        let devices: Vec<DeviceId> = alike.take(most).map(|(device, _)| *device).collect();
        for device in &devices {
            let item = claimed.items.get_mut(device).expect("just found");
            item.state = ItemState::Sent;
            item.attempt += 1;
            item.call = call.to_owned();
        }
        (claimed.state, claimed.throttle_until) = (JobState::Running, 0);
        claimed.seq += 1;
        self.calls.insert(call.to_owned(), (job, CallState::Open));
        devices
    }

    pub fn answer(
        &mut self,
        call: &str,
        next: &[(DeviceId, NextStep)],
        effect: &Hold,
        now: i64,
    ) -> Recorded {
        let (job, state) = self.calls.get_mut(call).expect("a call that was made");
        if *state != CallState::Open {
            return Recorded::Late;
        }
        *state = CallState::Answered;
        let job = &mut self.jobs[*job];
        match effect {
            Hold::None => {}
            Hold::Throttle(until) | Hold::Await(until) => job.throttle(until.0, now),
            Hold::Pause(_) => job.pause(),
        }
        job.finish(ItemState::Sent, call, next, now);
        self.show(next);
        if self.jobs[self.calls[call].0].state.is_over() {
            Recorded::Finished
        } else {
            Recorded::InTime
        }
    }

    pub fn lose(&mut self, call: &str, read_at: i64) -> bool {
        let (job, state) = self.calls.get_mut(call).expect("a call that was made");
        if *state != CallState::Open {
            return false;
        }
        *state = CallState::Lost;
        let job = &mut self.jobs[*job];
        for item in job.items.values_mut() {
            if item.state == ItemState::Sent && item.call == call {
                (item.state, item.next_at) = (ItemState::Unconfirmed, read_at);
                item.checks = 0;
            }
        }
        job.seq += 1;
        true
    }

    /// The devices to be read back now, by job.
    pub fn due(&self, now: i64) -> BTreeSet<(usize, DeviceId)> {
        let jobs = self.jobs.iter().enumerate();
        jobs.flat_map(|(n, job)| job.items.iter().map(move |item| (n, item)))
            .filter(|(_, (_, item))| item.state == ItemState::Unconfirmed && item.next_at <= now)
            .map(|(n, (device, _))| (n, *device))
            .collect()
    }

    pub fn read(&mut self, job: usize, call: &str, next: &[(DeviceId, NextStep)], now: i64) {
        self.jobs[job].finish(ItemState::Unconfirmed, call, next, now);
        self.show(next);
    }

    /// The devices of a job were read again, and these are shown as before.
    pub fn reread(&mut self, job: usize, denied: &[DeviceId], now: i64) {
        let is_over = self.jobs[job].state.is_over();
        if !denied.is_empty() && !is_over {
            self.jobs[job].seq += 1;
        }
        let moved: Vec<DeviceId> = denied
            .iter()
            .copied()
            .filter(|device| !is_over && !self.is_busy(*device))
            .collect();
        self.jobs[job].reread(&moved, now);
        for device in moved {
            self.shown.remove(&device);
        }
    }

    /// Returns the job that tries again, or `None` if there is to be none.
    pub fn retry(&mut self, parent: usize, now: i64) -> Option<usize> {
        let job = &self.jobs[parent];
        if !job.state.is_over() || job.child.is_some() {
            return job.child;
        }
        let again = job.items.iter().filter(|(_, item)| {
            item.state == ItemState::Failed && item.cause.is_some_and(Cause::can_be_retried)
        });
        let item = |device| {
            if self.is_busy(device) {
                Item::skipped(Rule::BusyInJob, Some(now))
            } else {
                Item::pending()
            }
        };
        let items: BTreeMap<_, _> = again.map(|(device, _)| (*device, item(*device))).collect();
        if items.is_empty() {
            return None;
        }
        self.jobs.push(Job::new(items, 0));
        let child = self.jobs.len() - 1;
        self.jobs[parent].child = Some(child);
        Some(child)
    }

    fn show(&mut self, next: &[(DeviceId, NextStep)]) {
        for (device, next) in next {
            if matches!(next, NextStep::Finish(outcome) if outcome.is_success()) {
                self.shown.insert(*device);
            }
        }
    }
}
