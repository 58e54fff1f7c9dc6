//! Jobs over a directory that fails: every device ends with the truth, none is
//! deprovisioned twice, and none that was not reviewed.

use std::time::Duration;

use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, SuccessKind};
use sunset::domain::status::DeviceStatus;
use sunset::server::config::Rules;

use crate::faulty::{Fault, FaultyDirectory};
use crate::stories::{BATCH, assert_truth, items, look, on_each, start, steer};
use crate::support::{NO_GRACE, device, on_each_database_over};

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
async fn a_pace_that_the_house_sets_is_kept_over_a_network_too() {
    on_each_database_over(faulty, async |console, directory| {
        let rules = Rules {
            devices_per_second: 12,
            ..NO_GRACE
        };
        let console = console.over(Some(directory.clone()), rules).await;
        console.refresh().await;
        let job = start(&console, 10).await;
        console.run_jobs().await;
        assert!(console.job(&job.id).await.is_success());
        // Four calls a second, however many the directory would take.
        let sizes: Vec<usize> = directory.calls().iter().map(Vec::len).collect();
        assert_eq!(sizes, [3, 3, 3, 1]);
    })
    .await;
}

fn faulty() -> FaultyDirectory {
    FaultyDirectory::new((0..20).map(device), BATCH)
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
        assert!(
            items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Confirmed))
        );
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
        let confirmed = items
            .iter()
            .filter(|item| item.how() == Some(SuccessKind::Confirmed));
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
        assert!(
            items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Already))
        );
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
                .all(|item| item.attempt() == 1 && item.state == ItemState::Succeeded)
        );
    })
    .await;
}

#[tokio::test]
async fn a_call_left_open_by_a_dead_process_is_read_back() {
    on_each(async |console, directory| {
        let job = start(console, 10).await;
        let store = &console.store;
        let now = store.now().await.unwrap();
        look(store, &job.id).await;
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
        let confirmed = items
            .iter()
            .filter(|item| item.how() == Some(SuccessKind::Confirmed));
        assert_eq!(confirmed.count(), 5);
        assert_eq!(directory.calls().iter().flatten().count(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_too_late_changes_nothing() {
    use sunset::domain::job::answer::NextStep;
    use sunset::domain::job::outcome::{Cause, Outcome};
    use sunset::server::store::{CallOutcome, Recorded};

    on_each(async |console, _| {
        let job = start(console, 5).await;
        let store = &console.store;
        let now = store.now().await.unwrap();
        look(store, &job.id).await;
        let call = store
            .open_call(&job.id, "late", 4711, 5, now)
            .await
            .unwrap()
            .unwrap();
        assert!(
            store
                .mark_call_lost(&job.id, "late", now, now)
                .await
                .unwrap()
        );
        let failed = NextStep::Finish(Outcome::Failed(Cause::Refused));
        let outcome = CallOutcome {
            next: call
                .devices
                .iter()
                .map(|device| (device.0, failed))
                .collect(),
            ..CallOutcome::default()
        };
        let recorded = store.close_call(&call, &outcome, now).await.unwrap();
        assert_eq!(recorded, Recorded::Late);
        assert_eq!(console.job(&job.id).await.counts.unconfirmed, 5);
        console.run_jobs().await;
        assert_eq!(console.job(&job.id).await.counts.succeeded, 5);
    })
    .await;
}
