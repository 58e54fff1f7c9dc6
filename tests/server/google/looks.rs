//! A device is read from the directory again after every interruption of its job: what
//! happened to it meanwhile is seen before anything is sent.

use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, JobId, JobState};
use sunset::domain::time::Timestamp;
use sunset::server::simulator::fault::{Fault, FaultRule};
use sunset::server::store::Hold;

use super::{Google, assert_truth, item_of, on_each_google};
use crate::stories::{items, look, start, steer};
use crate::support::{Console, device, until};

const CHANGE: &str = "batchChangeStatus";

/// One device is moved, one enrolled again, one comes back into use.
fn change_some(google: &Google) {
    let later = Timestamp(Timestamp::now().0 + 1000);
    let alter = |number: u32, change: fn(&mut _, Timestamp)| {
        let id = device(number).device_id;
        google.simulator.alter(&id, |device| change(device, later));
    };
    alter(1, |it, _| it.org_unit = "/Elsewhere".to_owned());
    alter(2, |it, later| it.last_enrolled = Some(later));
    alter(3, |it, later| it.last_sync = Some(later));
}

/// What was changed was left out, and nothing was sent of it.
async fn assert_left_out(console: &Console, google: &Google, job: &JobId) {
    let items = items(console, job).await;
    for (number, rule) in [
        (1, Rule::MovedSinceReview),
        (2, Rule::ChangedSinceReview),
        (3, Rule::UsedSinceReview),
    ] {
        let id = device(number).device_id;
        let item = item_of(&items, &id);
        assert_eq!((item.state, item.rule), (ItemState::Skipped, Some(rule)));
        assert!(
            !google.effects().contains_key(&id),
            "{id} was deprovisioned"
        );
    }
    let done = console.job(job).await;
    assert_eq!((done.counts.succeeded, done.counts.skipped), (47, 3));
    assert_truth(console, google, job).await;
}

async fn is_paused(console: &Console, job: &JobId) -> bool {
    console.job(job).await.state == JobState::Paused
}

#[tokio::test]
async fn devices_are_read_again_after_the_directory_paused_the_job() {
    on_each_google(async |console, google| {
        let refusal = FaultRule::once(CHANGE, Fault::Forbidden);
        google.simulator.will(refusal);
        let job = start(console, 50).await;
        let work = console.work().await;
        until(async || is_paused(console, &job.id).await).await;
        change_some(google);
        steer(console, "resume", &job.id).await.unwrap();
        until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        assert_left_out(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn devices_are_read_again_after_an_operator_paused_the_job() {
    on_each_google(async |console, google| {
        let wait = FaultRule::once(CHANGE, Fault::RateLimit).value(1);
        google.simulator.will(wait);
        let job = start(console, 50).await;
        let work = console.work().await;
        until(async || console.job(&job.id).await.waits != 0).await;
        steer(console, "pause", &job.id).await.unwrap();
        change_some(google);
        steer(console, "resume", &job.id).await.unwrap();
        until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        assert_left_out(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn devices_are_read_again_after_the_directory_was_away() {
    on_each_google(async |console, google| {
        let wait = FaultRule::once(CHANGE, Fault::RateLimit).value(1);
        google.simulator.will(wait);
        let job = start(console, 50).await;
        let work = console.work().await;
        until(async || console.job(&job.id).await.waits != 0).await;
        google.goes_away();
        let away = async || !console.job(&job.id).await.pause_reason.is_empty();
        until(away).await;
        change_some(google);
        google.comes_back().await;
        until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        assert_left_out(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn devices_of_a_lost_call_pass_all_rules_again_before_they_are_sent_again() {
    on_each_google(async |console, google| {
        google
            .simulator
            .will(FaultRule::once(CHANGE, Fault::CallLost));
        let job = start(console, 50).await;
        let work = console.work().await;
        until(async || console.job(&job.id).await.counts.unconfirmed != 0).await;
        change_some(google);
        until(async || console.job(&job.id).await.state.is_over()).await;
        work.end().await;
        assert_left_out(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn devices_are_read_again_after_a_restart() {
    on_each_google(async |console, google| {
        let wait = FaultRule::once(CHANGE, Fault::RateLimit).value(1);
        google.simulator.will(wait);
        let job = start(console, 50).await;
        let waits = async || console.job(&job.id).await.waits != 0;
        console.run_jobs_until(waits).await;
        change_some(google);
        console.run_jobs().await;
        assert_left_out(console, google, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_look_counts_for_ten_minutes_and_until_the_next_interruption() {
    on_each_google(async |console, _| {
        let job = start(console, 50).await;
        let store = &console.store;
        let now = store.now().await.unwrap();
        let after = |seconds: i64| Timestamp(now.0 + seconds * 1000);
        let is_fresh = async |at| store.look(&job.id, at).await.unwrap().is_fresh;
        assert!(!is_fresh(now).await);
        look(store, &job.id).await;
        assert!(is_fresh(after(9 * 60)).await);
        assert!(!is_fresh(after(10 * 60 + 5)).await);

        let throttle = async |seconds| {
            let wait = Hold::Throttle(after(seconds));
            store.hold(&job.id, &wait, now).await.unwrap();
        };
        throttle(59).await;
        assert!(is_fresh(now).await, "a short wait");
        throttle(61).await;
        assert!(!is_fresh(now).await, "a long wait");

        look(store, &job.id).await;
        let away = Hold::Await(after(1));
        store.hold(&job.id, &away, now).await.unwrap();
        assert!(!is_fresh(now).await, "an outage");

        // A look that was under way during the interruption does not count.
        let began = store.look(&job.id, now).await.unwrap();
        store.hold(&job.id, &away, now).await.unwrap();
        store
            .record_recheck(&job.id, began, &[], now)
            .await
            .unwrap();
        assert!(!is_fresh(now).await);
        let opened = store
            .open_call(&job.id, "old look", 4711, 5, after(100))
            .await;
        assert!(opened.unwrap().is_none(), "nothing is sent on an old look");
        steer(console, "stop", &job.id).await.unwrap();
    })
    .await;
}
