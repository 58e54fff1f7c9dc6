//! The directory answers that devices are deprovisioned, and shows them as before.

use std::time::Duration;

use serde_json::json;
use sunset::domain::job::{JobState, JobSummary, SuccessKind};
use sunset::domain::status::DeviceStatus;
use sunset::server::Scoped;

use super::{assert_truth, on_each_google};
use crate::stories::items;
use crate::support::selection_of;

#[tokio::test]
async fn a_success_that_the_directory_does_not_show_is_unconfirmed_until_it_does() {
    on_each_google(async |console, google| {
        google.simulator.set(|it| it.visible_after_ms = 5_000);
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[..10])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        let unconfirmed = async || console.job(&job.id).await.counts.unconfirmed == 10;
        console.run_jobs_until(unconfirmed).await;
        console.run_jobs_for(Duration::from_secs(1)).await;
        let waiting = console.job(&job.id).await;
        assert_eq!(
            (waiting.counts.unconfirmed, waiting.state),
            (10, JobState::Running)
        );
        let operator = Scoped::at_this_computer();
        assert!(
            console
                .app
                .jobs
                .open_notices(&operator)
                .await
                .unwrap()
                .is_empty()
        );

        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert!(done.is_success(), "{}", done.headline());
        for item in items(console, &job.id).await {
            // Seen, and not ordered a second time.
            assert_eq!(
                (item.how(), item.attempt()),
                (Some(SuccessKind::Applied), 1)
            );
        }
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_success_that_the_directory_never_shows_fails_when_its_job_is_given_up() {
    on_each_google(async |console, google| {
        google.simulator.set(|it| it.visible_after_ms = 3_600_000);
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[..10])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        console
            .run_jobs_until(async || console.job(&job.id).await.counts.unconfirmed == 10)
            .await;
        let _: JobSummary = console
            .call("jobs/stop", json!({ "id": job.id }))
            .await
            .unwrap();
        console.run_jobs().await;
        let over = console.job(&job.id).await;
        assert_eq!((over.counts.failed, over.counts.succeeded), (10, 0));
        assert_eq!(over.state, JobState::CompletedWithErrors);
        assert_eq!(over.retryable, 10);
        for device in console.devices().await.iter().take(10) {
            assert_eq!(device.directory.status, DeviceStatus::Active);
        }
    })
    .await;
}
