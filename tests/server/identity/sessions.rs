//! Sessions: what a browser keeps, and what ends them.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use tokio_stream::StreamExt;

use super::{Browser, PASSWORD, Person, between, forget_steps, on_each_with_key, sql};
use crate::support::Console;

#[tokio::test]
async fn a_session_is_in_a_cookie_that_no_script_reads_and_no_other_site_sends() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let browser = Browser::new(&console);
        // A token that somebody else has put there is not taken over.
        let planted = "A".repeat(43);
        browser
            .cookies
            .borrow_mut()
            .insert("sunset".to_owned(), planted.clone());
        let answer = ada.sign_in(&browser).await;
        let cookies: Vec<&str> = answer
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().unwrap())
            .collect();
        assert_eq!(cookies.len(), 2);
        for cookie in &cookies {
            assert!(
                cookie.contains("; Path=/; HttpOnly; SameSite=Lax"),
                "{cookie}"
            );
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
        assert!(cookies[0].starts_with("sunset="));
        assert!(!cookies[0].contains("Max-Age"), "{}", cookies[0]);
        assert!(cookies[1].ends_with("Max-Age=7776000"), "{}", cookies[1]);
        let token = browser.cookies.borrow()["sunset"].clone();
        assert_eq!(token.len(), 43);
        assert_ne!(token, planted);
        assert_ne!(token, owner.cookies.borrow()["sunset"]);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        // Half an hour less a minute, and that counts as a visit.
        sql(
            &console,
            "UPDATE session SET seen_at = seen_at - 29 * 60000",
        )
        .await;
        assert!(browser.is_in().await);
        sql(
            &console,
            "UPDATE session SET seen_at = seen_at - 29 * 60000",
        )
        .await;
        assert!(browser.is_in().await);
        sql(
            &console,
            "UPDATE session SET seen_at = seen_at - 31 * 60000",
        )
        .await;
        assert!(!browser.is_in().await);
        sql(
            &console,
            "UPDATE session SET seen_at = seen_at + 31 * 60000",
        )
        .await;
        assert!(browser.is_in().await);
        sql(
            &console,
            "UPDATE session SET ends_at = ends_at - 10 * 3600000",
        )
        .await;
        assert!(!browser.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        let thief = Browser::new(&console);
        thief.cookies.replace(browser.cookies.borrow().clone());
        let out = browser.post("/sign-out", &[]).await;
        assert_eq!(out.location(), "/sign-in");
        assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
        assert!(!browser.cookies.borrow().contains_key("sunset"));
        assert!(!thief.is_in().await);
        // Once more is as good as once.
        assert_eq!(browser.post("/sign-out", &[]).await.location(), "/sign-in");
        assert_eq!(
            browser.get("/sign-out").await.status,
            StatusCode::METHOD_NOT_ALLOWED
        );
    })
    .await;
}

#[tokio::test]
async fn live_updates_end_soon_after_their_session() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        let stream = listen(&console, &browser).await;
        browser.post("/sign-out", &[]).await;
        let rest = to_bytes(stream, usize::MAX);
        let ended = tokio::time::timeout(Duration::from_secs(20), rest).await;
        assert!(ended.is_ok(), "the stream goes on");
    })
    .await;
}

/// The live updates of a browser.
async fn listen(console: &Console, browser: &Browser<'_>) -> Body {
    let token = browser.cookies.borrow()["sunset"].clone();
    let request = Request::get("/events")
        .header(header::HOST, "localhost")
        .header(header::COOKIE, format!("sunset={token}"))
        .body(Body::empty())
        .unwrap();
    let answer = console.send(request).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.into_body()
}

#[tokio::test]
async fn a_page_is_told_two_minutes_before_its_session_ends_and_when_it_goes_on() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        let mut stream = listen(&console, &browser).await.into_data_stream();
        let mut is_told = async |wanted: &str| {
            let mut message = String::new();
            let telling = async {
                while !message.contains(wanted) {
                    let piece = stream.next().await.expect("the stream goes on");
                    message.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
                }
            };
            let telling = tokio::time::timeout(Duration::from_secs(20), telling);
            telling.await.expect(wanted);
        };
        let change = async |change: &str| {
            sql(&console, &format!("UPDATE session SET {change}")).await;
        };
        change("seen_at = seen_at - 29 * 60000").await;
        is_told(r#"{"session_ends":"unused"}"#).await;
        assert!(browser.is_in().await, "which is a request");
        is_told(r#"{"session_ends":null}"#).await;
        change("ends_at = ends_at - 10 * 3600000 + 60000").await;
        is_told(r#"{"session_ends":"longest"}"#).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_changes_an_operator_ends_their_sessions() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        let ada = Person::join(&browser, "ada").await;
        for change in [
            "epoch = epoch + 1",
            "state = 'disabled'",
            "state = 'invited'",
        ] {
            sql(&console, "UPDATE operator SET state = 'active'").await;
            forget_steps(&console).await;
            ada.sign_in(&browser).await;
            assert!(browser.is_in().await);
            sql(&console, &format!("UPDATE operator SET {change}")).await;
            assert!(!browser.is_in().await, "{change}");
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_others() {
    on_each_with_key(async |console| {
        let (here, there) = (Browser::new(&console), Browser::new(&console));
        let ada = Person::join(&here, "ada").await;
        ada.sign_in(&there).await;
        let page = here.get("/account").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.text.matches("This browser").count(), 1);
        let other = between(&page.text, "name=\"session\" value=\"", "\"");
        assert!(!page.text.contains(&*there.cookies.borrow()["sunset"]));

        // Nobody else's.
        let stranger = Browser::new(&console);
        Person::join(&stranger, "bob").await;
        let end = [("session", &*other)];
        assert_eq!(
            stranger
                .post("/account/sessions/end", &end)
                .await
                .location(),
            "/account"
        );
        assert!(there.is_in().await);
        for none in ["", "\0", "' OR 1 = 1"] {
            let end = [("session", none)];
            let answer = here.post("/account/sessions/end", &end).await;
            assert_eq!(answer.location(), "/account");
        }
        here.post("/account/sessions/end", &end).await;
        assert!(!there.is_in().await && here.is_in().await);

        forget_steps(&console).await;
        ada.sign_in(&there).await;
        here.post("/account/sessions/end-others", &[]).await;
        assert!(!there.is_in().await && here.is_in().await);
        assert!(stranger.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_needs_the_present_one_and_a_code_and_ends_all_other_sessions() {
    on_each_with_key(async |console| {
        let (here, there) = (Browser::new(&console), Browser::new(&console));
        let ada = Person::join(&here, "ada").await;
        ada.sign_in(&there).await;
        forget_steps(&console).await;
        let new = "six large blue kettles";
        let change = async |present: &str, code: &str, new: &str, repeated: &str| {
            let fields = [
                ("present", present),
                ("code", code),
                ("new", new),
                ("repeated", repeated),
            ];
            here.post("/account/password", &fields).await
        };
        let code = ada.code();
        for (present, code, new, repeated) in [
            ("wrong", &*code, new, new),
            (PASSWORD, "000000", new, new),
            (PASSWORD, &code, "short", "short"),
            (PASSWORD, &code, new, "another"),
        ] {
            let refused = change(present, code, new, repeated).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!refused.error().is_empty());
        }
        assert!(there.is_in().await, "nothing was changed");

        let before = here.cookies.borrow()["sunset"].clone();
        let changed = change(PASSWORD, &code, new, new).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        assert!(changed.text.contains("Your password is changed."));
        assert_ne!(here.cookies.borrow()["sunset"], before);
        assert!(here.is_in().await && !there.is_in().await);
        forget_steps(&console).await;
        sql(&console, "DELETE FROM login_throttle").await;
        assert_eq!(
            ada.sign_in(&there).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(
            there.sign_in("ada", new, &code).await.location(),
            "/overview"
        );
    })
    .await;
}

#[tokio::test]
async fn without_an_account_there_is_no_account_page() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        assert_eq!(
            browser.get("/account").await.status,
            StatusCode::UNAUTHORIZED
        );
    })
    .await;
}
