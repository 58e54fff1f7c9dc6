//! Who steers a job: operators who stop, resume and try again, and the breaker.

use std::time::Duration;

use serde_json::json;
use sunset::domain::job::{JobId, JobState, JobSummary};
use sunset::domain::selection::Selection;
use sunset::domain::time::Timestamp;
use sunset::server::CALLS;
use sunset::server::store::Unconfirmed;

use crate::faulty::{Fault, FaultyDirectory};
use crate::stories::{BATCH, assert_truth, check, on_each, start, steer};
use crate::support::{Console, Refusal, device, on_each_database_over};

#[tokio::test]
async fn a_refused_identity_pauses_the_job_until_somebody_resumes_it() {
    on_each(async |console, directory| {
        // As many as there are hands.
        directory.will((0..CALLS).map(|_| Fault::Deny));
        let job = start(console, 60).await;
        console
            .run_jobs_until(async || {
                console.job(&job.id).await.state == JobState::Paused
                    && console.job(&job.id).await.counts.sent == 0
            })
            .await;
        let paused = console.job(&job.id).await;
        assert_eq!(paused.pause_reason, "The key was revoked.");
        assert!(directory.effects().is_empty());
        // Those that were under way together, and none again.
        assert!(
            directory.calls().len() <= 60 / BATCH as usize,
            "no hammering"
        );

        directory.clear();
        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        assert_eq!(
            console.job(&job.id).await.headline(),
            "Completed successfully"
        );
    })
    .await;
}

#[tokio::test]
async fn stopping_leaves_what_is_done_and_attempts_nothing_more() {
    on_each(async |console, directory| {
        let job = start(console, 60).await;
        console
            .run_jobs_until(async || !directory.effects().is_empty())
            .await;
        let stopped = steer(console, "stop", &job.id).await.unwrap();
        let before = directory.effects().len();
        assert!(matches!(
            stopped.state,
            JobState::Cancelling | JobState::Cancelled | JobState::Completed
        ));
        steer(console, "stop", &job.id).await.unwrap();
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!(job.counts.succeeded as usize, directory.effects().len());
        assert!(directory.effects().len() <= before + CALLS * BATCH as usize);
        assert!(job.counts.add_up());
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_device_that_cannot_be_read_waits_for_a_person() {
    on_each(async |console, directory| {
        directory.will([Fault::LoseAnswer]);
        let job = start(console, 1).await;
        console
            .run_jobs_until(async || console.job(&job.id).await.counts.unconfirmed == 1)
            .await;
        for _ in 0..8 {
            // As often as it is tried; the waits in between are the clock's.
            let now = sunset::domain::time::Timestamp(i64::MAX - 1);
            let due = console.store.due_for_reading(10, now).await.unwrap();
            let item = due.first().expect("it is still to be read");
            let now = console.store.now().await.unwrap();
            console
                .store
                .postpone_reading(item, now, now)
                .await
                .unwrap();
        }
        let paused = console.job(&job.id).await;
        assert_eq!(
            (paused.state, paused.counts.unconfirmed),
            (JobState::Paused, 1)
        );

        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        assert_eq!(console.job(&job.id).await.counts.succeeded, 1);
        assert_eq!(directory.calls().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn failed_devices_are_tried_again_in_one_linked_job() {
    on_each(async |console, directory| {
        let refused: Vec<String> = (0..4).map(|n| device(n).device_id).collect();
        directory.refuse(&refused);
        let job = start(console, 10).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!(
            (job.counts.succeeded, job.counts.failed, job.retryable),
            (6, 4, 4)
        );

        directory.clear();
        let (one, two) = tokio::join!(
            steer(console, "retry", &job.id),
            steer(console, "retry", &job.id)
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.id, two.id);
        assert_eq!(
            (one.retry_of.as_ref(), one.counts.total),
            (Some(&job.id), 4)
        );
        console.run_jobs().await;
        assert_eq!(
            console.job(&one.id).await.headline(),
            "Completed successfully"
        );
        assert_eq!(console.job(&job.id).await.retried_by, Some(one.id));
    })
    .await;
}

#[tokio::test]
async fn many_devices_are_tried_again_only_once_their_number_was_typed_and_after_the_grace() {
    on_each(async |console, directory| {
        // More than a handful, and more than a tenth of the fleet.
        let refused: Vec<String> = (0..12).map(|n| device(n).device_id).collect();
        directory.refuse(&refused);
        let job = start(console, 12).await;
        console.run_jobs().await;
        directory.clear();
        for typed in [None, Some(11)] {
            let refusal = retry(console, &job.id, typed).await.unwrap_err();
            assert_eq!(refusal.0.as_u16(), 422);
            assert!(refusal.1.to_string().contains("Type 12"), "{}", refusal.1);
        }
        assert_eq!(console.job(&job.id).await.retried_by, None);
        let again = retry(console, &job.id, Some(12)).await.unwrap();
        assert_eq!(again.counts.pending, 12);
        console.run_jobs().await;
        assert_eq!(console.job(&again.id).await.counts.succeeded, 12);
    })
    .await;

    let make = || FaultyDirectory::new((0..60).map(device), 20);
    on_each_database_over(make, async |console, directory| {
        console.refresh().await;
        let refused: Vec<String> = (0..12).map(|n| device(n).device_id).collect();
        directory.refuse(&refused);
        let job = start(&console, 12).await;
        console.run_jobs().await;
        let console = console.with_grace(30).await;
        let again = retry(&console, &job.id, Some(12)).await.unwrap();
        assert!(again.starts_in > 0, "it can still be stopped");
        steer(&console, "stop", &again.id).await.unwrap();
        assert_eq!(directory.effects().len(), 0);
    })
    .await;
}

async fn retry(console: &Console, job: &JobId, typed: Option<u64>) -> Result<JobSummary, Refusal> {
    let arguments = json!({ "id": job, "typed_count": typed });
    console.call("jobs/retry", arguments).await
}

#[tokio::test]
async fn too_many_failures_pause_the_job() {
    let make = || FaultyDirectory::new((0..600).map(device), 20);
    on_each_database_over(make, async |console, directory| {
        console.refresh().await;
        let refused: Vec<String> = (0..600).step_by(3).map(|n| device(n).device_id).collect();
        directory.refuse(&refused);
        let selection: Selection = console
            .devices()
            .await
            .iter()
            .map(|device| device.id)
            .collect();
        let plan = console.plan(&selection).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        console
            .run_jobs_until(async || console.job(&job.id).await.state == JobState::Paused)
            .await;
        let job = console.job(&job.id).await;
        assert!(job.pause_reason.contains("a fifth"), "{}", job.pause_reason);
        // Whoever looked at it and resumes is not stopped again for the same.
        directory.clear();
        steer(&console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        assert!(console.job(&job.id).await.state.is_over());
        check(&console, &directory).await;
    })
    .await;
}

#[tokio::test]
async fn in_the_grace_a_job_can_be_stopped_before_it_did_anything() {
    let make = || FaultyDirectory::new((0..120).map(device), 50);
    on_each_database_over(make, async |console, directory| {
        let console = console.with_grace(60).await;
        console.refresh().await;
        let job = start(&console, 110).await;
        assert!((1..=60).contains(&job.starts_in));
        console.run_jobs_for(Duration::from_millis(1200)).await;
        assert!(directory.calls().is_empty());
        let stopped = steer(&console, "stop", &job.id).await.unwrap();
        assert_eq!(
            (stopped.state, stopped.counts.not_attempted),
            (JobState::Cancelled, 110)
        );
        check(&console, &directory).await;
    })
    .await;
}

#[tokio::test]
async fn a_stopped_job_whose_devices_cannot_be_read_asks_for_a_person_and_ends_by_itself() {
    on_each(async |console, directory| {
        directory.will([Fault::LoseAnswer]);
        directory.unreadable(u32::MAX);
        let job = start(console, 20).await;
        console
            .run_jobs_until(async || console.job(&job.id).await.counts.unconfirmed != 0)
            .await;
        let stopped = steer(console, "stop", &job.id).await.unwrap();
        assert_eq!(stopped.state, JobState::Cancelling);

        // As after hours of trying.
        let now = console.store.now().await.unwrap();
        let later = Timestamp(now.0 + 60_000);
        for item in console.store.due_for_reading(100, later).await.unwrap() {
            let too_often = Unconfirmed { checks: 7, ..item };
            let until = Timestamp(later.0 + 1000);
            let postponed = console.store.postpone_reading(&too_often, until, later);
            postponed.await.unwrap();
        }
        let asks = console.job(&job.id).await;
        assert_eq!(asks.state, JobState::Cancelling);
        let why = "The directory could not be read to tell what became of some devices.";
        assert_eq!(asks.pause_reason, why);
        // It is read from time to time, whoever comes or not.
        let in_a_while = Timestamp(later.0 + 3_600_000);
        let due = console
            .store
            .due_for_reading(100, in_a_while)
            .await
            .unwrap();
        assert_eq!(due.len() as u64, asks.counts.unconfirmed);

        directory.unreadable(0);
        let resumed = steer(console, "resume", &job.id).await.unwrap();
        assert_eq!(
            (resumed.state, resumed.pause_reason.as_str()),
            (JobState::Cancelling, "")
        );
        // Where nothing was left to stop, it has completed.
        console.run_jobs().await;
        assert!(console.job(&job.id).await.state.is_over());
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}
