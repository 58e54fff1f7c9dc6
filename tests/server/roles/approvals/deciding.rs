//! What the second person sees and does, and who is none.

use std::time::Duration;

use serde_json::json;
use sunset::domain::live::Notice;

use super::*;
use crate::identity::sql;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_when_a_second_person_has_approved_it() {
    where_jobs_wait(async |console| {
        let (asker, second, job) = waiting(console).await;
        console.run_jobs_for(Duration::from_millis(300)).await;
        assert_eq!(changed(console).await, 0, "nothing runs before");

        let notices: Vec<Notice> = second.call("notices/open", json!({})).await.unwrap();
        let message = notices.first().map(|it| it.text.as_str());
        let asked = format!(
            "asker asks you to approve job #{} on 5 devices.",
            job.number
        );
        assert_eq!(message, Some(asked.as_str()));
        let (status, list) = second.get("/approvals").await;
        assert_eq!(status, StatusCode::OK);
        assert!(list.contains(&format!("/approvals/{}", job.id.as_str())));
        let (status, page) = second.get(&format!("/approvals/{}", job.id.as_str())).await;
        assert_eq!(status, StatusCode::OK);
        for expected in [
            "Ticket 7",
            "SN000000",
            "/North/Lab",
            "Retiring",
            ">Approve<",
        ] {
            assert!(page.contains(expected), "{expected}");
        }

        let (status, page) = approve(&second, console, &job.id).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        console.run_jobs().await;
        let job = asker.job(&job.id).await.unwrap();
        assert_eq!(job.state, JobState::Completed);
        assert_eq!(
            (job.counts.succeeded, job.approved_by.as_str()),
            (5, "second")
        );
        let notices: Vec<Notice> = asker.call("notices/open", json!({})).await.unwrap();
        let message = format!("second approved job #{}.", job.number);
        assert!(notices.iter().any(|it| it.text == message), "{notices:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_started() {
    where_jobs_wait(async |console| {
        let both = approver(console, "both", &["operator", "approver"]).await;
        let job = both.execute(&some(console, 0, 5).await).await;
        let (status, page) = approve(&both, console, &job.id).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(page.contains("You started this job"), "{page}");
        let (status, _) = refuse(&both, &job.id, "mine").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!(
            state(console, &job.id).await,
            (JobState::AwaitingApproval, ApprovalState::Open)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_an_approval_of_ones_own() {
    where_jobs_wait(async |console| {
        let (_, _, job) = waiting(console).await;
        for forged in [
            "UPDATE approval SET state = 'approved', decided_at = 1, decided_by = starter_id",
            "UPDATE job SET state = 'queued' WHERE awaits_approval",
            "UPDATE approval SET state = 'refused', decided_at = 1, decided_by = 'x'",
        ] {
            assert!(
                crate::identity::try_sql(console, forged).await.is_err(),
                "{forged}"
            );
        }
        assert_eq!(state(console, &job.id).await.1, ApprovalState::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_became_an_approver_a_moment_ago_waits_a_day() {
    where_jobs_wait(async |console| {
        let asker = Person::new(console, "asker", &["operator"]).await;
        let fresh = Person::new(console, "fresh", &["approver"]).await;
        let job = asker.execute(&some(console, 0, 5).await).await;
        let waits = console
            .store
            .job(&job.id)
            .await
            .unwrap()
            .unwrap()
            .pause_reason;
        assert!(waits.contains("nobody"), "{waits}");
        let (status, _) = approve(&fresh, console, &job.id).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let a_day = "UPDATE operator SET may_approve_from = may_approve_from - 86400001
            WHERE login = 'fresh'";
        sql(console, a_day).await;
        let (status, page) = approve(&fresh, console, &job.id).await;
        assert_eq!(status, StatusCode::OK, "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approvers_of_other_org_units_learn_nothing_of_it() {
    where_jobs_wait(async |console| {
        let (_, _, job) = waiting(console).await;
        for unit in ["/Northern canary", "/North/Lab"] {
            let login = if unit == "/North/Lab" { "lab" } else { "other" };
            let other = approver(console, login, &[&format!("approver:{unit}")]).await;
            let (status, _) = other.get(&format!("/approvals/{}", job.id.as_str())).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{unit}");
            assert_eq!(
                approve(&other, console, &job.id).await.0,
                StatusCode::NOT_FOUND
            );
            assert_eq!(refuse(&other, &job.id, "no").await.0, StatusCode::NOT_FOUND);
            let (_, list) = other.get("/approvals").await;
            assert!(!list.contains(job.id.as_str()), "{unit}");
            let notices: Vec<Notice> = other.call("notices/open", json!({})).await.unwrap();
            assert!(notices.is_empty(), "{unit}");
        }
        assert_eq!(state(console, &job.id).await.1, ApprovalState::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_roles_look_and_do_not_decide() {
    where_jobs_wait(async |console| {
        let (asker, _, job) = waiting(console).await;
        for role in ["viewer", "operator", "eraser", "administrator"] {
            let person = Person::new(console, role, &[role]).await;
            let (status, page) = person.get(&format!("/approvals/{}", job.id.as_str())).await;
            assert_eq!(status, StatusCode::OK, "{role}");
            assert!(!page.contains(">Approve<"), "{role}");
            assert_eq!(
                approve(&person, console, &job.id).await.0,
                StatusCode::FORBIDDEN
            );
            assert_eq!(
                refuse(&person, &job.id, "no").await.0,
                StatusCode::FORBIDDEN
            );
        }
        let nobody = Person::nobody(console);
        assert!(!approve(&nobody, console, &job.id).await.0.is_success());
        let (_, page) = asker.get(&format!("/approvals/{}", job.id.as_str())).await;
        assert!(page.contains("You started this job"));
        assert_eq!(state(console, &job.id).await.1, ApprovalState::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_needs_a_reason_and_ends_the_job() {
    where_jobs_wait(async |console| {
        let (asker, second, job) = waiting(console).await;
        let too_long = "x".repeat(301);
        for bad in ["", "  ", too_long.as_str()] {
            let (status, _) = refuse(&second, &job.id, bad).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        }
        assert_eq!(state(console, &job.id).await.1, ApprovalState::Open);
        let (status, page) = refuse(&second, &job.id, "these are in use").await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert_eq!(
            state(console, &job.id).await,
            (JobState::Cancelled, ApprovalState::Refused)
        );
        let notices: Vec<Notice> = asker.call("notices/open", json!({})).await.unwrap();
        let message = notices.iter().map(|it| it.text.clone()).collect::<String>();
        assert!(message.contains("these are in use"), "{message}");
        console.run_jobs().await;
        assert_eq!(changed(console).await, 0);
        // Its devices are free again.
        assert!(asker.plan(&some(console, 0, 5).await).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deciding_needs_password_and_code_a_moment_ago() {
    where_jobs_wait(async |console| {
        let (_, second, job) = waiting(console).await;
        sql(console, "UPDATE session SET strong_at = strong_at - 300000").await;
        let (status, page) = approve(&second, console, &job.id).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(page.contains("Sign in again"), "{page}");
        assert_eq!(
            refuse(&second, &job.id, "no").await.0,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(state(console, &job.id).await.1, ApprovalState::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_is_not_resumed() {
    where_jobs_wait(async |console| {
        let (asker, _, job) = waiting(console).await;
        let of_job = json!({ "id": job.id });
        let _ = asker.call::<JobSummary>("jobs/resume", &of_job).await;
        let _ = asker.call::<JobSummary>("jobs/pause", &of_job).await;
        let _ = asker.call::<JobSummary>("jobs/resume", &of_job).await;
        console.run_jobs_for(Duration::from_millis(300)).await;
        assert_eq!(
            state(console, &job.id).await,
            (JobState::AwaitingApproval, ApprovalState::Open)
        );
        assert_eq!(changed(console).await, 0);
    })
    .await;
}
