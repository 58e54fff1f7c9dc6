//! The check at Execute: what is not as it was reviewed is left out before anything is
//! sent, and shown; afterwards what was touched is shown as it is.

use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, SuccessKind};
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;

use super::{assert_truth, item_of, on_each_google};
use crate::stories::items;
use crate::support::{device, selection_of};

#[tokio::test]
async fn what_is_not_as_it_was_reviewed_drops_out_before_anything_is_sent() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[..20])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        let id = |number: u32| device(number).device_id;
        let later = Timestamp(Timestamp::now().0 + 1000);
        let alter = |number: u32, change: fn(&mut _, Timestamp)| {
            google
                .simulator
                .alter(&id(number), |device| change(device, later));
        };
        alter(1, |it, _| it.org_unit = "/Elsewhere".to_owned());
        alter(2, |it, later| it.last_enrolled = Some(later));
        alter(3, |it, later| it.last_sync = Some(later));
        alter(4, |it, later| {
            it.status = DeviceStatus::Deprovisioned;
            it.deprovisioned_at = Some(later);
        });
        alter(5, |it, _| it.status = DeviceStatus::Inactive);
        google.simulator.remove(&id(6));
        console.run_jobs().await;

        let items = items(console, &job.id).await;
        for (number, rule) in [
            (1, Rule::MovedSinceReview),
            (2, Rule::ChangedSinceReview),
            (3, Rule::UsedSinceReview),
            (5, Rule::UnprovenStatus),
            (6, Rule::NotInDirectory),
        ] {
            let item = item_of(&items, &id(number));
            assert_eq!((item.state, item.rule), (ItemState::Skipped, Some(rule)));
            assert_eq!(item.attempt(), 0);
        }
        assert_eq!(item_of(&items, &id(4)).how(), Some(SuccessKind::Already));
        assert_eq!(google.batches(), [14]);
        let job = console.job(&job.id).await;
        assert_eq!((job.counts.succeeded, job.counts.skipped), (15, 5));
        // The inventory shows why.
        let moved = console.store.device(&id(1)).await.unwrap().unwrap();
        assert_eq!(moved.directory.org_unit, "/Elsewhere");
        google.simulator.put(device(6));
    })
    .await;
}

#[tokio::test]
async fn after_a_job_its_devices_are_shown_as_the_directory_has_them() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[..10])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        console
            .run_jobs_until(async || {
                let over = console.job(&job.id).await.state.is_over();
                over && console
                    .store
                    .job_to_reread(Timestamp::now())
                    .await
                    .unwrap()
                    .is_none()
            })
            .await;
        for device in &devices[..10] {
            let id = &device.directory.device_id;
            let known = console.store.device(id).await.unwrap().unwrap();
            assert_eq!(Some(known.directory), google.simulator.device(id));
        }
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_device_that_was_enrolled_again_is_in_use_again() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[..10])).await.unwrap();
        console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let status = async |number: u32| {
            let id = device(number).device_id;
            let known = console.store.device(&id).await.unwrap();
            known.unwrap().directory.status
        };
        assert_eq!(status(3).await, DeviceStatus::Deprovisioned);
        let later = Timestamp(Timestamp::now().0 + 1000);
        google.simulator.alter(&device(3).device_id, |device| {
            device.status = DeviceStatus::Active;
            device.last_enrolled = Some(later);
        });
        console.refresh().await;
        assert_eq!(status(3).await, DeviceStatus::Active);
        assert_eq!(status(4).await, DeviceStatus::Deprovisioned);
    })
    .await;
}
