//! Who is let in at a public address.

use axum::body::Body;
use axum::http::{Request, header};

use super::{FORBIDDEN, HOST, MISDIRECTED, PROXY, Public, STRANGER, assert_guarded, passed_on};
use crate::identity::{Browser, Person, invite, on_each_with_key};

/// One of each kind: pages, calls, files, streams.
const ROUTES: [&str; 9] = [
    "/",
    "/devices",
    "/jobs",
    "/events",
    "/devices/export.csv",
    "/sign-in",
    "/healthz",
    "/pkg/sunset.js",
    "/nowhere",
];

#[tokio::test]
async fn a_request_names_the_public_address_or_is_refused() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let public = Public::new(&console);
        let named = |path: &str, host: &str| {
            let request = Request::get(path).header(header::HOST, host);
            request.body(Body::empty()).unwrap()
        };
        for path in ROUTES {
            for host in [
                "localhost",
                "127.0.0.1:3000",
                "10.0.0.9",
                "other.example",
                "sunset.example:8443",
                "sunset.example.",
                "",
            ] {
                for peer in [PROXY, "127.0.0.1", STRANGER, ""] {
                    let answer = public.ask(peer, named(path, host)).await;
                    assert_eq!(answer.status, MISDIRECTED, "{path} {host} {peer}");
                    assert!(answer.text.contains("https://sunset.example"));
                    assert_guarded(&answer);
                }
            }
            for host in [HOST, "SUNSET.example", "sunset.example:443"] {
                let answer = public.ask(PROXY, named(path, host)).await;
                assert_ne!(answer.status, MISDIRECTED, "{path} {host}");
            }
        }
        let none = Request::get("/healthz").body(Body::empty()).unwrap();
        assert_eq!(public.ask(PROXY, none).await.status, MISDIRECTED);
    })
    .await;
}

#[tokio::test]
async fn only_a_trusted_proxy_passes_requests_on() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let public = Public::new(&console);
        for path in ROUTES {
            for (name, value) in [
                ("Forwarded", "for=127.0.0.1;proto=https"),
                ("X-Forwarded-For", "10.0.0.5"),
                ("X-Forwarded-Host", HOST),
                ("X-Forwarded-Proto", "https"),
                ("X-Real-IP", "127.0.0.1"),
                ("Via", "1.1 me"),
            ] {
                for peer in [STRANGER, "127.0.0.1", "::1", "10.0.1.5"] {
                    let request = Request::get(path)
                        .header(header::HOST, HOST)
                        .header(name, value);
                    let answer = public.ask(peer, request.body(Body::empty()).unwrap()).await;
                    assert_eq!(answer.status, FORBIDDEN, "{path} {name} {peer}");
                    assert!(answer.text.contains("--trusted-proxy"), "{}", answer.text);
                    assert_guarded(&answer);
                }
            }
            for peer in [PROXY, "::ffff:10.0.0.5", ""] {
                let request = passed_on(Request::get(path), Body::empty());
                let answer = public.ask(peer, request).await;
                assert_ne!(answer.status, FORBIDDEN, "{path} {peer}");
                assert_guarded(&answer);
            }
        }
        assert_eq!(public.get("/healthz").await.text, "ok");
        let page = public.get("/jobs").await;
        assert_eq!(page.headers[header::LOCATION], "/sign-in?return=%2Fjobs");
    })
    .await;
}

#[tokio::test]
async fn what_came_to_the_proxy_without_encryption_is_led_to_https_and_changes_nothing() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let public = Public::new(&console);
        let plain = |method: &str, path: &str| {
            Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, HOST)
                .header("x-forwarded-proto", "http")
                .body(Body::empty())
                .unwrap()
        };
        let answer = public.ask(PROXY, plain("GET", "/devices?q=a%26b")).await;
        assert_eq!(answer.status, 308);
        assert_eq!(
            answer.headers[header::LOCATION],
            "https://sunset.example/devices?q=a%26b"
        );
        let answer = public.ask(PROXY, plain("POST", "/sign-in")).await;
        assert_eq!(answer.status, FORBIDDEN);
        assert_guarded(&answer);
    })
    .await;
}

#[tokio::test]
async fn without_operators_a_public_address_serves_only_the_link_of_the_first() {
    on_each_with_key(async |console| {
        let public = Public::new(&console);
        for path in [
            "/", "/devices", "/events", "/import", "/account", "/nowhere",
        ] {
            let answer = public.get(path).await;
            assert_eq!(answer.status, FORBIDDEN, "{path}");
            assert!(answer.text.contains("sunset operator create --admin"));
            assert_guarded(&answer);
        }
        let call = Request::post("/api/notices/open")
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin");
        let call = public.ask(PROXY, passed_on(call, Body::from("{}"))).await;
        assert_eq!(call.status, FORBIDDEN);
        assert_eq!(public.get("/healthz").await.status, 200);
        let link = invite(&console, "ada").await;
        let page = public.get(&link).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("entrance__key"), "{}", page.text);
    })
    .await;
}
