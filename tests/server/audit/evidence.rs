//! Evidence: a stranger verifies it, and finds whatever was changed.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::to_bytes;
use axum::http::StatusCode;
use sunset::domain::audit::{Act, Actor, Event};
use sunset::domain::job::JobId;
use sunset::server::audit::{SigningKey, verify_evidence};

use super::{disarm, key, try_sql};
use crate::support::{Console, NO_GRACE, device, on_each_database, selection_of};

/// A job that has deprovisioned some devices, and left others out.
async fn job_over(console: &Console) -> JobId {
    let mut devices: Vec<_> = (1..=40).map(device).collect();
    devices[3].status = sunset::domain::status::DeviceStatus::Deprovisioned;
    console.fill(devices).await;
    let devices = console.devices().await;
    let plan = console.plan(&selection_of(&devices)).await.unwrap();
    let other = Event::new(&Actor::named("somebody else"), Act::Exported);
    console
        .store
        .record(other.with("what", "secret of others"))
        .await
        .unwrap();
    let job = console.execute(&plan).await.unwrap();
    console.run_jobs().await;
    job.id
}

async fn download(console: &Console, job: &JobId, to: &Path) -> PathBuf {
    let answer = console
        .get(&format!("/jobs/{}/evidence.zip", job.as_str()))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let path = to.join("evidence.zip");
    fs::write(&path, bytes).unwrap();
    path
}

async fn on_each_with_key(story: impl AsyncFn(&Console, &SigningKey, &Path)) {
    on_each_database(async |console| {
        let folder = tempfile::tempdir().unwrap();
        let key = key(folder.path());
        let console = console.over(None, NO_GRACE).await;
        let console = console.with_app(|app| app.with_signing_key(key.clone(), None));
        story(&console, &key, folder.path()).await;
    })
    .await;
}

#[tokio::test]
async fn evidence_is_verified_by_a_stranger() {
    on_each_with_key(async |console, key, folder| {
        let job = job_over(console).await;
        let file = download(console, &job, folder).await;
        let message = verify_evidence(&file, Some(&key.id())).unwrap();
        assert!(message.contains("as it was signed"), "{message}");
        assert!(message.contains("40 devices reviewed"), "{message}");
        assert!(message.contains("39 effects"), "{message}");
        let message = verify_evidence(&file, None).unwrap();
        assert!(message.contains("not trusted"), "{message}");
        let message = verify_evidence(&file, Some("0123")).unwrap_err();
        assert!(message.contains("not with 0123"), "{message}");
        // Nothing is told of what others did meanwhile.
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret of others"));
        assert!(text.contains("\"content\""));
    })
    .await;
}

#[tokio::test]
async fn no_byte_of_evidence_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let key = key(folder.path());
    let database = sunset::server::store::Database::Sqlite(folder.path().join("sunset.db"));
    let console = Console::open(database).await.over(None, NO_GRACE).await;
    let console = console.with_app(|app| app.with_signing_key(key.clone(), None));
    let job = job_over(&console).await;
    let file = download(&console, &job, folder.path()).await;
    let whole = fs::read(&file).unwrap();
    let changed = folder.path().join("changed.zip");
    for at in (0..whole.len()).step_by(397) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&changed, bytes).unwrap();
        assert!(
            verify_evidence(&changed, Some(&key.id())).is_err(),
            "byte {at}"
        );
    }
    for end in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(&changed, &whole[..end]).unwrap();
        assert!(verify_evidence(&changed, None).is_err(), "cut at {end}");
    }
}

#[tokio::test]
async fn what_was_changed_in_the_database_does_not_become_evidence() {
    for (change, found) in [
        (
            "UPDATE effect SET state = 'failed', how = '', cause = 'refused' WHERE device = 2",
            "not those that the audit has on record",
        ),
        (
            "UPDATE job_item SET serial = 'ANOTHER' WHERE device = 2",
            "not what was reviewed",
        ),
        ("UPDATE job SET note = 'another'", "not what was reviewed"),
        (
            "UPDATE job SET operator = 'another'",
            "not the one that was started",
        ),
    ] {
        on_each_with_key(async |console, key, folder| {
            let job = job_over(console).await;
            try_sql(console, change).await.unwrap();
            let file = download(console, &job, folder).await;
            let message = verify_evidence(&file, Some(&key.id())).unwrap_err();
            assert!(message.contains(found), "{change}: {message}");
        })
        .await;
    }
}

#[tokio::test]
async fn there_is_no_evidence_of_a_broken_audit() {
    on_each_with_key(async |console, _, _| {
        let job = job_over(console).await;
        disarm(console).await;
        try_sql(
            console,
            "UPDATE audit SET actor = 'another' WHERE n = (SELECT MAX(n) FROM audit)",
        )
        .await
        .unwrap();
        let answer = console
            .get(&format!("/jobs/{}/evidence.zip", job.as_str()))
            .await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    })
    .await;
}
