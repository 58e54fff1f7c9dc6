//! The directory that the workers call: over TCP, slow now and then, and now and then
//! gone before or after it did what it was asked. It counts what it did.
//!
//! A request is a line: what is to be done, the devices, and a value as JSON where there is
//! one. So is its answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::json;
use sunset::domain::action::effect::{Effect, EffectKind};
use sunset::domain::action::fields::Fields;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::job::answer::DeviceResult;
use sunset::domain::job::outcome::Found;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::{Date, Timestamp};
use sunset::server::directory::remote::{CallAnswer, CallError, RemoteDirectory};
use sunset::server::directory::{Answer, Directory, DirectoryError, DirectoryPage};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Where the devices go, and what is added to their notes.
pub const RETIRED: &str = "/Retired";
pub const NOTE: &str = "Ticket 4711";

/// How long a call takes.
const DELAY: Duration = Duration::from_millis(5);

/// The same fleet in every process, with room for a note on each device.
pub fn fleet(devices: u32) -> impl Iterator<Item = DirectoryDevice> {
    let fleet = sunset::server::demo::fleet(devices, Date(20_000));
    fleet.map(|device| DirectoryDevice {
        notes: String::new(),
        ..device
    })
}

#[derive(Debug, Default)]
pub struct Deeds {
    pub devices: HashMap<String, DirectoryDevice>,
    /// How often each device was deprovisioned.
    pub effects: HashMap<String, u32>,
    pub calls: u64,
    /// Calls and reads.
    pub requests: u64,
}

/// The directory itself.
#[derive(Clone, Debug)]
pub struct Upstream(Arc<Mutex<Deeds>>);

impl Upstream {
    /// Starts it. Returns it with its port.
    pub async fn start(devices: u32) -> (Self, u16) {
        let devices = fleet(devices).map(|device| (device.device_id.clone(), device));
        let upstream = Self(Arc::new(Mutex::new(Deeds {
            devices: devices.collect(),
            ..Deeds::default()
        })));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answering = upstream.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answering.clone().answer(stream));
            }
        });
        (upstream, port)
    }

    pub fn deeds(&self) -> MutexGuard<'_, Deeds> {
        self.0.lock().expect("nothing panics with it")
    }

    /// The device is deprovisioned, moved, and has the note once.
    pub fn is_retired(&self, device: &str) -> bool {
        let device = &self.deeds().devices[device];
        device.status == DeviceStatus::Deprovisioned
            && device.org_unit == RETIRED
            && device.notes.matches(NOTE).count() == 1
    }

    async fn answer(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut line = String::new();
        if BufReader::new(read).read_line(&mut line).await.is_err() {
            return;
        }
        self.deeds().requests += 1;
        let mut words = line.trim_end().splitn(3, ' ');
        let request = [(); 3].map(|()| words.next().unwrap_or_default());
        let answer = match request {
            ["GET", device, _] => self.get(device),
            [what, devices, value] => {
                tokio::time::sleep(DELAY).await;
                let Some(answer) = self.apply(what, devices, value) else {
                    return;
                };
                answer
            }
        };
        let _ = write.write_all(format!("{answer}\n").as_bytes()).await;
    }

    fn get(&self, device: &str) -> String {
        let found = self.deeds().devices.get(device).map(|device| {
            let millis = |at: Option<Timestamp>| at.map_or(0, |at| at.0);
            json!([
                device.status.as_str(),
                millis(device.last_enrolled),
                millis(device.deprovisioned_at),
                device.org_unit,
                device.notes,
            ])
        });
        json!(found).to_string()
    }

    /// `None` where the answer is lost: of calls with many devices one in twenty before
    /// anything was done and one in twenty after, of those with one device one in two hundred.
    fn apply(&self, what: &str, devices: &str, value: &str) -> Option<String> {
        let mut deeds = self.deeds();
        deeds.calls += 1;
        let call = deeds.calls;
        let turn = call % if what == "NOTES" { 200 } else { 20 };
        if turn == 7 {
            return None;
        }
        let value: String = serde_json::from_str(value).unwrap_or_default();
        let mut answers = Vec::new();
        for id in devices.split(',') {
            let verdict = match (what, deeds.devices.get_mut(id)) {
                (_, None) => "gone",
                ("DEPROVISION", Some(device)) => {
                    if device.status == DeviceStatus::Deprovisioned {
                        "not-as-expected"
                    } else {
                        device.status = DeviceStatus::Deprovisioned;
                        device.deprovisioned_at = Some(Timestamp::now());
                        *deeds.effects.entry(id.to_owned()).or_default() += 1;
                        "done"
                    }
                }
                ("MOVE", Some(device)) => {
                    device.org_unit.clone_from(&value);
                    "done"
                }
                (_, Some(device)) => {
                    device.notes.clone_from(&value);
                    "done"
                }
            };
            answers.push(format!("{id} {verdict}"));
        }
        (turn != 13).then(|| answers.join(","))
    }
}

/// A worker's way to it.
#[derive(Debug)]
pub struct TcpDirectory {
    pub port: u16,
    pub devices: u32,
}

impl TcpDirectory {
    async fn ask(&self, question: String) -> Result<String, CallError> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))
            .await
            .map_err(|cause| CallError::NotSent(cause.to_string()))?;
        let lost = |cause: std::io::Error| CallError::Unanswered(cause.to_string());
        stream
            .write_all(format!("{question}\n").as_bytes())
            .await
            .map_err(lost)?;
        let mut answer = String::new();
        BufReader::new(stream)
            .read_line(&mut answer)
            .await
            .map_err(lost)?;
        match answer.strip_suffix('\n') {
            Some(answer) => Ok(answer.to_owned()),
            None => Err(CallError::Unanswered("cut off".to_owned())),
        }
    }
}

impl Directory for TcpDirectory {
    fn name(&self) -> String {
        "a directory over TCP".to_owned()
    }

    fn can(&self, effect: EffectKind) -> bool {
        !effect.is_command()
    }

    fn size(&self) -> Answer<'_, Option<u64>> {
        Box::pin(async { Ok(Some(self.devices.into())) })
    }

    fn list(&self, _page: Option<String>) -> Answer<'_, DirectoryPage> {
        let devices = fleet(self.devices).collect();
        Box::pin(async move {
            Ok(DirectoryPage {
                devices,
                unclear: Vec::new(),
                next: None,
            })
        })
    }
}

impl RemoteDirectory for TcpDirectory {
    fn batch_limit(&self) -> u32 {
        50
    }

    fn interval(&self) -> Duration {
        Duration::ZERO
    }

    fn call_ends_within(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn apply<'a>(&'a self, effect: &'a Effect, device_ids: &'a [&'a str]) -> CallAnswer<'a> {
        Box::pin(async move {
            let devices = device_ids.join(",");
            let request = match effect {
                Effect::Deprovision(_) => format!("DEPROVISION {devices}"),
                Effect::Move(org_unit) => format!("MOVE {devices} {}", json!(org_unit)),
                Effect::UpdateFields(changes) => {
                    let unread = |error: DirectoryError| CallError::NotSent(error.to_string());
                    let found = self.get(&devices).await.map_err(unread)?;
                    let notes = found.map(|found| found.fields.notes).unwrap_or_default();
                    let Some(notes) = changes.notes_after(&notes) else {
                        let message = DeviceResult::Refused("its notes are full".to_owned());
                        return Ok(vec![(devices, message)]);
                    };
                    format!("NOTES {devices} {}", json!(notes))
                }
                _ => return Err(CallError::Malformed("no command is taken".to_owned())),
            };
            let answer = self.ask(request).await?;
            let verdict = |answer: &str| {
                let (device, verdict) = answer.split_once(' ')?;
                let verdict = match verdict {
                    "done" => DeviceResult::Done,
                    "gone" => DeviceResult::Gone,
                    _ => DeviceResult::NotAsExpected,
                };
                Some((device.to_owned(), verdict))
            };
            Ok(answer.split(',').filter_map(verdict).collect())
        })
    }

    fn get<'a>(&'a self, device_id: &'a str) -> Answer<'a, Option<Found>> {
        Box::pin(async move {
            let unread =
                |cause: &dyn std::fmt::Display| DirectoryError::Unreadable(cause.to_string());
            let answer = self.ask(format!("GET {device_id}")).await;
            let answer = answer.map_err(|cause| unread(&cause))?;
            let found: Option<(String, i64, i64, String, String)> =
                serde_json::from_str(&answer).map_err(|cause| unread(&cause))?;
            Ok(
                found.map(|(status, enrolled, deprovisioned, org_unit, notes)| Found {
                    status: DeviceStatus::from(status),
                    enrolled,
                    deprovisioned,
                    org_unit,
                    fields: Fields {
                        notes,
                        ..Fields::default()
                    },
                }),
            )
        })
    }
}
