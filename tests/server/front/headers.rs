//! Whatever a public console answers, it carries the same guarding headers.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, header};

use super::{PROXY, Public, assert_guarded, passed_on};
use crate::identity::{Browser, Person, on_each_with_key};

#[tokio::test]
async fn every_status_carries_the_guarding_headers() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        let public = Public::new(&console);
        let session = format!("__Host-sunset={}", browser.cookies.borrow()["sunset"]);
        let own = |request: Builder| {
            request
                .header(header::COOKIE, &session)
                .header("sec-fetch-site", "same-origin")
        };
        let json = |request: Builder| request.header(header::CONTENT_TYPE, "application/json");
        let form = |request: Builder| {
            request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
        };
        let call = "/api/notices/open";
        let long = format!("/devices?q={}", "x".repeat(9000));
        let large = || Body::from(vec![b' '; 100_000]);
        for (status, request, body) in [
            (200, own(Request::get("/overview")), Body::empty()),
            (200, own(Request::get("/account")), Body::empty()),
            (200, own(Request::get("/events")), Body::empty()),
            (200, own(Request::get("/devices/export.csv")), Body::empty()),
            (200, own(json(Request::post(call))), Body::from("{}")),
            (200, Request::get("/healthz"), Body::empty()),
            (303, Request::get("/devices"), Body::empty()),
            (307, own(Request::get("/")), Body::empty()),
            (400, own(Request::get("/devices?page=none")), Body::empty()),
            (400, own(Request::get("/devices/%00")), Body::empty()),
            (
                401,
                json(Request::post(call)).header("origin", "https://sunset.example"),
                Body::from("{}"),
            ),
            (401, Request::get("/events"), Body::empty()),
            (
                403,
                Request::get("/jobs").header("sec-fetch-site", "cross-site"),
                Body::empty(),
            ),
            (404, own(Request::get("/nowhere")), Body::empty()),
            (404, own(Request::get("/jobs/x/results.csv")), Body::empty()),
            (
                404,
                Request::get("/pkg/sunset-of-tomorrow.js"),
                Body::empty(),
            ),
            (405, own(Request::delete("/events")), Body::empty()),
            (413, own(json(Request::post(call))), large()),
            (414, own(Request::get(long)), Body::empty()),
            (415, own(Request::post(call)), Body::from("{}")),
            (422, own(json(Request::post(call))), Body::from("\0")),
            (
                422,
                form(Request::post("/sign-in")),
                Body::from("login=a&password=b&code=c"),
            ),
        ] {
            let request = passed_on(request, body);
            let asked = format!("{} {}", request.method(), request.uri().path());
            let answer = public.ask(PROXY, request).await;
            assert_eq!(answer.status, status, "{asked}: {}", answer.text);
            assert_guarded(&answer);
            let message = answer.headers[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap();
            assert!(message.contains("default-src 'none'"), "{asked}: {message}");
            assert!(
                message.contains("frame-ancestors 'none'"),
                "{asked}: {message}"
            );
        }
        // Guesses that come too fast.
        let guess = || {
            let guess = Body::from("login=ada&password=b&code=c");
            public.ask(PROXY, passed_on(form(Request::post("/sign-in")), guess))
        };
        let mut answer = guess().await;
        for _ in 0..9 {
            answer = guess().await;
        }
        assert_eq!(answer.status, 429, "{}", answer.text);
        assert_guarded(&answer);

        console.store.close().await;
        let request = passed_on(own(json(Request::post(call))), Body::from("{}"));
        let answer = public.ask(PROXY, request).await;
        assert!(answer.status >= 500, "{answer:?}");
        assert_guarded(&answer);
    })
    .await;
}
