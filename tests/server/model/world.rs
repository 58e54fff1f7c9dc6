//! The directory around the store while it is held against the model.

use std::collections::{BTreeMap, BTreeSet};

use sunset::domain::action::fields::Fields;
use sunset::domain::device::DeviceId;
use sunset::domain::job::JobId;
use sunset::domain::job::answer::{DeviceResult, NextStep, bisect, interpret_answer};
use sunset::domain::job::outcome::Found;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::store::{Call, Hold};

use crate::dice::Dice;

/// How long after a call was given up its devices are read back.
pub const SETTLES: i64 = 30_000;

/// A directory that does what it is told, once.
#[derive(Default)]
pub struct Directory {
    /// When each was deprovisioned, and for which job.
    pub done: BTreeMap<DeviceId, (i64, JobId)>,
    gone: BTreeSet<DeviceId>,
}

impl Directory {
    /// What becomes of a call, decided as it is sent.
    pub fn send(
        &mut self,
        call: &Call,
        dice: &mut Dice,
        now: i64,
    ) -> (Vec<(DeviceId, NextStep)>, Hold) {
        let all = |next: NextStep| call.devices.iter().map(|device| (device.0, next)).collect();
        let (again, read) = (
            NextStep::Again {
                at: now,
                max_batch: 0,
                free: true,
            },
            NextStep::ReadBack {
                at: now + SETTLES,
                refused: false,
            },
        );
        match dice.roll(20) {
            0 => return (all(again), Hold::Throttle(Timestamp(now + 5000))),
            1 => return (all(again), Hold::Pause("denied".to_owned())),
            2..4 => return (all(bisect(call.devices.len(), now)), Hold::None),
            4..6 => return (all(read), Hold::None),
            _ => {}
        }
        let names: Vec<&str> = call
            .devices
            .iter()
            .map(|device| device.1.as_str())
            .collect();
        let mut answers = Vec::new();
        for (device, name) in &call.devices {
            let verdict = self.deprovision(*device, &call.job, dice, now);
            answers.push((name.clone(), verdict));
        }
        match dice.roll(10) {
            0..3 => return (all(read), Hold::None),
            3 => drop(answers.pop()),
            _ => {}
        }
        let judged = interpret_answer(&names, &answers, now).next.into_iter();
        let devices = call.devices.iter().map(|device| device.0);
        (devices.zip(judged).collect(), Hold::None)
    }

    fn deprovision(
        &mut self,
        device: DeviceId,
        job: &JobId,
        dice: &mut Dice,
        now: i64,
    ) -> DeviceResult {
        if let Some((_, by)) = self.done.get(&device) {
            assert_ne!(by, job, "{device:?} is sent again though it was done");
            return DeviceResult::NotAsExpected;
        }
        match dice.roll(20) {
            _ if self.gone.contains(&device) => return DeviceResult::Gone,
            0 => {
                self.gone.insert(device);
                return DeviceResult::Gone;
            }
            1..4 => return DeviceResult::Refused(String::new()),
            _ => {}
        }
        self.done.insert(device, (now, job.clone()));
        DeviceResult::Done
    }

    pub fn read(&self, device: DeviceId, enrolled: i64) -> Option<Found> {
        let done = self.done.get(&device);
        (!self.gone.contains(&device)).then(|| Found {
            status: match done {
                Some(_) => DeviceStatus::Deprovisioned,
                None => DeviceStatus::Active,
            },
            enrolled,
            deprovisioned: done.map_or(0, |done| done.0),
            org_unit: String::new(),
            fields: Fields::default(),
        })
    }
}
