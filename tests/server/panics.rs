//! Panics in the background, and the numbers that caused one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;

use crate::google::{assert_truth, on_each_google};
use crate::metrics::{figure, figures};
use crate::stories::start;
use crate::support::{Console, until};

/// Every loop of a console over Google's directory: of its workers, the first two.
const LOOPS: [&str; 9] = [
    "audit",
    "worker 1",
    "worker 2",
    "recovery",
    "commands",
    "reread",
    "broadcaster",
    "health",
    "refresher",
];

async fn panics(console: &Console) -> i64 {
    figure(&figures(console).await, "sunset_worker_panics_total ")
}

#[tokio::test]
async fn jobs_go_on_after_a_panic_in_each_loop() {
    let scenario = fail::FailScenario::setup();
    on_each_google(async |console, google| {
        // Points of failure are the process's: other tests run on other threads.
        let here = std::thread::current().id();
        let once: Arc<Mutex<BTreeMap<&str, bool>>> = Arc::default();
        for name in LOOPS {
            let once = once.clone();
            fail::cfg_callback(name, move || {
                if std::thread::current().id() == here {
                    let before = once.lock().unwrap().insert(name, true);
                    assert!(before.is_some(), "a panic in {name}");
                }
            })
            .unwrap();
        }
        let before = panics(console).await;
        let job = start(console, 50).await;
        let work = console.work().await;
        until(async || console.job(&job.id).await.state.is_over()).await;
        until(async || panics(console).await - before == LOOPS.len() as i64).await;
        let answer = console.get("/readyz").await;
        assert_eq!(answer.status(), StatusCode::OK);
        work.end().await;
        assert_truth(console, google, &job.id).await;
        for name in LOOPS {
            fail::remove(name);
        }
    })
    .await;
    scenario.teardown();
}

#[tokio::test]
async fn a_token_that_claims_to_live_forever_is_used_as_any_other() {
    on_each_google(async |console, google| {
        // The token at hand goes bad, and the next one claims the longest life.
        google.simulator.set(|it| it.token_seconds = u64::MAX);
        google.simulator.forget_tokens();
        let job = start(console, 50).await;
        console.run_jobs().await;
        assert_truth(console, google, &job.id).await;
        assert_eq!(panics(console).await, 0);
    })
    .await;
}
