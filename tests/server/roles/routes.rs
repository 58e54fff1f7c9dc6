//! Every way in × every role: who lacks the permission is refused, and who sees one school
//! is told nothing of the other.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sunset::domain::permission::Role;

use super::calls::{About, calls, paths};
use super::{CANARY, Person, on_two_schools, south_devices};
use crate::support::Console;

/// Something of everything that the other school has.
async fn of_the_other_school(console: &Console) -> About {
    let roles = ["operator:/Northern canary", "viewer:/Northern canary"];
    let person = Person::new(console, &format!("{CANARY}-operator"), &roles).await;
    let devices = south_devices(console).await;
    let half: Vec<_> = devices.iter().take(5).collect();
    let job = person.execute(&half.into_iter().collect()).await;
    console.run_jobs().await;
    let plan = person.plan(&devices).await.unwrap();
    About {
        device_id: super::south(0).device_id,
        serial: super::south(0).serial,
        job: job.id,
        plan: plan.id,
        selection: devices,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_function_asks_for_its_permission() {
    on_two_schools(async |console| {
        let about = of_the_other_school(console).await;
        let table = calls(&about);
        let known: BTreeSet<&str> = table.iter().map(|(path, ..)| *path).collect();
        let all = leptos::server_fn::axum::server_fn_paths();
        let all: BTreeSet<&str> = all.map(|it| it.0.trim_start_matches("/api/")).collect();
        assert_eq!(known, all, "the table has every function");

        for role in Role::ALL {
            let person = Person::new(console, role.as_str(), &[role.as_str()]).await;
            for (path, permission, arguments) in &table {
                let (status, text) = person.post(&format!("/api/{path}"), arguments).await;
                let is_refused = status == StatusCode::FORBIDDEN;
                let message = format!("{role:?} {path}: {status} {text}");
                assert_eq!(is_refused, !role.grants(*permission), "{message}");
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{message}");
                assert!(status.as_u16() < 500, "{message}");
            }
            for (permission, path) in paths(&about) {
                let (status, _) = person.get(&path).await;
                let is_refused = status == StatusCode::FORBIDDEN;
                assert_eq!(
                    is_refused,
                    !role.grants(permission),
                    "{role:?} {path}: {status}"
                );
            }
        }
        for person in [Person::nobody(console), disabled(console).await] {
            for (path, _, arguments) in &table {
                let (status, _) = person.post(&format!("/api/{path}"), arguments).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
            }
        }
        let nothing = Person::new(console, "nothing", &[]).await;
        for (path, _, arguments) in &table {
            let (status, _) = nothing.post(&format!("/api/{path}"), arguments).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        }
    })
    .await;
}

async fn disabled(console: &Console) -> Person<'_> {
    let person = Person::new(console, "gone", &["operator"]).await;
    let login = person.login.parse().unwrap();
    console.app.identity.disable(&login).await.unwrap();
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_elsewhere_is_in_no_answer() {
    on_two_schools(async |console| {
        let about = of_the_other_school(console).await;
        let job = about.job.as_str();
        let roles = ["operator:/North", "eraser:/North", "approver:/North"];
        let person = Person::new(console, "tech", &roles).await;
        for (path, _, arguments) in calls(&about) {
            let (status, text) = person.post(&format!("/api/{path}"), &arguments).await;
            let is_clean = !text.to_lowercase().contains(CANARY) && !text.contains(job);
            // What was asked for stands in the answer as it was asked.
            let is_echo = path == "devices/paste" || path == "devices/scan";
            assert!(is_clean || is_echo, "{path}: {status} {text}");
            let of_others = [
                "jobs/items",
                "jobs/read",
                "jobs/pause",
                "jobs/stop",
                "jobs/resume",
            ];
            let of_others = of_others.contains(&path) || path == "jobs/selection";
            let is_absent = status == StatusCode::NOT_FOUND;
            assert!(
                is_absent || !of_others && path != "devices/read",
                "{path}: {text}"
            );
        }
        for (_, path) in paths(&about) {
            let (_, text) = person.get(&path).await;
            // A page that was not found says so of its own address.
            let text = text.to_lowercase().replace(&about.device_id, "");
            assert!(!text.contains(CANARY), "{path}: {text}");
        }
        let request = Request::post("/devices/export.csv")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let selection = serde_json::to_value(&about.selection).unwrap();
        let form = format!("selection={}", selection.as_str().unwrap());
        let (status, text) = super::text_of(person.ask(request, Body::from(form)).await).await;
        assert_eq!(
            (status, text.lines().count()),
            (StatusCode::OK, 1),
            "{text}"
        );
    })
    .await;
}
