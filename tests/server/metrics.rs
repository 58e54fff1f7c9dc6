//! What the server tells who watches it.

use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use sunset::domain::time::Timestamp;
use sunset::server::simulator::fault::{Fault, FaultRule};

use crate::google::on_each_google;
use crate::stories::start;
use crate::support::{Console, device, on_each_database, selection_of, until};

pub async fn figures(console: &Console) -> String {
    let answer = console.get("/metrics").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn assert_figures(message: &str, expected: &[&str]) {
    for line in expected {
        assert!(
            message.lines().any(|message| message == *line),
            "{line} in\n{message}"
        );
    }
}

#[tokio::test]
async fn figures_follow_a_job_from_its_start_to_its_end() {
    on_each_database(async |console| {
        console.fill((0..20).map(device)).await;
        let all = console.devices().await;
        let plan = console.plan(&selection_of(&all[..7])).await.unwrap();
        console.execute(&plan).await.unwrap();
        let before = figures(&console).await;
        assert_figures(
            &before,
            &[
                "sunset_devices 20",
                "sunset_jobs{state=\"queued\"} 1",
                "sunset_job_devices{state=\"pending\"} 7",
                "sunset_settled_devices_total{state=\"succeeded\"} 0",
                "sunset_directory_up 1",
                "sunset_refresh_running 0",
            ],
        );
        assert_figures(&before, &["sunset_directory_calls 0"]);
        console.run_jobs().await;
        let after = figures(&console).await;
        assert_figures(
            &after,
            &[
                "sunset_jobs{state=\"queued\"} 0",
                "sunset_job_devices{state=\"pending\"} 0",
                "sunset_settled_devices_total{state=\"succeeded\"} 7",
            ],
        );
        // Every figure says what it is, once.
        for line in after.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap();
            let kind = format!("# TYPE {name} ");
            let message = after.lines().filter(|line| line.starts_with(&kind)).count();
            assert_eq!(message, 1, "{name}");
        }
    })
    .await;
}

/// The figure of this name.
pub fn figure(message: &str, name: &str) -> i64 {
    let mut values = message.lines().filter_map(|line| line.strip_prefix(name));
    let value = values
        .next()
        .unwrap_or_else(|| panic!("{name} in\n{message}"));
    value.trim().parse().unwrap()
}

#[tokio::test]
async fn figures_tell_of_calls_that_are_not_answered_and_of_the_start() {
    on_each_google(async |console, google| {
        google
            .simulator
            .will(FaultRule::once("batchChangeStatus", Fault::AnswerSlow).value(1_000));
        start(console, 5).await;
        let work = console.work().await;
        let open = async || figure(&figures(console).await, "sunset_directory_calls ");
        until(async || open().await == 1).await;
        until(async || open().await == 0).await;
        work.end().await;

        let now = Timestamp::now().0 / 1000;
        let started = figure(&figures(console).await, "sunset_start_time_seconds ");
        assert!((now - 600..=now).contains(&started), "{started}");
    })
    .await;
}
