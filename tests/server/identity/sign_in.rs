//! Signing in by login, password and code.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sunset::domain::error::ApiError;

use super::{Browser, PASSWORD, Person, between, code, forget_steps, on_each_with_key, sql};

const WRONG: &str = "The login, password or code is wrong, or the code was used before.";

#[tokio::test]
async fn without_operators_whoever_sits_here_is_served_and_with_one_nobody_without_a_session() {
    on_each_with_key(async |console| {
        let before = Browser::new(&console);
        assert!(before.is_in().await);
        assert_eq!(before.get("/sign-in").await.location(), "/overview");
    })
    .await;
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        assert!(owner.is_in().await, "who has set up is signed in");

        let stranger = Browser::new(&console);
        let refused = stranger.call().await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        let message: ApiError = serde_json::from_str(&refused.text).unwrap();
        assert_eq!(message, ApiError::SignedOut);
        for (path, back) in [
            ("/devices?q=a%26b", "%2Fdevices%3Fq%3Da%2526b"),
            ("/jobs/x/results.csv", "%2Fjobs%2Fx%2Fresults.csv"),
            ("/nowhere", "%2Fnowhere"),
            ("/account", "%2Faccount"),
            ("/", "%2F"),
        ] {
            let led = stranger.get(path).await;
            assert_eq!(led.location(), format!("/sign-in?return={back}"));
        }
        for path in ["/events", "/metrics", "/readyz"] {
            let refused = stranger.get(path).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        for path in [
            "/import/upload",
            "/import/apply",
            "/devices/export.csv",
            "/account/password",
        ] {
            let refused = stranger.post(path, &[("token", "x")]).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        for path in ["/healthz", "/sign-in"] {
            assert_eq!(stranger.get(path).await.status, StatusCode::OK, "{path}");
        }

        let page = stranger.get("/sign-in?return=/devices?q=a%26b").await;
        assert_eq!(
            between(&page.text, "name=\"return\" value=\"", "\""),
            "/devices?q=a&amp;b"
        );
        let signed_in = ada.sign_in(&stranger).await;
        assert_eq!(signed_in.location(), "/overview");
        assert!(stranger.is_in().await);
        let home = stranger.get("/jobs").await;
        assert_eq!(home.status, StatusCode::OK);
        assert!(home.text.contains("data-operator=\"ada\""));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_not_told() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let other = Browser::new(&console);
        let bob = Person::join(&other, "bob").await;
        sql(
            &console,
            "UPDATE operator SET state = 'disabled' WHERE login = 'bob'",
        )
        .await;

        let stranger = Browser::new(&console);
        let code = ada.code();
        for (login, password, code) in [
            ("ada", "four small green lamp", &*code),
            ("ada", PASSWORD, "000000"),
            ("ada", PASSWORD, ""),
            ("ada", PASSWORD, "abcd-efgh-jkmn-pqrs"),
            ("nobody", PASSWORD, &code),
            ("bob", PASSWORD, &bob.code()),
            ("", "", ""),
            ("ada'--", PASSWORD, &code),
            ("ada\0", PASSWORD, &code),
            ("ada", "four small\0green lamps", &code),
            ("ada", PASSWORD, "\0\0\0\0\0\0"),
        ] {
            // Each guess counts, and would have to wait.
            sql(&console, "DELETE FROM login_throttle").await;
            let refused = stranger.sign_in(login, password, code).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{login}");
            assert_eq!(refused.error(), WRONG, "{login}");
            assert!(!refused.headers.contains_key(header::SET_COOKIE));
        }
        assert!(!stranger.is_in().await);
        assert!(!other.is_in().await, "disabled in the middle of a session");
        sql(&console, "DELETE FROM login_throttle").await;
        assert_eq!(ada.sign_in(&stranger).await.location(), "/overview");
    })
    .await;
}

#[tokio::test]
async fn a_login_is_known_in_any_case_and_a_code_with_a_space() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada@school.example").await;
        let mut code = ada.code();
        code.insert(3, ' ');
        let browser = Browser::new(&console);
        let signed_in = browser
            .sign_in(" Ada@School.Example ", PASSWORD, &code)
            .await;
        assert_eq!(signed_in.location(), "/overview");
    })
    .await;
}

#[tokio::test]
async fn a_code_counts_once_whoever_comes_at_the_same_time() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let code = ada.code();
        let browsers: Vec<Browser> = (0..3).map(|_| Browser::new(&console)).collect();
        let tries = browsers
            .iter()
            .map(|browser| browser.sign_in("ada", PASSWORD, &code));
        let answers = futures_util::future::join_all(tries).await;
        let let_in = answers
            .iter()
            .filter(|answer| answer.status == StatusCode::SEE_OTHER);
        assert_eq!(let_in.count(), 1);

        sql(&console, "DELETE FROM login_throttle").await;
        let again = Browser::new(&console).sign_in("ada", PASSWORD, &code).await;
        assert_eq!(again.error(), WRONG);
        // Nor does one from before it.
        sql(&console, "DELETE FROM login_throttle").await;
        let earlier = super::code(&ada.secret, -1);
        let again = Browser::new(&console)
            .sign_in("ada", PASSWORD, &earlier)
            .await;
        assert_eq!(again.error(), WRONG);
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_replaces_the_authenticator_once() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        assert_eq!(ada.recovery_codes.len(), 10);
        let browsers: Vec<Browser> = (0..3).map(|_| Browser::new(&console)).collect();
        let typed = ada.recovery_codes[3].to_uppercase().replace('-', " ");
        let tries = browsers
            .iter()
            .map(|browser| browser.sign_in("ada", PASSWORD, &typed));
        let answers = futures_util::future::join_all(tries).await;
        let let_in = answers
            .iter()
            .filter(|answer| answer.status == StatusCode::SEE_OTHER);
        assert_eq!(let_in.count(), 1);
        sql(&console, "DELETE FROM login_throttle").await;
        let next = Browser::new(&console);
        let signed_in = next.sign_in("ada", PASSWORD, &ada.recovery_codes[9]).await;
        assert_eq!(signed_in.location(), "/overview");
    })
    .await;
}

#[tokio::test]
async fn another_operators_recovery_code_is_none() {
    on_each_with_key(async |console| {
        let (first, second) = (Browser::new(&console), Browser::new(&console));
        let ada = Person::join(&first, "ada").await;
        Person::join(&second, "bob").await;
        let browser = Browser::new(&console);
        let refused = browser
            .sign_in("bob", PASSWORD, &ada.recovery_codes[0])
            .await;
        assert_eq!(refused.error(), WRONG);
        let refused = browser.sign_in("bob", PASSWORD, &ada.code()).await;
        assert_eq!(refused.error(), WRONG);
    })
    .await;
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        for (asked, led) in [
            (
                "/devices?status=active&page=2",
                "/devices?status=active&page=2",
            ),
            ("//evil.example", "/overview"),
            ("/\\evil.example", "/overview"),
            ("/\t/evil.example", "/overview"),
            ("https://evil.example/", "/overview"),
            ("javascript:alert(1)", "/overview"),
            ("/sign-out", "/overview"),
            ("/x\r\nSet-Cookie: sunset=x", "/overview"),
        ] {
            forget_steps(&console).await;
            let browser = Browser::new(&console);
            let answer = browser
                .post(
                    "/sign-in",
                    &[
                        ("login", "ada"),
                        ("password", PASSWORD),
                        ("code", &ada.code()),
                        ("return", asked),
                    ],
                )
                .await;
            assert_eq!(answer.location(), led, "{asked:?}");
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("return", asked)
                .finish();
            let again = browser.get(&format!("/sign-in?{query}")).await;
            assert_eq!(again.location(), led, "{asked:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_that_does_not_say_where_it_comes_from_is_refused() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let form = format!(
            "login=ada&password={}&code={}",
            PASSWORD.replace(' ', "+"),
            ada.code()
        );
        let request = |path: &str, mark: Option<(&str, &str)>| {
            let mut request = Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            if let Some((name, value)) = mark {
                request = request.header(name, value);
            }
            request.body(Body::from(form.clone())).unwrap()
        };
        for path in [
            "/sign-in",
            "/sign-out",
            "/set-up/x",
            "/account/sessions/end-others",
        ] {
            for mark in [
                None,
                Some(("sec-fetch-site", "cross-site")),
                Some(("sec-fetch-site", "same-site")),
                Some(("origin", "https://evil.example")),
                Some(("origin", "null")),
            ] {
                let answer = owner.send(request(path, mark)).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {mark:?}");
            }
        }
        assert!(owner.is_in().await, "nobody was signed out");
        let old = Browser::new(&console);
        let answer = old
            .send(request("/sign-in", Some(("origin", "http://localhost"))))
            .await;
        assert_eq!(answer.location(), "/overview");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_asks_by_itself_is_told_in_a_word() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let ask = |code: String| {
            let form = format!(
                "login=ada&password={}&code={code}",
                PASSWORD.replace(' ', "+")
            );
            Request::post("/sign-in")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .header("sec-fetch-mode", "cors")
                .body(Body::from(form))
                .unwrap()
        };
        let browser = Browser::new(&console);
        let refused = browser.send(ask("000000".to_owned())).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.text, WRONG);
        let done = browser.send(ask(code(&ada.secret, 0))).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT);
        assert!(browser.is_in().await);
    })
    .await;
}
