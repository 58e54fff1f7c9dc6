//! Who is let in, and what every answer carries.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;
use sunset::domain::grid_page::GridPage;

use crate::support::{Console, on_each_database};

fn call(path: &str) -> axum::http::request::Builder {
    Request::post(path)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
}

#[tokio::test]
async fn only_this_computers_own_names_are_served() {
    on_each_database(async |console: Console| {
        let foreign = Request::get("/jobs").header(header::HOST, "sunset.example");
        let answer = console.send(foreign.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status().as_u16(), 421);
    })
    .await;
}

#[tokio::test]
async fn another_sites_page_cannot_call_a_server_function() {
    on_each_database(async |console: Console| {
        let body = || Body::from("{}");
        let cross = [
            call("/api/cache/refresh")
                .header("sec-fetch-site", "cross-site")
                .body(body()),
            call("/api/cache/refresh")
                .header(header::ORIGIN, "https://evil.example")
                .body(body()),
        ];
        for request in cross {
            let answer = console.send(request.unwrap()).await;
            assert_eq!(answer.status().as_u16(), 403);
        }
        let plain = Request::post("/api/cache/refresh")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "text/plain")
            .body(body())
            .unwrap();
        assert_eq!(console.send(plain).await.status().as_u16(), 415);
    })
    .await;
}

/// Every kind of route.
const ROUTES: [&str; 15] = [
    "/",
    "/devices",
    "/devices/x",
    "/jobs",
    "/events",
    "/devices/export.csv",
    "/import",
    "/import/refused.csv?token=x",
    "/jobs/x/results.csv",
    "/overview",
    "/overview/status/figures.csv",
    "/pkg/sunset.js",
    "/healthz",
    "/metrics",
    "/nowhere",
];

#[tokio::test]
async fn another_sites_page_can_open_ours_and_ask_for_nothing_else() {
    on_each_database(async |console: Console| {
        let ask = async |method: &str, path: &str, [site, mode, dest]: [&str; 3]| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, "localhost")
                .header("sec-fetch-site", site)
                .header("sec-fetch-mode", mode)
                .header("sec-fetch-dest", dest)
                .body(Body::empty())
                .unwrap();
            console.send(request).await.status().as_u16()
        };
        for path in ROUTES {
            for site in ["cross-site", "same-site"] {
                for [mode, dest] in [
                    ["no-cors", "image"],
                    ["no-cors", "empty"],
                    ["cors", "empty"],
                    ["no-cors", "script"],
                    ["navigate", "iframe"],
                    ["navigate", "embed"],
                ] {
                    let status = ask("GET", path, [site, mode, dest]).await;
                    assert_eq!(status, 403, "{path}: {site} {mode} {dest}");
                }
                let status = ask("POST", path, [site, "navigate", "document"]).await;
                assert_eq!(status, 403, "{path}: {site} POST");
                let status = ask("GET", path, [site, "navigate", "document"]).await;
                assert_ne!(status, 403, "{path}: {site} link");
            }
            for site in ["same-origin", "none"] {
                let status = ask("GET", path, [site, "no-cors", "empty"]).await;
                assert_ne!(status, 403, "{path}: {site}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_proxy_passes_on_is_refused() {
    on_each_database(async |console: Console| {
        for name in [
            "Forwarded",
            "X-Forwarded-For",
            "x-forwarded-host",
            "X-Forwarded-Proto",
            "X-Real-IP",
            "Via",
        ] {
            for path in ROUTES {
                let request = Request::get(path)
                    .header(header::HOST, "localhost")
                    .header(name, "203.0.113.7");
                let answer = console.send(request.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status().as_u16(), 403, "{path}: {name}");
                let message = axum::body::to_bytes(answer.into_body(), 1000)
                    .await
                    .unwrap();
                assert!(String::from_utf8_lossy(&message).contains("through a proxy"));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_remembered() {
    on_each_database(async |console: Console| {
        let answer = console.get("/pkg/sunset-of-tomorrow.js").await;
        assert_eq!(answer.status().as_u16(), 404);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_too_large_or_malformed_changes_nothing() {
    on_each_database(async |console: Console| {
        let large = call("/api/plans/make")
            .body(Body::from(vec![b' '; 3_000_000]))
            .unwrap();
        assert!(console.send(large).await.status().is_client_error());

        let malformed = [
            json!({}),
            json!({ "view": { "page": 1 } }),
            json!({ "view": "page=0" }),
            json!({ "view": "surprise=1" }),
        ];
        for arguments in malformed {
            let (status, _) = console
                .call::<GridPage>("devices/search", &arguments)
                .await
                .unwrap_err();
            assert!(status.is_client_error(), "{arguments}: {status}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_answer_carries_the_guarding_headers() {
    on_each_database(async |console: Console| {
        for path in ["/healthz", "/readyz", "/jobs", "/nowhere", "/events"] {
            let request = Request::get(path).header(header::HOST, "localhost");
            let answer = console.send(request.body(Body::empty()).unwrap()).await;
            for name in [
                "content-security-policy",
                "x-content-type-options",
                "referrer-policy",
                "cross-origin-opener-policy",
            ] {
                assert!(answer.headers().contains_key(name), "{path} lacks {name}");
            }
        }
    })
    .await;
}
