//! Answers that are odd in one place: the rest of them counts.

use axum::body::to_bytes;
use sunset::domain::job::{ItemState, SuccessKind};
use sunset::domain::refresh::Refresh;
use sunset::domain::status::DeviceStatus;
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::{DEVICES, assert_truth, item_of, on_each_google};
use crate::stories::{items, start};
use crate::support::{Console, device};

const CHANGE: &str = "batchChangeStatus";

/// Refreshes, and returns what it came to.
async fn refresh(console: &Console) -> Refresh {
    console.refresh().await;
    console.store.cache_state().await.unwrap().last.unwrap()
}

#[tokio::test]
async fn a_device_that_cannot_be_read_in_full_is_taken_and_counted() {
    on_each_google(async |console, google| {
        let odd = device(3).device_id;
        google
            .simulator
            .alter(&odd, |it| it.status = DeviceStatus::Other(String::new()));
        let times = FaultRule::once("list", Fault::UnreadableTime);
        google.simulator.will(times);
        let last = refresh(console).await;
        assert_eq!((last.failure.as_str(), last.unclear), ("", 2));
        assert_eq!(last.read, u64::from(DEVICES));
        let message = last.notice();
        assert!(
            message.ends_with("2 devices could not be read in full."),
            "{message}"
        );
        let devices = console.devices().await;
        assert_eq!(devices[3].directory.status, DeviceStatus::Unknown);
        assert_eq!(devices[0].directory.last_sync, None);
        assert_eq!(devices[1].directory, device(1));
        assert_eq!(devices.len(), DEVICES as usize);
        // Nothing is kept of it when all is clear again.
        google
            .simulator
            .alter(&odd, |it| it.status = DeviceStatus::Active);
        assert_eq!(refresh(console).await.unclear, 0);
    })
    .await;
}

#[tokio::test]
async fn a_listing_that_does_not_end_ends_the_refresh_and_keeps_the_rows() {
    on_each_google(async |console, google| {
        google.simulator.set(|it| it.page_cap = 50);
        for (fault, why) in [
            (Fault::PageTokenRepeated, "repeats the same page"),
            (Fault::ListingWithoutEnd, "goes on without new devices"),
        ] {
            google
                .simulator
                .will(FaultRule::once("list", fault).times(0));
            let last = refresh(console).await;
            google.simulator.clear_faults();
            assert!(last.failure.contains(why), "{}", last.failure);
            assert_eq!(console.devices().await.len(), DEVICES as usize);
        }
        assert_eq!(refresh(console).await.failure, "");
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_a_device_that_is_refused_is_shown_and_in_the_results() {
    on_each_google(async |console, google| {
        let refused = device(5).device_id;
        let job = start(console, 20).await;
        google
            .simulator
            .set(|it| it.refused = vec![refused.clone()]);
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        let item = item_of(&items, &refused);
        let words = "The directory rejected the request for this device: Not authorized to manage \
                     this device.";
        assert_eq!(item.detail(), words);
        let file = console
            .get(&format!("/jobs/{}/results.csv", job.id.as_str()))
            .await;
        let file = to_bytes(file.into_body(), usize::MAX).await.unwrap();
        let file = String::from_utf8(file.to_vec()).unwrap();
        assert_eq!(file.matches(words).count(), 1);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_a_call_for_one_device_is_shown_with_that_device() {
    on_each_google(async |console, google| {
        let bad = device(7).device_id;
        google.simulator.set(|it| it.malformed = vec![bad.clone()]);
        let job = start(console, 20).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        let words = "The directory does not accept the device's id: Invalid Input: deviceIds.";
        assert_eq!(item_of(&items, &bad).detail(), words);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn blanks_around_values_are_left_out() {
    on_each_google(async |console, google| {
        let id = device(3).device_id;
        google.simulator.alter(&id, |it| {
            it.model = format!(" {} ", it.model);
            it.org_unit = format!("{} ", it.org_unit);
            it.serial = format!("\t{}", it.serial);
        });
        console.refresh().await;
        let devices = console.devices().await;
        assert_eq!(devices[3].directory, device(3));
        let found = console
            .page("q=SN000003&model=HP Chromebook 11 G8 EE")
            .await;
        assert_eq!(found.rows.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_device_without_a_serial_number_is_named_by_its_id() {
    on_each_google(async |console, google| {
        let id = device(3).device_id;
        google.simulator.alter(&id, |it| it.serial.clear());
        console.refresh().await;
        for (path, name) in [
            ("/devices".to_owned(), format!("Select {id}")),
            (format!("/devices/{id}"), format!("Device {id}")),
        ] {
            let page = console.get(&path).await;
            let page = to_bytes(page.into_body(), usize::MAX).await.unwrap();
            let page = String::from_utf8(page.to_vec()).unwrap();
            assert!(page.contains(&name), "{name} in {path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_call_refused_for_one_devices_state_is_halved_and_that_device_read_back() {
    on_each_google(async |console, google| {
        let odd = device(7).device_id;
        google.simulator.set(|it| it.illegal = vec![odd.clone()]);
        let job = start(console, 50).await;
        // Somebody else has deprovisioned it meanwhile.
        console
            .run_jobs_until(async || console.job(&job.id).await.counts.succeeded == 49)
            .await;
        assert_eq!(console.job(&job.id).await.pause_reason, "");
        google.simulator.alter(&odd, |it| {
            it.status = DeviceStatus::Deprovisioned;
            it.deprovisioned_at = Some(sunset::domain::time::Timestamp(1));
        });
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert_eq!(item_of(&items, &odd).how(), Some(SuccessKind::Already));
        assert_eq!(console.job(&job.id).await.counts.succeeded, 50);
        let calls = google.simulator.ledger().requests_of(CHANGE);
        assert!(calls <= 13, "{calls} calls");
    })
    .await;
}

#[tokio::test]
async fn a_device_that_cannot_be_read_is_set_aside_and_the_others_go_on() {
    on_each_google(async |console, google| {
        let odd = device(5).device_id;
        google.simulator.set(|it| it.unreadable = vec![odd.clone()]);
        let words = "The directory does not accept the device's id: Invalid Input: deviceId.";
        // Before anything is sent.
        let few = &console.devices().await[5..7];
        let plan = console.plan(&crate::support::selection_of(few)).await;
        let job = console.execute(&plan.unwrap()).await.unwrap();
        console.run_jobs().await;
        let few = items(console, &job.id).await;
        assert_eq!(item_of(&few, &odd).state, ItemState::Failed);
        assert_eq!(item_of(&few, &odd).detail(), words);
        assert_eq!(console.job(&job.id).await.counts.succeeded, 1);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_device_that_cannot_be_read_back_is_set_aside_and_the_others_go_on() {
    on_each_google(async |console, google| {
        google
            .simulator
            .will(FaultRule::once(CHANGE, Fault::CallLost));
        let odd = device(5).device_id;
        let job = start(console, 20).await;
        let sent = async || google.simulator.ledger().requests_of(CHANGE) == 1;
        let work = console.work().await;
        crate::support::until(sent).await;
        google.simulator.set(|it| it.unreadable = vec![odd.clone()]);
        crate::support::until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        let items = items(console, &job.id).await;
        let words = "The directory does not accept the device's id: Invalid Input: deviceId.";
        assert_eq!(item_of(&items, &odd).detail(), words);
        assert_eq!(console.job(&job.id).await.counts.succeeded, 19);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}
