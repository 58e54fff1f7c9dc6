//! The store and the model, taken through the same steps: claims, answers, deaths,
//! read-backs, operators and restarts in any order.

mod readings;

use std::collections::BTreeSet;
use std::time::Duration;

use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::audit::Actor;
use sunset::domain::device::DeviceId;
use sunset::domain::job::answer::NextStep;
use sunset::domain::job::{ItemState, JobId};
use sunset::domain::plan::Execution;
use sunset::domain::selection::Selection;
use sunset::domain::time::Timestamp;
use sunset::server::store::{
    Call, CallOutcome, Database, Hold, PlanDraft, Retry, Start, Starting, Store,
};

use super::protocol::{CallState, Model, Review};
use super::world::{Directory, SETTLES};
use crate::dice::Dice;
use crate::support::{Console, device};

const DEVICES: u32 = 12;

/// What will be told of a call, whenever its worker comes to that.
type Answer = (Call, Vec<(DeviceId, NextStep)>, Hold);

pub struct Machine {
    database: Database,
    /// None while it is restarted.
    open: Option<Store>,
    model: Model,
    ids: Vec<JobId>,
    reviews: u32,
    plans: Vec<(JobId, String, Review)>,
    directory: Directory,
    answers: Vec<Answer>,
    dice: Dice,
    calls: u32,
    now: i64,
}

impl Machine {
    pub async fn new(database: Database, seed: u64) -> Self {
        let console = Console::open(database.clone()).await;
        console.fill((0..DEVICES).map(device)).await;
        let now = console.store.now().await.unwrap().0 + 3_600_000;
        console.store.close().await;
        drop(console);
        Self {
            open: Some(Store::open(&database).await.unwrap()),
            database,
            model: Model::default(),
            ids: Vec::new(),
            reviews: 0,
            plans: Vec::new(),
            directory: Directory::default(),
            answers: Vec::new(),
            dice: Dice::new(seed),
            calls: 0,
            now,
        }
    }

    pub async fn step(&mut self) {
        self.now += self.dice.roll(2000) as i64;
        let job = self.dice.roll(self.ids.len());
        match self.dice.roll(100) {
            0..6 => self.review().await,
            6..12 => self.start().await,
            _ if self.ids.is_empty() => {}
            12..45 => self.claim(job).await,
            45..70 => self.answer().await,
            70..77 => self.lose().await,
            77..83 => self.read_back().await,
            83..86 => self.postpone().await,
            86..89 => self.reread().await,
            89..92 => {
                self.model.jobs[job].pause();
                let now = Timestamp(self.now);
                self.store()
                    .pause_job(&self.ids[job], "machine", "x", now)
                    .await
                    .unwrap();
            }
            92..95 => self.resume(job).await,
            95..97 => {
                self.model.jobs[job].stop(self.now);
                let now = Timestamp(self.now);
                self.store()
                    .stop_job(&self.ids[job], "machine", now)
                    .await
                    .unwrap();
            }
            97..99 => self.retry(job).await,
            _ => self.restart().await,
        }
        self.compare().await;
    }

    async fn restart(&mut self) {
        if let Some(store) = self.open.take() {
            store.close().await;
        }
        self.open = Some(Store::open(&self.database).await.unwrap());
    }

    pub fn store(&self) -> &Store {
        self.open.as_ref().expect("it is open between restarts")
    }

    async fn review(&mut self) {
        let devices: Vec<DeviceId> = (1..=DEVICES)
            .filter(|_| self.dice.roll(3) == 0)
            .map(DeviceId)
            .collect();
        if devices.is_empty() {
            return;
        }
        self.reviews += 1;
        let id = JobId(format!("job-{}", self.reviews));
        let draft = PlanDraft {
            id: id.clone(),
            by: &Actor::named("machine"),
            action: ActionKind::Deprovision,
            selection: &devices.iter().copied().collect(),
            outside: &Selection::default(),
            provenance: "",
            made_at: Timestamp(self.now),
            expires_at: Timestamp(self.now + 3_600_000),
        };
        self.store().make_plan(&draft).await.unwrap().unwrap();
        let plan = self.store().plan(&id, "machine").await.unwrap().unwrap();
        let review = self.model.review(&devices);
        let eligible = review.values().filter(|rule| rule.is_none()).count();
        assert_eq!(plan.eligible, eligible as u64);
        self.plans.push((id, plan.hash, review));
    }

    /// Starts a plan that may have been reviewed long ago.
    async fn start(&mut self) {
        if self.plans.is_empty() {
            return;
        }
        let (id, hash, review) = self.plans.swap_remove(self.dice.roll(self.plans.len()));
        let grace = [0, 0, 3][self.dice.roll(3)];
        let execution = Execution {
            plan: id.clone(),
            hash,
            action: Action::deprovision(DeprovisionReason::RetiringDevice),
            note: String::new(),
            acknowledged: true,
            typed_count: None,
        };
        self.model.start(&review, self.now + grace * 1000, self.now);
        let starting = Starting {
            grace: Duration::from_secs(grace as u64),
            ..Starting::default()
        };
        let now = Timestamp(self.now);
        let started = self
            .store()
            .start_job("machine", &execution, starting, now)
            .await;
        assert_eq!(started.unwrap(), Start::Started);
        self.ids.push(id);
    }

    async fn claim(&mut self, job: usize) {
        self.calls += 1;
        let call = format!("call-{}", self.calls);
        let limit = 1 + self.dice.roll(5);
        let expected = self.model.claim(job, &call, limit, self.now);
        let (id, now) = (&self.ids[job], Timestamp(self.now));
        let store = self.store();
        let look = store.look(id, now).await.unwrap();
        let looked = store.record_recheck(id, look, &[], now).await;
        looked.unwrap();
        let opened = store.open_call(id, &call, 7, limit as u32, now).await;
        let Some(call) = opened.unwrap() else {
            assert_eq!(expected, [], "nothing was claimed");
            return;
        };
        let claimed: Vec<DeviceId> = call.devices.iter().map(|device| device.0).collect();
        assert_eq!(claimed, expected);
        let answer = self.directory.send(&call, &mut self.dice, self.now);
        self.answers.push((call, answer.0, answer.1));
    }

    /// Records an answer: in time, too late, or once more.
    async fn answer(&mut self) {
        if self.answers.is_empty() {
            return;
        }
        let (call, next, effect) = &self.answers[self.dice.roll(self.answers.len())];
        let expected = self.model.answer(&call.id, next, effect, self.now);
        let now = Timestamp(self.now);
        let outcome = CallOutcome {
            next: next.clone(),
            hold: effect.clone(),
            ..CallOutcome::default()
        };
        let recorded = self.store().close_call(call, &outcome, now).await;
        assert_eq!(recorded.unwrap(), expected);
    }

    async fn lose(&mut self) {
        if self.answers.is_empty() {
            return;
        }
        let call = &self.answers[self.dice.roll(self.answers.len())].0;
        let read_at = self.now + SETTLES;
        let expected = self.model.lose(&call.id, read_at);
        let (now, read_at) = (Timestamp(self.now), Timestamp(read_at));
        let lost = self
            .store()
            .mark_call_lost(&call.job, &call.id, read_at, now)
            .await;
        assert_eq!(lost.unwrap(), expected);
    }

    async fn resume(&mut self, job: usize) {
        self.model.jobs[job].resume(self.now);
        let now = Timestamp(self.now);
        self.store()
            .resume_job(&self.ids[job], "machine", now)
            .await
            .unwrap();
    }

    async fn retry(&mut self, parent: usize) {
        let child = JobId(format!("again-{}", self.ids.len()));
        let expected = self.model.retry(parent, self.now);
        let (id, now) = (&self.ids[parent], Timestamp(self.now));
        let (store, starting) = (self.store(), Starting::default());
        let retried = store.retry_job(id, &child, "machine", starting, now).await;
        match (retried.unwrap(), expected) {
            (Retry::Job(made), Some(job)) if job == self.ids.len() => {
                assert_eq!(made, child);
                self.ids.push(child);
            }
            (Retry::Job(made), Some(job)) => assert_eq!(made, self.ids[job]),
            (Retry::NotOver | Retry::NothingToRetry, None) => {}
            (retried, expected) => panic!("{retried:?}, but {expected:?}"),
        }
    }

    /// Everything is as the model has it.
    async fn compare(&self) {
        for (id, expected) in self.ids.iter().zip(&self.model.jobs) {
            let job = self.store().job(id).await.unwrap().unwrap();
            assert_eq!(
                (job.state, job.seq),
                (expected.state, expected.seq),
                "{id:?}"
            );
            for state in ItemState::ALL {
                assert_eq!(job.counts.of(*state), expected.count(*state), "{state:?}");
            }
            let items = self.store().job_items_after(id, None, 1000).await.unwrap();
            assert_eq!(items.len(), expected.items.len());
            for item in items {
                let wanted = &expected.items[&item.device];
                let finished = item.finished_at().map(|at| at.0);
                let current = item.current();
                let is = (item.state, item.how(), item.rule, item.attempt(), finished);
                let cause = current.and_then(|effect| effect.cause);
                assert_eq!(cause, wanted.cause);
                let wanted = (
                    wanted.state,
                    wanted.how,
                    wanted.rule,
                    wanted.attempt,
                    wanted.finished,
                );
                assert_eq!(is, wanted, "{id:?}, {:?}", item.device);
            }
        }
        let broken = self.store().broken_invariants().await.unwrap();
        assert_eq!(broken, Vec::<String>::new());
    }

    /// Nothing dies any more, and nobody interferes: every job ends, with the truth.
    pub async fn calm_down(&mut self) {
        for _ in 0..300 {
            self.now += 60_000;
            for n in 0..self.answers.len() {
                let (call, next, effect) = self.answers[n].clone();
                if self.model.calls[&call.id].1 == CallState::Open {
                    self.model.answer(&call.id, &next, &effect, self.now);
                    let now = Timestamp(self.now);
                    let outcome = CallOutcome {
                        next,
                        hold: effect,
                        ..CallOutcome::default()
                    };
                    let message = self.store().close_call(&call, &outcome, now).await;
                    message.unwrap();
                }
            }
            for job in 0..self.ids.len() {
                self.resume(job).await;
                self.claim(job).await;
            }
            self.read_back().await;
            self.reread().await;
            if self.model.jobs.iter().all(|job| job.state.is_over()) {
                break;
            }
        }
        self.compare().await;
        let mut succeeded = BTreeSet::new();
        for (id, job) in self.ids.iter().zip(&self.model.jobs) {
            assert!(job.state.is_over(), "{id:?} never ends");
            let items = job.items.iter();
            let ended_well = items.filter(|(_, item)| item.state == ItemState::Succeeded);
            succeeded.extend(ended_well.map(|(device, _)| *device));
        }
        let done: BTreeSet<DeviceId> = self.directory.done.keys().copied().collect();
        assert_eq!(succeeded, done);
    }
}
