//! Jobs over a directory that fails: every device ends with the truth, none is
//! deprovisioned twice, and none that was not reviewed (RELIABILITY.md B and C).

use std::time::Duration;

use serde_json::json;
use sunset::api::jobs::ItemPage;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::{How, ItemState, JobId, JobItem, JobState, JobSummary};
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;

use crate::faulty::{Fault, FaultyDirectory};
use crate::support::{Console, Refusal, device, on_each_database_over, selection_of};

const DEVICES: u32 = 60;
const BATCH: u32 = 10;

/// Runs a story over a fresh faulty directory, and checks the invariants after it.
async fn on_each(story: impl AsyncFn(&Console, &FaultyDirectory)) {
    let make = || FaultyDirectory::new((0..DEVICES).map(device), BATCH);
    on_each_database_over(make, async |console, directory| {
        console.refresh().await;
        story(&console, &directory).await;
        check(&console, &directory).await;
    })
    .await;
}

/// What must be true after every story.
async fn check(console: &Console, directory: &FaultyDirectory) {
    let broken = console.store.broken_invariants().await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    for (device, times) in directory.effects() {
        assert_eq!(times, 1, "{device} was deprovisioned {times} times");
    }
}

/// Starts a job of the first so many devices.
async fn start(console: &Console, devices: usize) -> JobSummary {
    let all = console.devices().await;
    let plan = console.plan(&selection_of(&all[..devices])).await.unwrap();
    console.execute(&plan).await.unwrap()
}

async fn items(console: &Console, job: &JobId) -> Vec<JobItem> {
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
async fn assert_truth(console: &Console, directory: &FaultyDirectory, job: &JobId) {
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

async fn steer(console: &Console, what: &str, job: &JobId) -> Result<JobSummary, Refusal> {
    console
        .call(&format!("jobs/{what}"), json!({ "id": job }))
        .await
}

#[tokio::test]
async fn a_job_over_a_network_deprovisions_what_was_reviewed() {
    on_each(async |console, directory| {
        let job = start(console, 35).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!(job.headline(), "Completed successfully");
        assert_eq!(directory.effects().len(), 35);
        assert!(
            directory
                .calls()
                .iter()
                .all(|call| call.len() <= BATCH as usize)
        );
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_read_back_and_never_sent_again() {
    on_each(async |console, directory| {
        directory.will([Fault::LoseAnswer]);
        directory.unreadable(1);
        let job = start(console, 10).await;
        console.run_jobs().await;
        assert_eq!(directory.calls().len(), 1);
        let items = items(console, &job.id).await;
        assert!(items.iter().all(|item| item.how == Some(How::Confirmed)));
    })
    .await;
}

#[tokio::test]
async fn a_call_lost_on_the_way_is_sent_again_once_it_is_known_to_be_lost() {
    on_each(async |console, directory| {
        directory.will([Fault::LoseCall]);
        let job = start(console, 10).await;
        console.run_jobs().await;
        assert_eq!(directory.calls().len(), 2, "they are sent together again");
        let job = console.job(&job.id).await;
        assert_eq!(job.headline(), "Completed successfully");
    })
    .await;
}

#[tokio::test]
async fn a_call_that_hangs_or_panics_was_not_answered() {
    on_each(async |console, directory| {
        directory.will([Fault::Hang, Fault::Panic]);
        let job = start(console, 20).await;
        console.run_jobs().await;
        assert_truth(console, directory, &job.id).await;
        assert_eq!(console.job(&job.id).await.counts.succeeded, 20);
    })
    .await;
}

#[tokio::test]
async fn a_garbled_answer_is_read_by_id_and_what_is_unclear_is_read_back() {
    on_each(async |console, directory| {
        directory.will([Fault::Garbled]);
        let job = start(console, 10).await;
        console.run_jobs().await;
        assert_eq!(directory.calls().len(), 1);
        let items = items(console, &job.id).await;
        let confirmed = items.iter().filter(|item| item.how == Some(How::Confirmed));
        assert_eq!(confirmed.count(), 2);
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_device_enrolled_again_while_nobody_knew_is_left_alone() {
    on_each(async |console, directory| {
        let again = device(3).device_id;
        directory.will([Fault::EnrolledAgain(again.clone())]);
        let job = start(console, 10).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        let item = items.iter().find(|item| item.device_id == again).unwrap();
        assert_eq!(
            (item.state, item.rule),
            (ItemState::Skipped, Some(Rule::ChangedSinceReview))
        );
        assert_eq!(directory.status(&again), DeviceStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn what_others_did_first_is_no_failure() {
    on_each(async |console, directory| {
        directory.will([Fault::DoneByOthers]);
        let job = start(console, 10).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert!(items.iter().all(|item| item.how == Some(How::Already)));
        assert!(directory.effects().is_empty());
    })
    .await;
}

#[tokio::test]
async fn one_malformed_device_fails_alone_after_few_calls() {
    on_each(async |console, directory| {
        let bad = device(7).device_id;
        directory.will([Fault::Malformed(bad.clone())]);
        let job = start(console, 20).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!((job.counts.succeeded, job.counts.failed), (19, 1));
        assert!(directory.calls().len() <= 12, "{}", directory.calls().len());
        let items = items(console, &job.id).await;
        assert!(
            items
                .iter()
                .all(|item| (item.state == ItemState::Failed) == (item.device_id == bad))
        );
        // Sending it again would end the same way.
        assert_eq!(job.retryable, 0);
        let (status, _) = steer(console, "retry", &job.id).await.unwrap_err();
        assert_eq!(status.as_u16(), 409);
    })
    .await;
}

#[tokio::test]
async fn a_directory_that_asks_to_wait_is_waited_for_and_costs_no_attempt() {
    on_each(async |console, directory| {
        let wait = Duration::from_millis(30);
        directory.will([Fault::Throttle(wait), Fault::Throttle(wait), Fault::NotSent]);
        let job = start(console, 10).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert!(
            items
                .iter()
                .all(|item| item.attempt == 1 && item.state == ItemState::Succeeded)
        );
    })
    .await;
}

#[tokio::test]
async fn a_refused_identity_pauses_the_job_until_somebody_resumes_it() {
    on_each(async |console, directory| {
        directory.will([Fault::Deny, Fault::Deny, Fault::Deny, Fault::Deny]);
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
        assert!(directory.calls().len() <= 4, "no hammering");

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
        assert!(directory.effects().len() <= before + 4 * BATCH as usize);
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
async fn a_call_left_open_by_a_dead_process_is_read_back() {
    on_each(async |console, directory| {
        let job = start(console, 10).await;
        let store = &console.store;
        let now = store.now().await.unwrap();
        // A process that died before it sent, and one that died after.
        let dead = 4711;
        let before = store
            .open_call(&job.id, "before", dead, 5, now)
            .await
            .unwrap()
            .unwrap();
        let after = store
            .open_call(&job.id, "after", dead, 5, now)
            .await
            .unwrap()
            .unwrap();
        directory.apply(after.devices.iter().map(|device| device.1.as_str()));
        assert_eq!((before.devices.len(), after.devices.len()), (5, 5));

        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert_eq!(done.headline(), "Completed successfully");
        let items = items(console, &job.id).await;
        let confirmed = items.iter().filter(|item| item.how == Some(How::Confirmed));
        assert_eq!(confirmed.count(), 5);
        assert_eq!(directory.calls().iter().flatten().count(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_too_late_changes_nothing() {
    use sunset::domain::call::Next;
    use sunset::domain::settlement::{Cause, Settlement};
    use sunset::server::store::{Effect, Recorded};

    on_each(async |console, _| {
        let job = start(console, 5).await;
        let store = &console.store;
        let now = store.now().await.unwrap();
        let call = store
            .open_call(&job.id, "late", 4711, 5, now)
            .await
            .unwrap()
            .unwrap();
        assert!(store.lose_call(&job.id, "late", now, now).await.unwrap());
        let failed = Next::Settle(Settlement::Failed(Cause::Refused));
        let next: Vec<_> = call
            .devices
            .iter()
            .map(|device| (device.0, failed))
            .collect();
        let recorded = store
            .close_call(&call, &next, &Effect::None, now)
            .await
            .unwrap();
        assert_eq!(recorded, Recorded::Late);
        assert_eq!(console.job(&job.id).await.counts.unconfirmed, 5);
        console.run_jobs().await;
        assert_eq!(console.job(&job.id).await.counts.succeeded, 5);
    })
    .await;
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
