//! What somebody proves once more who has no password here, and how administrators invite them.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use serde_json::json;

use super::{EMAIL, arrive, depart, join, on_each_with_provider, sign_in};
use crate::identity::{Browser, Person, code, forget_steps};

#[tokio::test]
async fn the_code_alone_confirms_who_has_signed_in_with_the_provider() {
    on_each_with_provider(async |console, stub| {
        let secret = join(&Browser::new(&console), &stub, EMAIL).await;
        let browser = Browser::new(&console);
        sign_in(&browser, &stub, EMAIL).await;
        let page = browser.get("/operators").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(
            page.text.contains("Confirm that it is you"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("type=\"password\""));
        let before = browser.cookies.borrow()["sunset"].clone();
        let confirm = async |code: &str| {
            let fields = [("login", EMAIL), ("code", code), ("return", "/operators")];
            browser.post("/sign-in", &fields).await
        };
        let wrong = confirm("000000").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("Confirm that it is you"));
        assert_eq!(confirm(&code(&secret, 0)).await.location(), "/operators");
        assert_eq!(browser.get("/operators").await.status, StatusCode::OK);
        assert_ne!(browser.cookies.borrow()["sunset"], before);
        // A code counts once.
        let again = confirm(&code(&secret, 0)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);

        // The code alone is nothing without a session, or with that of somebody else.
        forget_steps(&console).await;
        let stranger = Browser::new(&console);
        let other = Browser::new(&console);
        Person::join(&other, "bob").await;
        for browser in [&stranger, &other] {
            let fields = [("login", EMAIL), ("code", &*code(&secret, 0))];
            let answer = browser.post("/sign-in", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                answer.error().contains("in another tab"),
                "{}",
                answer.error()
            );
        }
        assert!(!stranger.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn who_has_just_given_their_password_there_need_not_confirm() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = now.as_secs();
        for (at, is_strong) in [(now - 10, true), (now - 301, false), (now + 86_400, true)] {
            let browser = Browser::new(&console);
            let asked = depart(&browser).await;
            let token = stub.token(&asked, EMAIL).with("auth_time", json!(at));
            arrive(&browser, &stub, &asked, token).await;
            let page = browser.get("/operators").await;
            assert_eq!(page.status == StatusCode::OK, is_strong, "{at}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_account_shows_no_password_to_change() {
    on_each_with_provider(async |console, stub| {
        let browser = Browser::new(&console);
        join(&browser, &stub, EMAIL).await;
        let page = browser.get("/account").await;
        assert!(!page.text.contains("Change password"));
        let answer = browser.sign_in(EMAIL, "", "000000").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = Browser::new(&console).sign_in(EMAIL, "x", "000000").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_invites_by_an_address() {
    on_each_with_provider(async |console, stub| {
        let admin = Browser::new(&console);
        Person::join(&admin, "admin").await;
        let invite = async |login: &str| {
            let fields = [("login", login), ("by", "provider"), ("viewer", "/")];
            admin.post("/operators/invite", &fields).await
        };
        let refused = invite("no-address").await;
        assert!(refused.error().contains("not an e-mail address"));
        let done = invite(EMAIL).await;
        assert!(done.text.contains("signs in with Example ID within 7 days"));
        assert!(!done.text.contains("/set-up/"));
        let fields = [("login", EMAIL)];
        let again = admin.post("/operators/invite-again", &fields).await;
        assert!(again.text.contains("within 7 days"), "{}", again.text);
        assert!(!again.text.contains("/set-up/"));
        let answer = sign_in(&Browser::new(&console), &stub, EMAIL).await;
        assert!(answer.location().starts_with("/set-up/"));
        // Nobody gets a link to set a password for who is bound.
        let late = admin.post("/operators/invite-again", &fields).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!late.text.contains("/set-up/"));
    })
    .await;
}
