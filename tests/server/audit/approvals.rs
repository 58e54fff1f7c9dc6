//! What a second person decides is on record, and in the evidence.

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::audit::Act;
use sunset::domain::job::JobId;
use sunset::domain::job::approval::ApproveAbove;
use sunset::domain::selection::Selection;
use sunset::server::config::{ApprovalArgs, ApproveErase, Rules};

use super::rows_of;
use crate::roles::{Person, selection};
use crate::support::{Console, NO_GRACE, device, on_each_database};

async fn digest(console: &Console, job: &JobId) -> String {
    let approval = console.store.approval(job).await.unwrap();
    approval.unwrap().0.digest
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_approved_refused_and_withdrew_is_on_record() {
    on_each_database(async |console| {
        let approval = ApprovalArgs {
            approve_above: ApproveAbove::Devices(3),
            approve_erase: ApproveErase::Always,
            approve_within_hours: 72,
        };
        let rules = Rules {
            approval,
            ..NO_GRACE
        };
        let console = console.over(None, rules).await;
        console.fill((1..=12).map(device)).await;
        let all = selection(&console, "SN0").await;
        let asker = Person::new(&console, "asker", &["operator"]).await;
        let second = Person::new(&console, "second", &["approver"]).await;
        let login = second.login.parse().unwrap();
        assert!(console.store.let_approve_now(&login).await.unwrap());

        let mut jobs = Vec::new();
        for part in 0..3 {
            let four: Selection = all.iter().skip(4 * part).take(4).collect();
            jobs.push(asker.execute(&four).await.id);
        }
        let of = |job: &JobId, what: &str| format!("/approvals/{}/{what}", job.as_str());
        let digest = digest(&console, &jobs[0]).await;
        let fields = [("digest", digest.as_str())];
        let (status, page) = second.submit(&of(&jobs[0], "approve"), &fields).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let fields = [("why", "not these")];
        let (status, page) = second.submit(&of(&jobs[1], "refuse"), &fields).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let stopped = asker.post("/api/jobs/stop", json!({ "id": jobs[2] })).await;
        assert_eq!(stopped.0, StatusCode::OK);

        assert_eq!(rows_of(&console, Act::ApprovalAsked).await.len(), 3);
        for (act, job, actor) in [
            (Act::Approved, &jobs[0], "second"),
            (Act::ApprovalRefused, &jobs[1], "second"),
            (Act::ApprovalWithdrawn, &jobs[2], "asker"),
        ] {
            let rows = rows_of(&console, act).await;
            let of_job = (rows[0].target.as_str(), rows[0].actor.as_str());
            assert_eq!(rows.len(), 1, "{}", act.as_str());
            assert_eq!(of_job, (job.as_str(), actor));
        }
        let approved = &rows_of(&console, Act::Approved).await[0];
        assert!(approved.detail.contains(&digest), "{}", approved.detail);
        assert_eq!(approved.session.len(), 8);
    })
    .await;
}
