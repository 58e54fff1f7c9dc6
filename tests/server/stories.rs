//! What stories over a faulty directory share: how they begin, and what must be true
//! after each.

use serde_json::json;
use sunset::domain::job::ItemPage;
use sunset::domain::job::{ItemState, JobId, JobItem, JobSummary};
use sunset::domain::status::DeviceStatus;
use sunset::server::store::Store;

use crate::faulty::FaultyDirectory;
use crate::support::{Console, Refusal, device, on_each_database_over, selection_of};

pub const DEVICES: u32 = 60;
pub const BATCH: u32 = 10;

/// Runs a story over a fresh faulty directory, and checks the invariants after it.
pub async fn on_each(story: impl AsyncFn(&Console, &FaultyDirectory)) {
    on_each_of(DEVICES, story).await;
}

/// The same, over so many devices.
pub async fn on_each_of(devices: u32, story: impl AsyncFn(&Console, &FaultyDirectory)) {
    let make = || FaultyDirectory::new((0..devices).map(device), BATCH);
    on_each_database_over(make, async |console, directory| {
        console.refresh().await;
        story(&console, &directory).await;
        check(&console, &directory).await;
    })
    .await;
}

/// What must be true after every story.
pub async fn check(console: &Console, directory: &FaultyDirectory) {
    let broken = console.store.broken_invariants().await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    for (device, times) in directory.effects() {
        assert_eq!(times, 1, "{device} was deprovisioned {times} times");
    }
}

/// Starts a job of the first so many devices.
pub async fn start(console: &Console, devices: usize) -> JobSummary {
    let all = console.devices().await;
    let plan = console.plan(&selection_of(&all[..devices])).await.unwrap();
    console.execute(&plan).await.unwrap()
}

/// Records a look at a job's devices that found all as they were reviewed. Tests that
/// claim devices by hand make it first, as a worker does.
pub async fn look(store: &Store, job: &JobId) {
    let now = store.now().await.unwrap();
    let look = store.look(job, now).await.unwrap();
    store.record_recheck(job, look, &[], now).await.unwrap();
}

pub async fn items(console: &Console, job: &JobId) -> Vec<JobItem> {
    let page: ItemPage = console
        .call(
            "jobs/items",
            json!({ "id": job, "state": null, "page": 1, "size": 200 }),
        )
        .await
        .unwrap();
    page.rows
}

/// Every item says of its device what the directory shows.
pub async fn assert_truth(console: &Console, directory: &FaultyDirectory, job: &JobId) {
    for item in items(console, job).await {
        let deprovisioned = directory.status(&item.device_id) == DeviceStatus::Deprovisioned;
        let expected = item.state == ItemState::Succeeded;
        assert_eq!(
            deprovisioned, expected,
            "{} is {:?}",
            item.serial, item.state
        );
    }
}

pub async fn steer(console: &Console, what: &str, job: &JobId) -> Result<JobSummary, Refusal> {
    console
        .call(&format!("jobs/{what}"), json!({ "id": job }))
        .await
}
