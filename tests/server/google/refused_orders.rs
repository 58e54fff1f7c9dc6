//! Orders to erase that the directory refuses: none is burnt before somebody has looked.

use axum::body::to_bytes;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, JobState, JobSummary};
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::powerwash::{ORDER, assert_orders, commands, effects_of, orders, powerwash_of, start};
use super::{Google, assert_truth, on_each_google};
use crate::stories::{items, steer};
use crate::support::{Console, device};

/// Starts a job of five devices whose orders are all refused: it pauses at the first.
async fn start_refused(console: &Console, google: &Google) -> JobSummary {
    google
        .simulator
        .set(|it| it.no_commands_when_deprovisioned = true);
    let job = start(console, 5).await;
    console
        .run_jobs_until(async || console.job(&job.id).await.state == JobState::Paused)
        .await;
    job
}

#[tokio::test]
async fn where_all_orders_are_refused_the_first_one_pauses_the_job_and_says_why() {
    on_each_google(async |console, google| {
        let job = start_refused(console, google).await;
        let paused = console.job(&job.id).await;
        let why =
            "The directory rejected the request for this device: The device is deprovisioned.";
        assert_eq!(paused.pause_reason, why);
        assert_eq!(google.simulator.ledger().requests_of(ORDER), 1);
        assert_eq!(commands(&paused).open(), 5);

        google
            .simulator
            .set(|it| it.no_commands_when_deprovisioned = false);
        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        assert!(console.job(&job.id).await.is_success());
        assert_orders(google, &items(console, &job.id).await);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_device_that_is_in_use_again_is_not_erased() {
    on_each_google(async |console, google| {
        let job = start_refused(console, google).await;
        google
            .simulator
            .set(|it| it.no_commands_when_deprovisioned = false);
        // While the job is paused, two are enrolled again.
        let later = Timestamp(Timestamp::now().0 + 1000);
        for number in [1, 3] {
            google.simulator.alter(&device(number).device_id, |device| {
                device.status = DeviceStatus::Active;
                device.last_enrolled = Some(later);
            });
        }
        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        let over = console.job(&job.id).await;
        assert_eq!(over.state, JobState::Completed);
        assert!(!over.is_success());
        let all = items(console, &job.id).await;
        assert_orders(google, &all);
        let erased = orders(google);
        for item in &all {
            let is_back = [1, 3]
                .map(|number| device(number).device_id)
                .contains(&item.device_id);
            assert_eq!(
                erased.contains_key(&item.device_id),
                !is_back,
                "{}",
                item.serial
            );
            if is_back {
                let effects_of = powerwash_of(item).unwrap();
                assert_eq!(effects_of.rule, Some(Rule::ChangedSinceReview));
                assert_eq!(item.state, ItemState::Skipped);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_refused_is_no_success_and_says_why() {
    on_each_google(async |console, google| {
        let refused = FaultRule::once(ORDER, Fault::AccountDelinquent);
        google.simulator.will(refused.skip(1).times(3));
        let job = start(console, 10).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!(job.state, JobState::CompletedWithErrors);
        assert_eq!(
            job.notice(),
            "Completed: 10 deprovisioned, powerwash ordered for 7, not for 3."
        );
        let why = "The directory rejected the request for this device: Delinquent account.";
        assert_eq!(job.causes, [(why.to_owned(), 3)]);
        let csv = console
            .get(&format!("/jobs/{}/results.csv", job.id.as_str()))
            .await;
        let csv = to_bytes(csv.into_body(), usize::MAX).await.unwrap();
        let csv = String::from_utf8(csv.to_vec()).unwrap();
        assert_eq!(
            csv.matches(&format!("\",\"refused\",\"{why}\",\"")).count(),
            3,
            "{csv}"
        );
        assert_truth(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn orders_that_are_refused_pause_the_job_and_are_sent_again_by_who_resumes() {
    on_each_google(async |console, google| {
        let refused = FaultRule::once(ORDER, Fault::AccountDelinquent);
        google.simulator.will(refused.skip(2).times(0));
        let job = start(console, 60).await;
        console
            .run_jobs_until(async || console.job(&job.id).await.state == JobState::Paused)
            .await;
        let paused = console.job(&job.id).await;
        let why = "More than a fifth of the powerwash commands were refused.";
        assert_eq!(paused.pause_reason, why);
        let counts = commands(&paused);
        // Those that were under way meanwhile come to the five.
        assert!((5..=16).contains(&counts.failed), "{counts:?}");

        google.simulator.clear_faults();
        steer(console, "resume", &job.id).await.unwrap();
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert!(job.is_success(), "{job:?}");
        assert_orders(google, &items(console, &job.id).await);
        assert_eq!(orders(google).len(), 60);
    })
    .await;
}

#[tokio::test]
async fn without_the_right_to_erase_the_job_pauses_and_can_be_stopped() {
    on_each_google(async |console, google| {
        google
            .simulator
            .will(FaultRule::once(ORDER, Fault::Forbidden).times(0));
        let job = start(console, 10).await;
        console
            .run_jobs_until(async || console.job(&job.id).await.state == JobState::Paused)
            .await;
        let paused = console.job(&job.id).await;
        assert!(paused.pause_reason.contains("Google rejected the request"));
        // The devices are deprovisioned; what remains is to erase them.
        assert_eq!(commands(&paused).open(), 10);
        steer(console, "stop", &job.id).await.unwrap();
        console.run_jobs().await;
        let stopped = console.job(&job.id).await;
        assert_eq!(stopped.state, JobState::Cancelled);
        assert_eq!(commands(&stopped).not_attempted, 10);
        let effects_of = effects_of(console, &job.id).await;
        let not_sent = effects_of.iter().flatten().map(|it| it.state);
        assert!(not_sent.eq(vec![ItemState::NotAttempted; 10]));
        assert_eq!(orders(google).len(), 0);
    })
    .await;
}
