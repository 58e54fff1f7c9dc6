//! An attempt to sign in: where it leads, that it comes back once, and only where it began.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::provider::{AuthorizationRequest, StubProvider};
use super::{EMAIL, arrive, back, depart, is_refused, join, on_each_with_provider, sign_in};
use crate::identity::{Browser, sql};

const NOT_BEGUN: &str = "was not begun in this browser";

#[tokio::test]
async fn the_provider_is_asked_for_a_code_with_everything_that_binds_it() {
    on_each_with_provider(async |console, stub| {
        let browser = Browser::new(&console);
        super::invite(&console, EMAIL).await;
        let page = browser.get("/sign-in?return=%2Fdevices").await;
        assert!(page.text.contains("Sign in with Example ID"));
        assert!(
            page.text
                .contains("href=\"/sign-in/sso?return=%2Fdevices\"")
        );
        let away = browser.get("/sign-in/sso?return=%2Fdevices").await;
        assert!(
            away.location()
                .starts_with(&format!("{}/authorize?", stub.issuer()))
        );
        let cookie = away.headers["set-cookie"].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly; SameSite=Lax; Max-Age=600"),
            "{cookie}"
        );
        let asked = AuthorizationRequest::read(away.location());
        assert_eq!(asked.get("response_type"), "code");
        assert_eq!(asked.get("scope"), "openid email");
        assert_eq!(asked.get("code_challenge_method"), "S256");
        assert_eq!(
            asked.get("redirect_uri"),
            "http://localhost/sign-in/sso/callback"
        );
        for secret in ["state", "nonce", "code_challenge"] {
            assert_eq!(asked.get(secret).len(), 43, "{secret}");
        }
        let again = depart(&browser).await;
        for secret in ["state", "nonce", "code_challenge"] {
            assert_ne!(asked.get(secret), again.get(secret), "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_counts_once_and_in_the_browser_that_began_it() {
    on_each_with_provider(async |console, stub| {
        let ada = Browser::new(&console);
        join(&ada, &stub, EMAIL).await;
        let browser = Browser::new(&console);
        let asked = depart(&browser).await;
        let token = stub.token(&asked, EMAIL);
        let (state, code) = (asked.get("state"), stub.code(&asked, token.clone()));

        // In another browser, with or without an attempt of its own.
        let other = Browser::new(&console);
        is_refused(&other, &back(&other, state, &code).await, NOT_BEGUN).await;
        let own = depart(&other).await;
        is_refused(&other, &back(&other, state, &code).await, NOT_BEGUN).await;
        // The code of somebody else in an attempt of one's own.
        depart(&other).await;
        let answer = back(&other, own.get("state"), &code).await;
        is_refused(&other, &answer, NOT_BEGUN).await;

        // Another state, and none.
        for state in ["", "x", asked.get("nonce")] {
            let third = Browser::new(&console);
            depart(&third).await;
            is_refused(&third, &back(&third, state, &code).await, NOT_BEGUN).await;
        }

        assert_eq!(back(&browser, state, &code).await.location(), "/devices");
        assert!(browser.is_in().await);
        // Once more, also with the cookie that was taken away.
        let late = Browser::new(&console);
        is_refused(&late, &back(&late, state, &code).await, NOT_BEGUN).await;
        // A code that was used, in a new attempt.
        let asked = depart(&late).await;
        let answer = back(&late, asked.get("state"), &code).await;
        is_refused(&late, &answer, "cannot be trusted").await;
    })
    .await;
}

#[tokio::test]
async fn a_code_of_another_attempt_does_not_fit() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        // Somebody brings the code of their own sign-in into the browser of another.
        let (victim, attacker) = (Browser::new(&console), Browser::new(&console));
        let (asked, own) = (depart(&victim).await, depart(&attacker).await);
        let code = stub.code(&own, stub.token(&own, EMAIL));
        let answer = back(&victim, asked.get("state"), &code).await;
        is_refused(&victim, &answer, "cannot be trusted").await;
    })
    .await;
}

#[tokio::test]
async fn an_attempt_ends_after_ten_minutes() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let browser = Browser::new(&console);
        let asked = depart(&browser).await;
        let past = "UPDATE oidc_attempt SET ends_at = ends_at - 600000";
        assert_eq!(sql(&console, past).await, 1);
        let token = stub.token(&asked, EMAIL);
        let answer = arrive(&browser, &stub, &asked, token).await;
        is_refused(&browser, &answer, NOT_BEGUN).await;
        depart(&browser).await;
        let kept = "DELETE FROM oidc_attempt";
        assert_eq!(sql(&console, kept).await, 1, "the old one was forgotten");
    })
    .await;
}

#[tokio::test]
async fn two_providers_are_not_mixed_up() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let other = StubProvider::start().await;
        let browser = Browser::new(&console);
        let asked = depart(&browser).await;
        let code = stub.code(&asked, stub.token(&asked, EMAIL));
        let path = |issuer: &str| {
            let issuer: String = form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
            let state = asked.get("state");
            format!("/sign-in/sso/callback?state={state}&code={code}&iss={issuer}")
        };
        let answer = browser.get(&path(other.issuer())).await;
        is_refused(&browser, &answer, "cannot be trusted").await;

        // A token of the other, with its keys and its name, brought here as ours.
        let asked = depart(&browser).await;
        let mut token = other.token(&asked, EMAIL);
        token.claims["iss"] = stub.issuer().into();
        let code = other.code(&asked, token);
        let answer = back(&browser, asked.get("state"), &code).await;
        is_refused(&browser, &answer, "cannot be trusted").await;
    })
    .await;
}

#[tokio::test]
async fn no_address_leads_to_another_site_afterwards() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        for asked in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/sign-in/sso/callback",
            "/sign-out",
            "javascript:alert(1)",
        ] {
            let browser = Browser::new(&console);
            let encoded: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
            let away = browser.get(&format!("/sign-in/sso?return={encoded}")).await;
            let away = AuthorizationRequest::read(away.location());
            let token = stub.token(&away, EMAIL);
            let answer = arrive(&browser, &stub, &away, token).await;
            assert_eq!(answer.location(), "/overview", "{asked}");
        }
    })
    .await;
}

#[tokio::test]
async fn where_the_provider_does_not_answer_or_refuses_the_page_says_so_and_a_password_helps() {
    on_each_with_provider(async |console, stub| {
        let bob = crate::identity::Person::join(&Browser::new(&console), "bob").await;
        let browser = Browser::new(&console);
        let path = "/sign-in/sso/callback?error=access_denied%22%3E%3Cb%3E&state=x";
        let answer = browser.get(path).await;
        is_refused(&browser, &answer, "Example ID answered access_deniedb").await;

        let refused = sign_in(&browser, &stub, EMAIL).await;
        is_refused(&browser, &refused, "you are not an operator").await;
        let asked = depart(&browser).await;
        drop(stub);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let answer = back(&browser, asked.get("state"), "code").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        is_refused(&browser, &answer, "with Example ID does not work").await;
        assert_eq!(bob.sign_in(&browser).await.location(), "/overview");
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_is_not_used() {
    let stub = StubProvider::start().await;
    for other in [
        format!("{}/", stub.issuer()),
        "https://issuer.example".to_owned(),
    ] {
        stub.calls_itself(&other);
        let error = stub.provider().discover().await.unwrap_err();
        let is_unusable = matches!(
            error,
            sunset::server::identity::provider::ProviderError::Unusable(_)
        );
        assert!(is_unusable, "{error}");
    }
}

#[tokio::test]
async fn only_a_page_that_is_gone_to_comes_back_from_another_site() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        for (mode, dest, comes_in) in [
            ("navigate", "document", true),
            ("navigate", "iframe", false),
            ("no-cors", "image", false),
            ("cors", "empty", false),
        ] {
            let browser = Browser::new(&console);
            let asked = depart(&browser).await;
            let code = stub.code(&asked, stub.token(&asked, EMAIL));
            let state = asked.get("state");
            let path = format!("/sign-in/sso/callback?state={state}&code={code}");
            let request = Request::get(path)
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", mode)
                .header("sec-fetch-dest", dest);
            let answer = browser.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status.is_redirection(), comes_in, "{mode} {dest}");
            assert_eq!(browser.is_in().await, comes_in);
        }
    })
    .await;
}
