//! A second person: which jobs wait, who may decide, and that nothing is sent before.

mod changed;
mod deciding;
mod order;
mod which;

use axum::http::StatusCode;
use sunset::domain::job::approval::{Approval, ApprovalState, ApproveAbove};
use sunset::domain::job::{ItemState, JobId, JobState, JobSummary};
use sunset::domain::selection::Selection;
use sunset::server::config::{ApprovalArgs, ApproveErase, Rules};

use super::{DEVICES, Person, north, north_devices, south};
use crate::support::{Console, NO_GRACE, on_each_database};

/// Jobs of more devices than so many wait.
const ABOVE: u64 = 3;

fn rules(above: ApproveAbove) -> Rules {
    Rules {
        approval: ApprovalArgs {
            approve_above: above,
            approve_erase: ApproveErase::Always,
            approve_within_hours: 72,
        },
        ..NO_GRACE
    }
}

/// Runs a story over two schools where jobs of more than [`ABOVE`] devices wait.
async fn where_jobs_wait(story: impl AsyncFn(&Console)) {
    on_each_database(async |console| {
        let console = console
            .over(None, rules(ApproveAbove::Devices(ABOVE)))
            .await;
        let north = (0..DEVICES).map(north);
        console.fill(north.chain((0..DEVICES).map(south))).await;
        story(&console).await;
        let broken = console.store.broken_invariants().await.unwrap();
        assert!(broken.is_empty(), "{broken:?}");
    })
    .await;
}

/// Somebody who may approve, since a moment ago.
async fn approver<'a>(console: &'a Console, login: &str, roles: &[&str]) -> Person<'a> {
    let person = Person::new(console, login, roles).await;
    let login = login.parse().unwrap();
    assert!(console.store.let_approve_now(&login).await.unwrap());
    person
}

async fn some(console: &Console, first: usize, count: usize) -> Selection {
    let all = north_devices(console).await;
    all.iter().skip(first).take(count).collect()
}

async fn request(console: &Console, job: &JobId) -> Approval {
    console
        .store
        .approval(job)
        .await
        .unwrap()
        .expect("a request")
        .0
}

async fn state(console: &Console, job: &JobId) -> (JobState, ApprovalState) {
    let summary = console.store.job(job).await.unwrap().unwrap();
    (summary.state, request(console, job).await.state)
}

/// Presses Approve on the page as it is now.
async fn approve(person: &Person<'_>, console: &Console, job: &JobId) -> (StatusCode, String) {
    let digest = request(console, job).await.digest;
    approve_this(person, job, &digest).await
}

async fn approve_this(person: &Person<'_>, job: &JobId, digest: &str) -> (StatusCode, String) {
    let path = format!("/approvals/{}/approve", job.as_str());
    person.submit(&path, &[("digest", digest)]).await
}

async fn refuse(person: &Person<'_>, job: &JobId, why: &str) -> (StatusCode, String) {
    let path = format!("/approvals/{}/refuse", job.as_str());
    person.submit(&path, &[("why", why)]).await
}

/// How many devices of any job were changed.
async fn changed(console: &Console) -> u64 {
    let finished = console.app.jobs.finished_devices().await.unwrap();
    let done = finished.iter().find(|it| it.0 == ItemState::Succeeded);
    done.map_or(0, |it| it.1)
}

/// A job that waits, and the two people.
async fn waiting(console: &Console) -> (Person<'_>, Person<'_>, JobSummary) {
    let asker = Person::new(console, "asker", &["operator"]).await;
    let second = approver(console, "second", &["approver"]).await;
    let job = asker.execute(&some(console, 0, 5).await).await;
    assert_eq!(job.state, JobState::AwaitingApproval);
    (asker, second, job)
}
