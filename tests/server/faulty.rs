//! A directory over the network that fails as it is told to, and remembers exactly
//! what it was asked and what it did.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sunset::domain::action::effect::{Effect, EffectKind};
use sunset::domain::device::DirectoryDevice;
use sunset::domain::job::answer::DeviceResult;
use sunset::domain::job::outcome::Found;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::directory::remote::{CallAnswer, CallError, RemoteDirectory};
use sunset::server::directory::{Answer, Directory, DirectoryError, DirectoryPage};

/// How long after it was given up a call has surely ended.
pub const SETTLES: Duration = Duration::from_millis(300);

/// What happens to one call.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    None,
    /// Carried out, and the answer is lost.
    LoseAnswer,
    /// Lost on the way there.
    LoseCall,
    /// Carried out, and no answer ever comes.
    Hang,
    Panic,
    NotSent,
    Throttle(Duration),
    Deny,
    /// Every call with this device in it is malformed, from now on.
    Malformed(String),
    /// Answers that are shuffled, with the first device missing, the second one
    /// there twice and contradicting itself, and a foreign one; the last one fails.
    Garbled,
    /// Carried out, answer lost; then the device is wiped and enrolled again.
    EnrolledAgain(String),
    /// Carried out by someone else just before; the call says "not as expected".
    DoneByOthers,
}

#[derive(Debug, Default)]
struct State {
    devices: BTreeMap<String, DirectoryDevice>,
    faults: VecDeque<Fault>,
    poison: Option<String>,
    unreadable: u32,
    /// So many reads still show a device as it was before any call.
    stale: u32,
    first_call: Option<Instant>,
    /// From the first call to the first read.
    waited: Option<Duration>,
    /// Calls that have come wait before anything is done.
    held: bool,
    refused: BTreeSet<String>,
    calls: Vec<Vec<String>>,
    /// How often each device was deprovisioned by a call.
    effects: BTreeMap<String, u32>,
    batch: u32,
}

#[derive(Clone, Debug)]
pub struct FaultyDirectory(Arc<Mutex<State>>);

impl FaultyDirectory {
    pub fn new(devices: impl IntoIterator<Item = DirectoryDevice>, batch: u32) -> Self {
        let devices = devices
            .into_iter()
            .map(|device| (device.device_id.clone(), device))
            .collect();
        Self(Arc::new(Mutex::new(State {
            devices,
            batch,
            ..State::default()
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens to the next calls, one after the other; then all is well.
    pub fn will(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// The next so many devices cannot be read.
    pub fn unreadable(&self, times: u32) {
        self.state().unreadable = times;
    }

    /// The next so many reads show what was before any call.
    pub fn show_the_past(&self, reads: u32) {
        self.state().stale = reads;
    }

    /// How long after the first call the first device was read.
    pub fn waited(&self) -> Duration {
        self.state().waited.expect("a call, and then a read")
    }

    /// Calls that have come wait from now on, or no longer, before anything is done.
    pub fn hold(&self, held: bool) {
        self.state().held = held;
    }

    async fn while_held(&self) {
        while self.state().held {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// All is well from now on.
    pub fn clear(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.refused.clear();
    }

    /// These devices are refused, whoever asks.
    pub fn refuse(&self, devices: &[String]) {
        self.state().refused.extend(devices.iter().cloned());
    }

    /// A call that nobody remembers.
    pub fn apply<'a>(&self, devices: impl Iterator<Item = &'a str>) {
        let mut state = self.state();
        for device in devices {
            state.apply(device);
        }
    }

    pub fn calls(&self) -> Vec<Vec<String>> {
        self.state().calls.clone()
    }

    pub fn effects(&self) -> BTreeMap<String, u32> {
        self.state().effects.clone()
    }

    pub fn status(&self, device: &str) -> DeviceStatus {
        self.state().devices[device].status.clone()
    }
}

impl State {
    fn apply(&mut self, device: &str) -> DeviceResult {
        let Some(known) = self.devices.get_mut(device) else {
            return DeviceResult::Gone;
        };
        if self.refused.contains(device) {
            return DeviceResult::Refused(String::new());
        }
        if known.status == DeviceStatus::Deprovisioned {
            return DeviceResult::NotAsExpected;
        }
        known.status = DeviceStatus::Deprovisioned;
        known.deprovisioned_at = Some(Timestamp::now());
        *self.effects.entry(device.to_owned()).or_default() += 1;
        DeviceResult::Done
    }

    fn call(&mut self, devices: &[&str]) -> Result<Vec<(String, DeviceResult)>, Option<CallError>> {
        self.first_call.get_or_insert_with(Instant::now);
        self.calls
            .push(devices.iter().map(|id| (*id).to_owned()).collect());
        let fault = self.faults.pop_front().unwrap_or(Fault::None);
        if let Fault::Malformed(device) = &fault {
            self.poison = Some(device.clone());
        }
        if self
            .poison
            .as_ref()
            .is_some_and(|id| devices.contains(&id.as_str()))
        {
            return Err(Some(CallError::Malformed(String::new())));
        }
        match &fault {
            Fault::LoseCall => return Err(Some(CallError::Unanswered("reset".to_owned()))),
            Fault::NotSent => return Err(Some(CallError::NotSent("refused".to_owned()))),
            Fault::Throttle(wait) => return Err(Some(CallError::Throttled { wait: Some(*wait) })),
            Fault::Deny => return Err(Some(CallError::Denied("The key was revoked.".to_owned()))),
            Fault::Panic => panic!("inside the call"),
            Fault::DoneByOthers => {
                for id in devices {
                    if let Some(device) = self.devices.get_mut(*id) {
                        device.status = DeviceStatus::Deprovisioned;
                        device.deprovisioned_at = Some(Timestamp(1));
                    }
                }
            }
            _ => {}
        }
        let mut answers: Vec<_> = devices
            .iter()
            .map(|id| ((*id).to_owned(), self.apply(id)))
            .collect();
        match fault {
            Fault::LoseAnswer => Err(Some(CallError::Unanswered("cut off".to_owned()))),
            Fault::Hang => Err(None),
            Fault::EnrolledAgain(id) => {
                let device = self.devices.get_mut(&id).unwrap();
                device.status = DeviceStatus::Active;
                device.last_enrolled = Some(Timestamp::now());
                Err(Some(CallError::Unanswered("cut off".to_owned())))
            }
            Fault::Garbled => {
                let twice = (answers[1].0.clone(), DeviceResult::Refused(String::new()));
                answers.remove(0);
                answers.push(twice);
                answers.push(("nobody-asked".to_owned(), DeviceResult::Done));
                answers.reverse();
                Ok(answers)
            }
            _ => Ok(answers),
        }
    }
}

impl Directory for FaultyDirectory {
    fn name(&self) -> String {
        "a faulty directory".to_owned()
    }

    fn can(&self, effect: EffectKind) -> bool {
        effect == EffectKind::Deprovision
    }

    fn size(&self) -> Answer<'_, Option<u64>> {
        Box::pin(async { Ok(None) })
    }

    fn list(&self, _page: Option<String>) -> Answer<'_, DirectoryPage> {
        Box::pin(async move {
            self.while_held().await;
            let devices = self.state().devices.values().cloned().collect();
            Ok(DirectoryPage {
                devices,
                unclear: Vec::new(),
                next: None,
            })
        })
    }
}

impl RemoteDirectory for FaultyDirectory {
    fn batch_limit(&self) -> u32 {
        self.state().batch
    }

    fn interval(&self) -> Duration {
        Duration::ZERO
    }

    /// A call that is held is waited for: how long a test holds it depends on the
    /// machine.
    fn call_ends_within(&self) -> Duration {
        match self.state().held {
            true => Duration::from_secs(20),
            false => SETTLES,
        }
    }

    fn apply<'a>(&'a self, _effect: &'a Effect, device_ids: &'a [&'a str]) -> CallAnswer<'a> {
        Box::pin(async move {
            self.while_held().await;
            let answer = self.state().call(device_ids);
            match answer {
                Ok(answers) => Ok(answers),
                Err(Some(error)) => Err(error),
                Err(None) => std::future::pending().await,
            }
        })
    }

    fn get<'a>(&'a self, device_id: &'a str) -> Answer<'a, Option<Found>> {
        Box::pin(async move {
            let mut state = self.state();
            if state.unreadable > 0 {
                state.unreadable -= 1;
                return Err(DirectoryError::Unreadable("503".to_owned()));
            }
            let since = state.first_call.map(|first| first.elapsed());
            state.waited = state.waited.or(since);
            let is_past = state.stale > 0;
            state.stale = state.stale.saturating_sub(1);
            Ok(state.devices.get(device_id).map(|device| Found {
                status: if is_past {
                    DeviceStatus::Active
                } else {
                    device.status.clone()
                },
                ..Found::from(device)
            }))
        })
    }
}
