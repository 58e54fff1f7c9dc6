//! Approving, refusing, stopping and expiring, in every order and at once: one of them counts.

use serde_json::json;
use sunset::domain::time::Timestamp;

use super::*;
use crate::identity::sql;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Approve,
    Refuse,
    Stop,
    Expire,
}

use Act::{Approve, Expire, Refuse, Stop};

async fn act(act: Act, console: &Console, asker: &Person<'_>, second: &Person<'_>, job: &JobId) {
    match act {
        Approve => {
            approve(second, console, job).await;
        }
        Refuse => {
            refuse(second, job, "no").await;
        }
        Stop => {
            let stopped: Result<JobSummary, _> =
                asker.call("jobs/stop", json!({ "id": job })).await;
            stopped.unwrap();
        }
        Expire => {
            let late = Timestamp(request(console, job).await.expires_at.0 + 1);
            console.store.expire_approvals(late).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_the_first_counts() {
    where_jobs_wait(async |console| {
        let asker = Person::new(console, "asker", &["operator"]).await;
        let second = approver(console, "second", &["approver"]).await;
        for (first, then) in [
            (Approve, Refuse),
            (Approve, Expire),
            (Refuse, Approve),
            (Refuse, Stop),
            (Stop, Approve),
            (Stop, Expire),
            (Expire, Approve),
            (Expire, Refuse),
        ] {
            let job = asker.execute(&some(console, 0, 5).await).await;
            act(first, console, &asker, &second, &job.id).await;
            act(then, console, &asker, &second, &job.id).await;
            let expected = match first {
                Approve => (JobState::Queued, ApprovalState::Approved),
                Refuse => (JobState::Cancelled, ApprovalState::Refused),
                Stop => (JobState::Cancelled, ApprovalState::Withdrawn),
                Expire => (JobState::Cancelled, ApprovalState::Expired),
            };
            let is = state(console, &job.id).await;
            assert_eq!(is, expected, "{first:?}, then {then:?}");
            // Free for the next.
            act(Stop, console, &asker, &second, &job.id).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_counts() {
    where_jobs_wait(async |console| {
        let asker = Person::new(console, "asker", &["operator"]).await;
        let one = approver(console, "one", &["approver"]).await;
        let two = approver(console, "two", &["approver"]).await;
        for _ in 0..5 {
            let job = asker.execute(&some(console, 0, 5).await).await;
            let (first, second) =
                tokio::join!(approve(&one, console, &job.id), refuse(&two, &job.id, "no"));
            let both = [first.0, second.0];
            let done = both.iter().filter(|it| it.is_success()).count();
            assert_eq!(done, 1, "{both:?}");
            let is = state(console, &job.id).await;
            let consistent = [
                (JobState::Queued, ApprovalState::Approved),
                (JobState::Cancelled, ApprovalState::Refused),
            ];
            assert!(consistent.contains(&is), "{is:?}");
            act(Stop, console, &asker, &one, &job.id).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_after_the_time_is_over() {
    where_jobs_wait(async |console| {
        let (_, second, job) = waiting(console).await;
        sql(console, "UPDATE approval SET expires_at = 1").await;
        let (status, page) = approve(&second, console, &job.id).await;
        assert_eq!(status, StatusCode::CONFLICT, "{page}");
        assert_eq!(
            state(console, &job.id).await,
            (JobState::Cancelled, ApprovalState::Expired)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_on_which_nobody_decides_is_stopped() {
    where_jobs_wait(async |console| {
        let (_, _, job) = waiting(console).await;
        sql(console, "UPDATE approval SET expires_at = 1").await;
        console.run_jobs().await;
        assert_eq!(
            state(console, &job.id).await,
            (JobState::Cancelled, ApprovalState::Expired)
        );
        assert_eq!(changed(console).await, 0);
    })
    .await;
}
