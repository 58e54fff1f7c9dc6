//! The directory that the workers call: over TCP, slow now and then, and now and then
//! gone before or after it did what it was asked. It counts what it did.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sunset::domain::action::effect::{Effect, EffectKind};
use sunset::domain::device::DirectoryDevice;
use sunset::domain::job::answer::Verdict;
use sunset::domain::job::outcome::Found;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::{Date, Timestamp};
use sunset::server::directory::remote::{CallAnswer, CallError, RemoteDirectory};
use sunset::server::directory::{Answer, Directory, DirectoryError, DirectoryPage};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How long a call takes.
const DELAY: Duration = Duration::from_millis(5);

/// The same fleet in every process.
pub fn fleet(devices: u32) -> impl Iterator<Item = DirectoryDevice> {
    sunset::server::demo::fleet(devices, Date(20_000))
}

#[derive(Debug, Default)]
pub struct Deeds {
    devices: HashMap<String, (String, i64, i64)>,
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
        let devices = fleet(devices).map(|device| {
            let enrolled = device.last_enrolled.map_or(0, |at| at.0);
            let state = (device.status.as_str().to_owned(), enrolled, 0);
            (device.device_id, state)
        });
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

    pub fn is_deprovisioned(&self, device: &str) -> bool {
        self.deeds().devices[device].0 == "DEPROVISIONED"
    }

    async fn answer(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut line = String::new();
        if BufReader::new(read).read_line(&mut line).await.is_err() {
            return;
        }
        self.deeds().requests += 1;
        let answer = match line.trim_end().split_once(' ') {
            Some(("GET", device)) => self.get(device),
            Some(("DEPROVISION", devices)) => {
                tokio::time::sleep(DELAY).await;
                let Some(answer) = self.deprovision(devices) else {
                    return;
                };
                answer
            }
            _ => return,
        };
        let _ = write.write_all(format!("{answer}\n").as_bytes()).await;
    }

    fn get(&self, device: &str) -> String {
        match self.deeds().devices.get(device) {
            Some((status, enrolled, deprovisioned)) => {
                format!("{status} {enrolled} {deprovisioned}")
            }
            None => "NONE".to_owned(),
        }
    }

    /// `None` where the answer is lost: one time in twenty before anything was done,
    /// one time in twenty after.
    fn deprovision(&self, devices: &str) -> Option<String> {
        let mut deeds = self.deeds();
        deeds.calls += 1;
        let call = deeds.calls;
        if call % 20 == 7 {
            return None;
        }
        let mut answers = Vec::new();
        for device in devices.split(',') {
            let verdict = match deeds.devices.get_mut(device) {
                None => "gone",
                Some(state) if state.0 == "DEPROVISIONED" => "not-as-expected",
                Some(state) => {
                    state.0 = "DEPROVISIONED".to_owned();
                    state.2 = Timestamp::now().0;
                    *deeds.effects.entry(device.to_owned()).or_default() += 1;
                    "done"
                }
            };
            answers.push(format!("{device} {verdict}"));
        }
        (call % 20 != 13).then(|| answers.join(","))
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
        effect == EffectKind::Deprovision
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

    fn settles_within(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn apply<'a>(&'a self, _effect: &'a Effect, device_ids: &'a [&'a str]) -> CallAnswer<'a> {
        Box::pin(async move {
            let answer = self
                .ask(format!("DEPROVISION {}", device_ids.join(",")))
                .await?;
            let verdict = |answer: &str| {
                let (device, verdict) = answer.split_once(' ')?;
                let verdict = match verdict {
                    "done" => Verdict::Done,
                    "gone" => Verdict::Gone,
                    _ => Verdict::NotAsExpected,
                };
                Some((device.to_owned(), verdict))
            };
            Ok(answer.split(',').filter_map(verdict).collect())
        })
    }

    fn get<'a>(&'a self, device_id: &'a str) -> Answer<'a, Option<Found>> {
        Box::pin(async move {
            let answer = self
                .ask(format!("GET {device_id}"))
                .await
                .map_err(|cause| DirectoryError::Unreadable(cause.to_string()))?;
            let fields: Vec<&str> = answer.split(' ').collect();
            let [status, enrolled, deprovisioned] = fields[..] else {
                return Ok(None);
            };
            Ok(Some(Found {
                status: DeviceStatus::from(status),
                enrolled: enrolled.parse().unwrap_or_default(),
                deprovisioned: deprovisioned.parse().unwrap_or_default(),
            }))
        })
    }
}
