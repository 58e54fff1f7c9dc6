//! A call that was given up goes no further: what is told of its devices then stays true,
//! however long something before or behind it takes.

use std::time::Duration;

use sunset::domain::job::ItemState;
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::{Google, assert_truth, check};
use crate::stories::{items, start, steer};
use crate::support::{Console, NO_GRACE, device, on_each_database, until};

const CHANGE: &str = "batchChangeStatus";

/// Several calls at a time.
const DEVICES: u32 = 400;

/// The token endpoint takes longer than anybody waits, so often.
fn hanging_tokens(times: u64) -> FaultRule {
    FaultRule::once("token", Fault::AnswerSlow)
        .value(60_000)
        .times(times)
}

async fn on_each_large_google(story: impl AsyncFn(&Console, &Google)) {
    on_each_database(async |console| {
        let google = Google::start((0..DEVICES).map(device)).await;
        let directory = google.connect(&console.store);
        let console = console.over_remote(Some(directory), NO_GRACE);
        console.refresh().await;
        story(&console, &google).await;
        check(&console, &google).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_delays_a_job_and_repeats_nothing() {
    on_each_large_google(async |console, google| {
        let ends = FaultRule::once(CHANGE, Fault::TokenExpired);
        google.simulator.will(ends.skip(1));
        google.simulator.will(hanging_tokens(3));
        let job = start(console, DEVICES as usize).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert_eq!(done.counts.succeeded, u64::from(DEVICES));
        assert_truth(console, google, &job.id).await;
        let items = items(console, &job.id).await;
        assert!(items.iter().all(|item| item.attempt() == 1));
    })
    .await;
}

#[tokio::test]
async fn what_a_stopped_job_did_not_attempt_is_never_sent_afterwards() {
    on_each_large_google(async |console, google| {
        let ends = FaultRule::once(CHANGE, Fault::TokenExpired);
        google.simulator.will(ends.skip(1));
        google.simulator.will(hanging_tokens(3));
        let job = start(console, DEVICES as usize).await;
        let work = console.work().await;
        until(async || google.simulator.ledger().requests_of("token") >= 2).await;
        steer(console, "stop", &job.id).await.unwrap();
        until(async || console.job(&job.id).await.state.is_over()).await;
        // Longer than the endpoint hangs for whoever waits in line.
        tokio::time::sleep(Duration::from_secs(6)).await;
        work.end().await;
        let items = items(console, &job.id).await;
        let left = |state| items.iter().filter(|item| item.state == state).count();
        assert_ne!(left(ItemState::NotAttempted), 0);
        assert_truth(console, google, &job.id).await;
    })
    .await;
}
