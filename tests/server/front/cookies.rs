//! What a browser keeps of a session at a public address, and what may be done with it.

use axum::body::Body;
use axum::http::{Request, header};

use super::{Answer, FORBIDDEN, PROXY, Public, STRANGER, assert_guarded, passed_on};
use crate::identity::{Browser, PASSWORD, Person, on_each_with_key, sql};

const FORM: &str = "application/x-www-form-urlencoded";

async fn sign_in(public: &Public, ada: &Person) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("login", &ada.login)
        .append_pair("password", PASSWORD)
        .append_pair("code", &ada.code())
        .finish();
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, FORM)
        .header(header::ORIGIN, "https://sunset.example");
    public
        .ask(PROXY, passed_on(request, Body::from(form)))
        .await
}

/// The cookies that an answer sets, each with its marks.
fn set(answer: &Answer) -> Vec<&str> {
    let all = answer.headers.get_all(header::SET_COOKIE).into_iter();
    all.map(|it| it.to_str().unwrap()).collect()
}

fn session(answer: &Answer) -> String {
    let cookie = set(answer)[0].split(';').next().unwrap();
    assert!(cookie.starts_with("__Host-sunset="), "{cookie}");
    cookie.to_owned()
}

#[tokio::test]
async fn cookies_are_for_this_host_and_https_alone() {
    on_each_with_key(async |console| {
        let ada = Person::join(&Browser::new(&console), "ada").await;
        let public = Public::new(&console);
        let signed_in = sign_in(&public, &ada).await;
        assert_eq!(signed_in.status, 303, "{}", signed_in.text);
        assert_eq!(signed_in.headers[header::LOCATION], "/overview");
        assert_guarded(&signed_in);
        let cookies = set(&signed_in);
        assert_eq!(cookies.len(), 2);
        for (cookie, name) in cookies
            .iter()
            .zip(["__Host-sunset=", "__Host-sunset-device="])
        {
            assert!(cookie.starts_with(name), "{cookie}");
            for mark in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(mark), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
        }

        let home = Request::get("/jobs").header(header::COOKIE, session(&signed_in));
        let home = public.ask(PROXY, passed_on(home, Body::empty())).await;
        assert!(home.text.contains("data-public"), "it says whom it serves");

        let page = |cookie: &str| {
            let request = Request::get("/account").header(header::COOKIE, cookie);
            passed_on(request, Body::empty())
        };
        let cookie = session(&signed_in);
        let account = public.ask(PROXY, page(&cookie)).await;
        assert_eq!(account.status, 200, "{}", account.text);
        // The address is the browser's, not the proxy's.
        assert!(account.text.contains(STRANGER), "{}", account.text);
        assert!(!account.text.contains(PROXY));
        // A name without the prefix could be set by another host of the domain.
        let bare = cookie.trim_start_matches("__Host-");
        assert_eq!(public.ask(PROXY, page(bare)).await.status, 303);

        let request = Request::post("/sign-out")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin");
        let out = public.ask(PROXY, passed_on(request, Body::empty())).await;
        assert_eq!(out.status, 303);
        let gone = set(&out)[0].to_owned();
        assert!(gone.starts_with("__Host-sunset=; ") && gone.contains("Max-Age=0"));
        assert!(gone.contains("Secure"), "{gone}");
        assert_eq!(public.ask(PROXY, page(&cookie)).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn what_changes_something_says_that_it_comes_from_the_public_address() {
    on_each_with_key(async |console| {
        let ada = Person::join(&Browser::new(&console), "ada").await;
        let public = Public::new(&console);
        sql(&console, "DELETE FROM login_throttle").await;
        let cookie = session(&sign_in(&public, &ada).await);
        let call = |path: &str, kind: &str, marks: &[(&str, &str)]| {
            let mut request = Request::post(path)
                .header(header::COOKIE, &cookie)
                .header(header::CONTENT_TYPE, kind);
            for (name, value) in marks {
                request = request.header(*name, *value);
            }
            passed_on(request, Body::from("{}"))
        };
        const JSON: &str = "application/json";
        for (path, kind) in [
            ("/api/notices/open", JSON),
            ("/import/discard", FORM),
            ("/devices/export.csv", FORM),
            ("/account/password", FORM),
            ("/sign-out", FORM),
        ] {
            for marks in [
                &[][..],
                &[("origin", "null")],
                &[("origin", "https://evil.example")],
                // The same host without encryption is another site.
                &[("origin", "http://sunset.example")],
                &[
                    ("origin", "http://sunset.example"),
                    ("sec-fetch-site", "same-origin"),
                ],
                &[("origin", "https://sunset.example:8443")],
                &[("sec-fetch-site", "same-site")],
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://sunset.example"),
                ],
            ] {
                let answer = public.ask(PROXY, call(path, kind, marks)).await;
                assert_eq!(answer.status, FORBIDDEN, "{path} {marks:?}");
                assert_guarded(&answer);
            }
        }
        for marks in [
            &[("origin", "https://sunset.example")][..],
            &[("sec-fetch-site", "same-origin")],
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://sunset.example"),
            ],
        ] {
            let answer = public
                .ask(PROXY, call("/api/notices/open", JSON, marks))
                .await;
            assert_eq!(answer.status, 200, "{marks:?}: {}", answer.text);
        }
        // A form of another site cannot send JSON.
        let text = call(
            "/api/notices/open",
            "text/plain",
            &[("sec-fetch-site", "same-origin")],
        );
        assert_eq!(public.ask(PROXY, text).await.status, 415);
    })
    .await;
}
