//! A directory that is too slow, too busy, behind, or away (tests/FAULTS.md 36 and
//! 41 to 43).

use std::time::Duration;

use sunset::domain::job::{JobState, SuccessKind};
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::{assert_truth, on_each_google};
use crate::stories::{items, start, steer};
use crate::support::selection_of;

const CHANGE: &str = "batchChangeStatus";

#[tokio::test]
async fn c36_being_asked_to_wait_costs_no_attempt_and_the_quota_is_kept() {
    on_each_google(async |console, google| {
        let simulator = &google.simulator;
        simulator.will(FaultRule::once(CHANGE, Fault::UserRateLimit));
        simulator.will(FaultRule::once(CHANGE, Fault::RateLimit).value(2));
        simulator.will(FaultRule::once(CHANGE, Fault::QuotaExceeded));
        let job = start(console, 100).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        assert!(items.iter().all(|item| item.attempt() == 1));
        assert!(
            items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Applied))
        );
        // Two calls that were carried out, and the three that were turned away.
        assert!(simulator.ledger().requests_of(CHANGE) <= 5);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c41_an_answer_that_drips_is_given_up_in_time() {
    on_each_google(async |console, google| {
        let rule = FaultRule::once(CHANGE, Fault::AnswerDrips);
        google.simulator.will(rule);
        let job = start(console, 20).await;
        console.run_jobs().await;
        assert_eq!(google.batches(), [20]);
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
async fn c42_a_change_that_is_seen_late_is_waited_for_and_not_sent_again() {
    on_each_google(async |console, google| {
        google.simulator.set(|it| it.visible_after_ms = 2000);
        let rule = FaultRule::once(CHANGE, Fault::AnswerLost);
        google.simulator.will(rule);
        let job = start(console, 20).await;
        console.run_jobs().await;
        assert_eq!(google.batches(), [20]);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn c43_a_job_waits_for_a_directory_that_is_away_and_goes_on_by_itself() {
    on_each_google(async |console, google| {
        let rule = FaultRule::once(CHANGE, Fault::AnswerLost);
        google.simulator.will(rule);
        let sent = start(console, 20).await;
        console
            .run_jobs_until(async || console.job(&sent.id).await.counts.unconfirmed != 0)
            .await;
        google.goes_away();
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[50..70])).await.unwrap();
        let waiting = console.execute(&plan).await.unwrap();
        console
            .run_jobs_until(async || console.job(&waiting.id).await.waits != 0)
            .await;
        let message = console.job(&waiting.id).await.pause_reason;
        assert_eq!(message, "The directory could not be reached.");
        console.run_jobs_for(Duration::from_secs(5)).await;
        for job in [&sent, &waiting] {
            let state = console.job(&job.id).await.state;
            assert!(
                matches!(state, JobState::Queued | JobState::Running),
                "{state:?}"
            );
        }
        google.comes_back().await;
        console.run_jobs().await;
        for job in [&sent, &waiting] {
            assert_eq!(console.job(&job.id).await.pause_reason, "");
            assert_truth(console, google, &job.id).await;
        }
        assert_eq!(google.batches(), [20, 20]);
    })
    .await;
}

#[tokio::test]
async fn a_wait_out_of_all_reason_is_cut_short_and_a_person_can_end_it() {
    on_each_google(async |console, google| {
        let rule = FaultRule::once(CHANGE, Fault::RateLimit).value(100_000_000);
        google.simulator.will(rule);
        let job = start(console, 20).await;
        console
            .run_jobs_until(async || console.job(&job.id).await.waits != 0)
            .await;
        let waits = console.job(&job.id).await.waits;
        assert!((60..=900).contains(&waits), "{waits}");
        steer(console, "pause", &job.id).await.unwrap();
        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        assert!(console.job(&job.id).await.is_success());
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_being_checked_says_that_the_directory_is_away() {
    on_each_google(async |console, google| {
        let away = FaultRule::once("*", Fault::Unavailable);
        google.simulator.will(away.times(0));
        let job = start(console, 20).await;
        console
            .run_jobs_until(async || {
                let message = console.job(&job.id).await;
                message.waits != 0 && message.pause_reason == "The directory could not be reached."
            })
            .await;
        google.simulator.clear_faults();
        console.run_jobs().await;
        assert!(console.job(&job.id).await.is_success());
    })
    .await;
}
