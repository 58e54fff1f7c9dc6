//! What watches the server has an address of its own, and nobody else has its figures.

use axum::body::Body;
use axum::http::{Request, header};

use super::{FORBIDDEN, HOST, MISDIRECTED, PROXY, Public, answer, passed_on};
use crate::identity::{Browser, Person, on_each_with_key};

#[tokio::test]
async fn a_public_console_has_figures_only_where_this_computer_asks() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        let public = Public::new(&console);
        let named = |path: &str, host: &str| {
            let request = Request::get(path).header(header::HOST, host);
            request.body(Body::empty()).unwrap()
        };
        for (path, word) in [
            ("/metrics", "sunset_devices"),
            ("/readyz", "ready"),
            ("/healthz", "ok"),
        ] {
            // No session is needed, as an operator has no part in it.
            let message = answer(&public.ops, "127.0.0.1", named(path, "127.0.0.1:9300")).await;
            assert_eq!(message.status, 200, "{path}");
            assert!(message.text.contains(word), "{path}: {}", message.text);
            for host in [HOST, "evil.example", ""] {
                let message = answer(&public.ops, "127.0.0.1", named(path, host)).await;
                assert_eq!(message.status, MISDIRECTED, "{path} {host}");
            }
            let forwarded = passed_on(Request::get(path), Body::empty());
            assert_eq!(
                answer(&public.ops, PROXY, forwarded).await.status,
                FORBIDDEN
            );
        }
        let nothing = answer(&public.ops, "127.0.0.1", named("/devices", "localhost")).await;
        assert_eq!(nothing.status, 404);

        for path in ["/metrics", "/readyz"] {
            assert_eq!(public.get(path).await.status, 401, "{path}");
            let session = format!("__Host-sunset={}", browser.cookies.borrow()["sunset"]);
            let request = Request::get(path).header(header::COOKIE, session);
            let message = public.ask(PROXY, passed_on(request, Body::empty())).await;
            assert_eq!(message.status, 404, "{path}");
            assert!(!message.text.contains("sunset_devices"));
        }
    })
    .await;
}
