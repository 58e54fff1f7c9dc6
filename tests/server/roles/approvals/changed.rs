//! What was changed between asking and approving: by anybody, it does not run.

use sunset::domain::action::Action;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::status::DeviceStatus;

use super::*;
use crate::identity::sql;

/// Each makes another job of the one that was asked for.
const CHANGES: [&str; 7] = [
    "UPDATE job SET note = 'other' WHERE awaits_approval",
    "UPDATE job SET options = replace(options, 'retiring_device', 'upgrade_transfer')
        WHERE awaits_approval",
    "UPDATE job SET eligible = eligible - 1 WHERE awaits_approval",
    "UPDATE job SET authority = 'elsewhere' WHERE awaits_approval",
    "UPDATE job SET plan_hash = 'other' WHERE awaits_approval",
    "UPDATE job_item SET serial = 'other' WHERE device = (SELECT MIN(device) FROM job_item)",
    "UPDATE approval SET starter_id = 'other'",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_meanwhile_does_not_run() {
    for change in CHANGES {
        where_jobs_wait(async |console| {
            let (_, second, job) = waiting(console).await;
            let before = request(console, &job.id).await.digest;
            sql(console, change).await;
            let (status, page) = approve_this(&second, &job.id, &before).await;
            assert_eq!(status, StatusCode::CONFLICT, "{change}: {page}");
            assert_eq!(
                state(console, &job.id).await,
                (JobState::Cancelled, ApprovalState::Changed),
                "{change}"
            );
            console.run_jobs().await;
            assert_eq!(changed(console).await, 0, "{change}");
            // Nothing is left to be held against: the story ends with it.
            sql(console, "DELETE FROM job").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_of_another_job_approves_nothing() {
    where_jobs_wait(async |console| {
        let (asker, second, job) = waiting(console).await;
        let other = asker.execute(&some(console, 5, 5).await).await;
        let digest = request(console, &other.id).await.digest;
        for wrong in [digest.as_str(), "", job.plan_hash.as_str()] {
            let (status, page) = approve_this(&second, &job.id, wrong).await;
            assert_eq!(status, StatusCode::CONFLICT, "{page}");
        }
        assert_eq!(state(console, &job.id).await.1, ApprovalState::Open);
        assert_eq!(state(console, &other.id).await.1, ApprovalState::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_devices_with_other_choices_have_another_digest() {
    where_jobs_wait(async |console| {
        let (_, second, job) = waiting(console).await;
        let first = request(console, &job.id).await.digest;
        refuse(&second, &job.id, "again, please").await;
        let asker = Person::new(console, "third", &["operator"]).await;
        let plan = asker.plan(&some(console, 0, 5).await).await.unwrap();
        let execution = sunset::domain::plan::Execution {
            action: Action::deprovision(DeprovisionReason::SameModelReplacement),
            ..crate::support::execution(&plan)
        };
        let start = serde_json::json!({ "execution": execution });
        let job: JobSummary = asker.call("jobs/start", start).await.unwrap();
        assert_ne!(request(console, &job.id).await.digest, first);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_changed_meanwhile_drops_out_and_the_others_run() {
    where_jobs_wait(async |console| {
        let (asker, second, job) = waiting(console).await;
        let mut used = north(2);
        used.status = DeviceStatus::Deprovisioned;
        console.store.put_directory_device(&used).await.unwrap();
        console.refresh().await;
        let (status, page) = approve(&second, console, &job.id).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        console.run_jobs().await;
        let job = asker.job(&job.id).await.unwrap();
        assert_eq!(job.own_changes(), 4, "{job:?}");
    })
    .await;
}
