//! The first operator of a console at a public address: by the link in the log, once.

use axum::body::Body;
use axum::http::{Request, header};
use sunset::server::store::{Database, back_up, restore};

use super::{Answer, FORBIDDEN, PROXY, Public, assert_guarded, passed_on};
use crate::identity::{Browser, PASSWORD, Person, code, on_each_with_key, secret_on, sql};
use crate::support::Console;

/// The path of the link that the log would show.
async fn first_link(console: &Console) -> String {
    let link = console.app.identity.first_link().await.unwrap().unwrap();
    format!("/first/{}", link.as_str())
}

/// Sends a form of a page of ours.
async fn post(public: &Public, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://sunset.example")
        .header("sec-fetch-site", "same-origin");
    public
        .ask(PROXY, passed_on(request, Body::from(form)))
        .await
}

#[tokio::test]
async fn the_link_makes_an_administrator_and_nothing_else_is_served_before() {
    on_each_with_key(async |console| {
        let public = Public::new(&console);
        let link = first_link(&console).await;
        for path in [
            "/",
            "/devices",
            "/sign-in",
            "/sign-in/sso",
            "/sign-in/sso/callback?state=x&code=y",
            "/account",
            "/operators",
            "/events",
            "/metrics",
            "/devices/export.csv",
        ] {
            let answer = public.get(path).await;
            assert_eq!(answer.status, FORBIDDEN, "{path}");
            assert!(answer.text.contains("no operator yet"), "{path}");
            assert!(!answer.text.contains(&link));
        }
        let fields = [("login", "ada"), ("password", PASSWORD), ("code", "000000")];
        assert_eq!(post(&public, "/sign-in", &fields).await.status, FORBIDDEN);
        assert_eq!(public.get("/healthz").await.text, "ok");
        for path in ["/first/x", "/first/%27"] {
            assert_eq!(public.get(path).await.status, 404, "{path}");
            assert_eq!(post(&public, path, &[("login", "eve")]).await.status, 404);
        }

        let page = public.get(&link).await;
        assert_eq!(page.status, 200);
        assert_guarded(&page);
        let refused = post(&public, &link, &[("login", "a b")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("a login has 1 to 64 letters"));

        let made = post(&public, &link, &[("login", "Ada@school.example")]).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let set_up = made.headers[header::LOCATION].to_str().unwrap().to_owned();
        let secret = secret_on(&public.get(&set_up).await.text);
        let code = code(&secret, 0);
        let fields = [("new", PASSWORD), ("repeated", PASSWORD), ("code", &*code)];
        assert_eq!(post(&public, &set_up, &fields).await.status, 200);
        let there = console.store.operators().await.unwrap();
        assert_eq!(there.len(), 1);
        assert_eq!(there[0].login, "ada@school.example");
        assert_eq!(there[0].grants.list()[0].to_string(), "administrator");

        // Once.
        assert_eq!(public.get(&link).await.status, 404);
        let again = post(&public, &link, &[("login", "eve")]).await;
        assert_eq!(again.status, 404);
        assert!(console.app.identity.first_link().await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn of_those_who_race_for_the_link_one_becomes_the_first() {
    on_each_with_key(async |console| {
        let public = Public::new(&console);
        let link = first_link(&console).await;
        let logins = ["ada", "bob", "cid", "dan", "eve"];
        let tries = logins.map(|login| {
            let (public, link) = (&public, &link);
            async move { post(public, link, &[("login", login)]).await.status }
        });
        let mut answers = futures_util::future::join_all(tries).await;
        answers.sort_unstable();
        assert_eq!(answers, [303, 404, 404, 404, 404]);
        assert_eq!(console.store.operators().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_link_is_void_after_its_time_after_a_new_one_and_where_somebody_is() {
    on_each_with_key(async |console| {
        let public = Public::new(&console);
        let before = first_link(&console).await;
        let link = first_link(&console).await;
        assert_eq!(public.get(&before).await.status, 404);
        assert_eq!(public.get(&link).await.status, 200);
        // On the computer itself there is no such link.
        let here = Browser::new(&console);
        assert_eq!(here.get(&link).await.status, 404);
        assert_eq!(here.post(&link, &[("login", "eve")]).await.status, 404);

        sql(&console, "UPDATE first_link SET ends_at = 1").await;
        assert_eq!(public.get(&link).await.status, 404);
        let late = post(&public, &link, &[("login", "eve")]).await;
        assert_eq!(late.status, 404);

        let link = first_link(&console).await;
        Person::join(&Browser::new(&console), "ada").await;
        let late = post(&public, &link, &[("login", "eve")]).await;
        assert_eq!(late.status, 404);
        assert_eq!(console.store.operators().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_restored_database_has_no_second_set_up() {
    on_each_with_key(async |console| {
        let folder = tempfile::tempdir().unwrap();
        let link = first_link(&console).await;
        let empty = folder.path().join("empty");
        back_up(&console.database, &empty).await.unwrap();
        Person::join(&Browser::new(&console), "ada").await;
        let full = folder.path().join("full");
        back_up(&console.database, &full).await.unwrap();
        for (backup, name) in [(empty, "a.db"), (full, "b.db")] {
            let database = Database::Sqlite(folder.path().join(name));
            restore(&backup, &database).await.unwrap();
            let restored = Console::open(database).await;
            let public = Public::new(&restored);
            assert_eq!(public.get(&link).await.status, 404, "{name}");
            let made = post(&public, &link, &[("login", "eve")]).await;
            assert_eq!(made.status, 404, "{name}");
            let offered = restored.app.identity.first_link().await.unwrap();
            assert_eq!(offered.is_some(), name == "a.db");
        }
    })
    .await;
}
