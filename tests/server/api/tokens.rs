//! How a token begins and ends, on its owner's account page.

use axum::http::StatusCode;
use sunset::domain::audit::Act;
use sunset::server::identity::secret::Token;

use super::{Script, token_in};
use crate::audit::rows_of;
use crate::identity::secrets::tables;
use crate::identity::sql;
use crate::roles::{Person, on_two_schools};

const CREATE: &str = "/account/tokens/create";
const REVOKE: &str = "/account/tokens/revoke";

/// The ids of the tokens on an account page.
fn ids(page: &str) -> Vec<String> {
    let parts = page.split("name=\"token\" value=\"").skip(1);
    parts
        .map(|it| it.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_ends_when_it_is_revoked() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer"]).await;
        let other = Person::new(console, "other", &["viewer"]).await;
        let script = Script::of(&person, console).await;
        assert_eq!(script.get("/api/v1/jobs").await.status, StatusCode::OK);
        let (_, page) = person.get("/account").await;
        assert_eq!(token_in(&page), None, "it is not shown again");
        assert!(page.contains("Inventory sync"), "{page}");
        let id = ids(&page).pop().unwrap();
        // Nobody else ends it, and the page of somebody else does not have it.
        assert!(ids(&other.get("/account").await.1).is_empty());
        other.submit(REVOKE, &[("token", &id)]).await;
        assert_eq!(script.get("/api/v1/jobs").await.status, StatusCode::OK);
        person.submit(REVOKE, &[("token", &id)]).await;
        assert_eq!(script.get("/api/v1/jobs").await.status, 401);
        assert!(ids(&person.get("/account").await.1).is_empty());
        for act in [Act::TokenCreated, Act::TokenRevoked] {
            let rows = rows_of(console, act).await;
            assert_eq!(rows.len(), 1, "{act:?}");
            assert_eq!(rows[0].actor, "tech");
            assert!(!rows[0].detail.contains("sst_"), "{rows:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_only_shortly_after_password_and_code() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer"]).await;
        sql(console, "UPDATE session SET strong_at = strong_at - 300000").await;
        let form = [("name", "Script"), ("days", "7")];
        let (status, page) = person.submit(CREATE, &form).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(token_in(&page), None);
        sql(console, "UPDATE session SET strong_at = strong_at + 300000").await;
        let (status, page) = person.submit(CREATE, &form).await;
        assert_eq!(status, StatusCode::OK);
        assert!(token_in(&page).is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_is_refused_in_a_sentence() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer"]).await;
        let long = "x".repeat(61);
        for (name, days) in [
            ("", "90"),
            ("   ", "90"),
            (long.as_str(), "90"),
            ("a\nb", "90"),
            ("Script", "0"),
            ("Script", "366"),
            ("Script", "-7"),
            ("Script", ""),
            ("Script", "ninety"),
        ] {
            let (status, page) = person
                .submit(CREATE, &[("name", name), ("days", days)])
                .await;
            assert_eq!(
                status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{name:?} {days:?}"
            );
            assert_eq!(token_in(&page), None);
        }
        assert_eq!(person.submit(CREATE, &[]).await.0, 422);
        let script = r#"<script>alert("x")</script>"#;
        for _ in 0..20 {
            let form = [("name", script), ("days", "365")];
            let (status, page) = person.submit(CREATE, &form).await;
            assert_eq!(status, StatusCode::OK);
            assert!(!page.contains("<script>alert"));
        }
        let (status, page) = person
            .submit(CREATE, &[("name", "One more"), ("days", "7")])
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("You have 20 tokens already."), "{page}");
        assert_eq!(ids(&page).len(), 20);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_its_time_is_over_and_is_nowhere_in_the_database() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer"]).await;
        let script = Script::of(&person, console).await;
        assert_eq!(script.get("/api/v1/cache").await.status, StatusCode::OK);
        let (_, page) = person.get("/account").await;
        assert!(!page.contains(">Never<"), "its use is noted");
        let secret = script.token[4..47].to_owned();
        assert!(!tables(console).await.contains(&secret));
        const OVER: &str = "UPDATE api_token SET created_at = created_at - 7776000000,
            ends_at = ends_at - 7776000000";
        sql(console, OVER).await;
        assert_eq!(script.get("/api/v1/cache").await.status, 401);
        assert!(ids(&person.get("/account").await.1).is_empty());
        let unknown = Script::with(console, &script.token);
        assert_eq!(unknown.get("/api/v1/cache").await.status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_who_has_access_and_ends_it() {
    on_two_schools(async |console| {
        let boss = Person::new(console, "boss", &["administrator"]).await;
        let tech = Person::new(console, "tech", &["operator:/North"]).await;
        let script = Script::of(&tech, console).await;
        let (_, page) = boss.get("/operators").await;
        assert!(page.contains("1 session, 1 API token"), "{page}");
        assert!(
            !page.contains("Sign boss out"),
            "their own are on their account"
        );
        assert_eq!(script.get("/api/v1/devices").await.status, StatusCode::OK);

        // What was asked for before, and comes to the database after.
        let actor = tech.signed_in().await.actor();
        let fields = [("login", "tech")];
        let (status, page) = boss.submit("/operators/sign-out", &fields).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("tech is signed out everywhere"), "{page}");
        assert!(!page.contains("API token<"), "{page}");
        assert_eq!(tech.get("/devices").await.0, StatusCode::SEE_OTHER);
        assert_eq!(
            script.get("/api/v1/devices").await.status,
            StatusCode::UNAUTHORIZED
        );
        let late = Token::new().fingerprint();
        let made = console.store.create_token(&actor, &late, "late", 1000);
        assert!(!made.await.unwrap(), "a token outlives the sign-out");
        let fields = [("login", "nobody")];
        let (status, _) = boss.submit("/operators/sign-out", &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}
