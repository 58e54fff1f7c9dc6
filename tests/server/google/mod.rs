//! The real connector against the simulated directory, over TCP: the faults of a directory in
//! `tests/FAULTS.md`.

mod answers;
mod conformance;
mod deadlines;
mod denied;
mod effects;
mod identity;
mod looks;
mod powerwash;
mod property;
mod reading;
mod recheck;
mod refused_orders;
mod retried;
mod storms;
mod tls;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sunset::domain::action::effect::EffectKind;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::job::{ItemState, JobId, JobItem, SuccessKind};
use sunset::domain::status::DeviceStatus;
use sunset::server::directory::google::{GoogleDirectory, Options, ServiceAccount, Times};
use sunset::server::simulator::settings::Settings;
use sunset::server::simulator::{Simulator, key, serve};
use sunset::server::store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::stories::items;
use crate::support::{Console, NO_GRACE, device, on_each_database};

/// Devices of each story.
const DEVICES: u32 = 120;

/// Shorter than in life, and long enough for a busy machine.
const TIMES: Times = Times {
    connect: Duration::from_secs(1),
    answer: Duration::from_secs(2),
    call_ends: Duration::from_millis(2500),
    again: Duration::from_millis(10),
};

/// A simulated directory that listens.
pub struct Google {
    pub simulator: Simulator,
    pub root: String,
    address: std::net::SocketAddr,
    stop: CancellationToken,
}

impl Google {
    pub async fn start(devices: impl IntoIterator<Item = DirectoryDevice>) -> Self {
        let settings = Settings {
            queries_per_minute: 0,
            ..Settings::default()
        };
        let simulator = Simulator::new(devices, settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(serve::serve(listener, simulator.clone(), stop.clone()));
        Self {
            simulator,
            root: format!("http://{address}"),
            address,
            stop,
        }
    }

    /// Nobody listens any more, and every connection ends.
    pub fn goes_away(&self) {
        self.stop.cancel();
    }

    /// It listens again, at the same address and with the same devices.
    pub async fn comes_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.stop = CancellationToken::new();
        let serving = serve::serve(listener, self.simulator.clone(), self.stop.clone());
        tokio::spawn(serving);
    }

    pub fn account(&self) -> ServiceAccount {
        let file = key::service_account(&self.root).to_string();
        ServiceAccount::from_json(&file).unwrap()
    }

    pub fn options(&self) -> Options {
        Options {
            subject: Some("admin@school.example".to_owned()),
            customer: "my_customer".to_owned(),
            url: self.root.clone(),
            queries_per_minute: 60_000,
            trust: None,
            times: TIMES,
        }
    }

    pub fn connect(&self, store: &Arc<Store>) -> Arc<GoogleDirectory> {
        let store = Some(store.clone());
        let directory = GoogleDirectory::new(self.account(), self.options(), store);
        Arc::new(directory.unwrap())
    }

    pub fn status(&self, device: &str) -> DeviceStatus {
        self.simulator.device(device).unwrap().status
    }

    /// How often each device was truly deprovisioned.
    pub fn effects(&self) -> BTreeMap<String, u32> {
        let ledger = self.simulator.ledger();
        let effects = ledger.effects().into_iter();
        effects.map(|(id, times)| (id.to_owned(), times)).collect()
    }

    /// How many devices were in each call that changed something.
    pub fn batches(&self) -> Vec<usize> {
        let ledger = self.simulator.ledger();
        ledger.batches().iter().map(Vec::len).collect()
    }
}

impl Drop for Google {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Runs a story on each database, over a fresh simulated directory that the inventory
/// was filled from, and checks what must be true after every one.
pub async fn on_each_google(story: impl AsyncFn(&Console, &mut Google)) {
    on_each_database(async |console| {
        let mut google = Google::start((0..DEVICES).map(device)).await;
        let directory = google.connect(&console.store);
        let console = console.over_remote(Some(directory), NO_GRACE);
        console.refresh().await;
        story(&console, &mut google).await;
        check(&console, &google).await;
    })
    .await;
}

/// Each device was deprovisioned once at the most, and only if it was in a job.
pub async fn check(console: &Console, google: &Google) {
    let broken = console.store.broken_invariants().await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    for (device, times) in google.effects() {
        assert_eq!(times, 1, "{device} was deprovisioned {times} times");
    }
}

/// Every item says of its device what the ledger says.
pub async fn assert_truth(console: &Console, google: &Google, job: &JobId) {
    let effects = google.effects();
    for item in items(console, job).await {
        let done = google.status(&item.device_id) == DeviceStatus::Deprovisioned;
        let effect = item.effect(EffectKind::Deprovision);
        let message = effect.is_some_and(|effect| effect.state == ItemState::Succeeded);
        assert_eq!(done, message, "{} is {:?}", item.serial, item.state);
        let ours = matches!(
            item.how(),
            Some(SuccessKind::Applied | SuccessKind::Confirmed)
        );
        assert_eq!(ours, effects.contains_key(&item.device_id), "{item:?}");
    }
}

pub fn item_of<'a>(items: &'a [JobItem], device: &str) -> &'a JobItem {
    items.iter().find(|item| item.device_id == device).unwrap()
}
