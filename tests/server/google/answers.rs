//! Calls whose answer is lost, late, wrong or a refusal (tests/FAULTS.md 28 to 39).

use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, SuccessKind};
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::{assert_truth, item_of, on_each_google};
use crate::stories::{items, start, steer};
use crate::support::{device, selection_of};

const CHANGE: &str = "batchChangeStatus";

fn once(fault: Fault) -> FaultRule {
    FaultRule::once(CHANGE, fault)
}

#[tokio::test]
async fn c28_a_call_that_was_applied_and_timed_out_is_confirmed_by_one_call() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::AnswerSlow).value(10_000));
        let job = start(console, 50).await;
        console.run_jobs().await;
        assert_eq!(google.batches(), [50]);
        let items = items(console, &job.id).await;
        assert!(
            items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Confirmed))
        );
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c29_a_call_that_was_lost_is_sent_again_once() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::CallLost));
        let job = start(console, 50).await;
        console.run_jobs().await;
        assert_eq!(google.simulator.ledger().requests_of(CHANGE), 2);
        assert_eq!(google.batches(), [50]);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c30_an_answer_that_is_shuffled_lacking_and_foreign_is_read_by_id() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::Garbled));
        let refused = device(7).device_id;
        google
            .simulator
            .set(|it| it.refused = vec![refused.clone()]);
        let job = start(console, 50).await;
        console.run_jobs().await;
        assert_eq!(google.batches(), [50]);
        let items = items(console, &job.id).await;
        assert_eq!(item_of(&items, &refused).state, ItemState::Failed);
        let confirmed = items
            .iter()
            .filter(|item| item.how() == Some(SuccessKind::Confirmed));
        // The one that is missing, and the one that was answered twice: C 31.
        assert_eq!(confirmed.count(), 2);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c30_devices_that_fail_within_a_good_answer_fail_one_by_one() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::SomeFail).value(6));
        let job = start(console, 50).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        // Of two of the six nobody could say what happened: they were sent again.
        assert_eq!((job.counts.succeeded, job.counts.failed), (46, 4));
        assert_eq!(google.batches(), [50, 2]);
        assert_eq!(job.retryable, 4);
        let again = steer(console, "retry", &job.id).await.unwrap();
        console.run_jobs().await;
        assert_eq!(console.job(&again.id).await.counts.succeeded, 4);
        assert_truth(console, google, &again.id).await;
    })
    .await;
}

#[tokio::test]
async fn c32_a_device_that_was_deprovisioned_before_is_never_a_failure() {
    on_each_google(async |console, google| {
        let early = device(3).device_id;
        google.simulator.alter(&early, |device| {
            device.status = DeviceStatus::Deprovisioned;
            device.deprovisioned_at = Some(Timestamp(1));
        });
        let job = start(console, 20).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert_eq!(item_of(&items, &early).how(), Some(SuccessKind::Already));
        assert_eq!(google.batches(), [19]);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c33_what_others_did_while_it_was_sent_is_done_already() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::DoneByOthers));
        let job = start(console, 20).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert!(
            items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Already))
        );
        assert!(google.effects().is_empty());
    })
    .await;
}

#[tokio::test]
async fn c34_a_device_enrolled_again_while_nobody_knew_is_not_sent_again() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::EnrolledAgain));
        let first = console.devices().await[0].clone();
        let plan = console.plan(&selection_of([&first])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert_eq!(items[0].rule, Some(Rule::ChangedSinceReview));
        assert_eq!(google.batches(), [1]);
        let id = &first.directory.device_id;
        assert_eq!(google.status(id), DeviceStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn c35_a_device_out_of_reach_is_refused_and_the_others_go_on() {
    on_each_google(async |console, google| {
        let moved = device(5).device_id;
        let job = start(console, 20).await;
        google.simulator.set(|it| it.refused = vec![moved.clone()]);
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert_eq!(item_of(&items, &moved).state, ItemState::Failed);
        assert_eq!(console.job(&job.id).await.counts.succeeded, 19);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c37_a_token_that_ended_is_fetched_anew_once_and_the_job_goes_on() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::TokenExpired));
        let job = start(console, 50).await;
        console.run_jobs().await;
        assert_eq!(google.simulator.ledger().requests_of(CHANGE), 2);
        assert_eq!(google.batches(), [50]);
        let items = items(console, &job.id).await;
        assert!(items.iter().all(|item| item.attempt() == 1));
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c37_a_token_that_is_refused_pauses_the_job_with_the_reason() {
    on_each_google(async |console, google| {
        google.simulator.will(once(Fault::TokenExpired));
        google.simulator.set(|it| it.key_revoked = true);
        let job = start(console, 50).await;
        console
            .run_jobs_until(async || !console.job(&job.id).await.pause_reason.is_empty())
            .await;
        let paused = console.job(&job.id).await;
        assert!(
            paused.pause_reason.contains("key"),
            "{}",
            paused.pause_reason
        );
        assert_eq!(google.batches().len(), 0);

        google.simulator.set(|it| it.key_revoked = false);
        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c38_one_malformed_device_fails_alone_after_few_calls() {
    on_each_google(async |console, google| {
        let bad = device(7).device_id;
        google.simulator.set(|it| it.malformed = vec![bad.clone()]);
        let job = start(console, 50).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!((job.counts.succeeded, job.counts.failed), (49, 1));
        let calls = google.simulator.ledger().requests_of(CHANGE);
        assert!(calls <= 13, "{calls} calls");
        let items = items(console, &job.id).await;
        assert_eq!(item_of(&items, &bad).state, ItemState::Failed);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c39_an_answer_that_is_cut_off_is_read_back() {
    are_read_back(&[
        Fault::AnswerTruncated,
        Fault::AnswerFails,
        Fault::AnswerLost,
    ])
    .await;
}

#[tokio::test]
async fn c39_an_answer_that_is_something_else_is_read_back() {
    are_read_back(&[
        Fault::AnswerHtml,
        Fault::AnswerHuge,
        Fault::AnswerGzip,
        Fault::AnswerRedirect,
    ])
    .await;
}

async fn are_read_back(faults: &[Fault]) {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        for (fault, devices) in faults.iter().zip(devices.chunks(15)) {
            google.simulator.will(once(*fault).value(30 << 20));
            let plan = console.plan(&selection_of(devices)).await.unwrap();
            let job = console.execute(&plan).await.unwrap();
            console.run_jobs().await;
            let items = items(console, &job.id).await;
            let confirmed = items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Confirmed));
            assert!(confirmed, "{fault:?}");
        }
        assert_eq!(google.batches(), vec![15; faults.len()]);
    })
    .await;
}
