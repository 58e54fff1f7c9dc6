//! A large job asks for password and code once more: a browser that was left open is not
//! enough.

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::error::ApiError;
use sunset::domain::job::JobSummary;
use sunset::server::config::Rules;

use super::{Person, north_devices, on_two_schools};
use crate::identity::sql;
use crate::support::{Console, NO_GRACE, execution, on_each_database};

const LATER: &str = "UPDATE session SET strong_at = strong_at - 300000";

async fn start(person: &Person<'_>, console: &Console) -> Result<JobSummary, ApiError> {
    let plan = person.plan(&north_devices(console).await).await.unwrap();
    let start = json!({ "execution": execution(&plan) });
    let started = person.call("jobs/start", start).await;
    started.map_err(|(status, message)| {
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{message}");
        message
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_job_starts_only_shortly_after_password_and_code() {
    on_each_database(async |console| {
        let rules = Rules {
            confirm_above: 5,
            ..NO_GRACE
        };
        let console = console.over(None, rules).await;
        console.fill((0..super::DEVICES).map(super::north)).await;
        let person = Person::new(&console, "tech", &["operator"]).await;
        sql(&console, LATER).await;
        assert_eq!(start(&person, &console).await, Err(ApiError::SignedOut));
        let jobs = console.store.unfinished_jobs().await.unwrap();
        assert!(jobs.is_empty(), "nothing has begun");
        sql(
            &console,
            "UPDATE session SET strong_at = strong_at + 300000",
        )
        .await;
        assert!(start(&person, &console).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_job_does_not_ask_again() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["operator"]).await;
        sql(console, LATER).await;
        let all = north_devices(console).await;
        let two = all.iter().take(2).collect();
        let job = person.execute(&two).await;
        assert_eq!(job.eligible, 2);
    })
    .await;
}
