//! A token reads what its owner may see, as long as they may, and nothing else.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::{Script, bare};
use crate::identity::sql;
use crate::roles::{CANARY, Person, north, on_two_schools, south, south_devices};

const REFRESH: &str = "/api/v1/cache/refresh";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_worth_no_more_than_its_owner_is_now() {
    on_two_schools(async |console| {
        let admin = Person::new(console, "admin", &["administrator"]).await;
        let viewer = Person::new(console, "tech", &["viewer"]).await;
        let script = Script::of(&viewer, console).await;
        let all = script.get("/api/v1/devices").await.json();
        assert_eq!(all["total"], json!(24));
        let refused = script.ask("POST", REFRESH).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(!refused.message().is_empty());
        // Their roles change: so does the token's right, at once.
        let fewer = [("login", "tech"), ("viewer", "/North")];
        let (status, page) = admin.submit("/operators/roles", &fewer).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let part = script.get("/api/v1/devices").await.json();
        assert_eq!(part["total"], json!(12));
        let more = [("login", "tech"), ("operator", "/")];
        assert_eq!(admin.submit("/operators/roles", &more).await.0, 200);
        assert_eq!(script.ask("POST", REFRESH).await.status, 202);
        // They are kept out: the token is over, also when they come back.
        let login = viewer.login.parse().unwrap();
        console.app.identity.disable(&login).await.unwrap();
        assert_eq!(script.get("/api/v1/devices").await.status, 401);
        sql(console, "UPDATE operator SET state = 'active'").await;
        let over = script.get("/api/v1/devices").await;
        assert_eq!(over.status, StatusCode::UNAUTHORIZED);
        assert_eq!(over.headers[header::WWW_AUTHENTICATE], "Bearer");
        assert_eq!(
            over.message(),
            "This API token was revoked, or its time is over."
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_school_is_told_nothing_of_the_other() {
    on_two_schools(async |console| {
        let other = ["operator:/Northern canary", "viewer:/Northern canary"];
        let other = Person::new(console, &format!("{CANARY}-operator"), &other).await;
        let job = other.execute(&south_devices(console).await).await;
        console.run_jobs().await;
        let person = Person::new(console, "tech", &["operator:/North"]).await;
        let script = Script::of(&person, console).await;
        let (job, device) = (job.id.as_str(), south(0).device_id);
        for path in [
            "/api/v1/devices".to_owned(),
            "/api/v1/devices?q=canary".to_owned(),
            "/api/v1/devices.csv".to_owned(),
            "/api/v1/devices.jsonl".to_owned(),
            format!("/api/v1/devices/{device}"),
            "/api/v1/jobs".to_owned(),
            format!("/api/v1/jobs/{job}"),
            format!("/api/v1/jobs/{job}/devices"),
            format!("/api/v1/jobs/{job}/devices.csv"),
            format!("/api/v1/jobs/{job}/devices.jsonl"),
            "/api/v1/cache".to_owned(),
        ] {
            let answer = script.get(&path).await;
            let is_of_other = path.contains(job) || path.contains(&device);
            let status = if is_of_other { 404 } else { 200 };
            assert_eq!(answer.status, status, "{path}: {answer:?}");
            assert!(!answer.text.contains(CANARY), "{path}: {answer:?}");
        }
        let own = format!("/api/v1/devices/{}", north(0).device_id);
        assert_eq!(script.get(&own).await.status, StatusCode::OK);
    })
    .await;
}

/// Also that of somebody who may do everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_changes_nothing_and_opens_no_page() {
    on_two_schools(async |console| {
        let roles = ["operator", "eraser", "approver", "administrator"];
        let person = Person::new(console, "chief", &roles).await;
        let script = Script::of(&person, console).await;
        let functions = leptos::server_fn::axum::server_fn_paths();
        let functions = functions.map(|(path, _)| ("POST", path.to_owned()));
        let pages = [
            "/devices",
            "/jobs",
            "/overview",
            "/operators",
            "/audit",
            "/account",
            "/approvals",
            "/events",
            "/metrics",
            "/devices/export.csv",
            "/audit/export.csv",
        ];
        let pages = pages.map(|path| ("GET", path.to_owned()));
        for (method, path) in functions.chain(pages) {
            let request = Request::builder().method(method).uri(&path);
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let answer = script.send(request).await;
            assert_eq!(
                answer.status,
                StatusCode::UNAUTHORIZED,
                "{path}: {answer:?}"
            );
            assert!(answer.text.contains("/api/v1/"), "{path}: {answer:?}");
        }
        for (method, path) in [
            ("POST", "/api/v1/devices"),
            ("DELETE", "/api/v1/jobs/1"),
            ("PUT", "/api/v1/jobs/1"),
        ] {
            let answer = script.ask(method, path).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_counts_for_nothing_here() {
    on_two_schools(async |console| {
        let north = Person::new(console, "north", &["viewer:/North"]).await;
        let all = Person::new(console, "all", &["viewer"]).await;
        let (status, _) = all.get("/api/v1/devices").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "a session is no token");
        let script = Script::of(&north, console).await;
        let request = Request::get("/api/v1/devices")
            .header(header::AUTHORIZATION, format!("Bearer {}", script.token));
        let answer = all.ask(request, Body::empty()).await;
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        let body: serde_json::Value = serde_json::from_slice(&body.unwrap()).unwrap();
        assert_eq!(body["total"], json!(12), "the token's owner asks");
        for odd in [
            "Basic c3N0Xw==".to_owned(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            "Bearer sst_".to_owned(),
            format!("Bearer {}", &script.token[..script.token.len() - 1]),
            format!("Bearer {}0", script.token),
            format!("Bearer {} {}", script.token, script.token),
            script.token.clone(),
        ] {
            let request = Request::get("/api/v1/devices").header(header::AUTHORIZATION, &odd);
            let answer = bare(console, request).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{odd}");
            assert!(!answer.message().contains(&script.token), "{odd}");
        }
    })
    .await;
}
