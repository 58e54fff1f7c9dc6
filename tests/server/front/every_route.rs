//! Every route × everybody × every way to ask wrongly: no answer is a failure of the server,
//! none lacks a guarding header, and none speaks of types.
//!
//! The routes are read from the program's own table, so a new one is among them.

use axum::body::Body;
use axum::http::{Method, Request, header};

use super::{Answer, PROXY, Public, assert_guarded, passed_on};
use crate::roles::{Person, on_two_schools};

const TABLES: [&str; 2] = [
    include_str!("../../../src/server/http/mod.rs"),
    include_str!("../../../src/server/http/api/mod.rs"),
];

/// Paths that have a name in the table.
const NAMES: [(&str, &str); 9] = [
    ("approvals::PAGE", "/approvals"),
    ("audit::PAGE", "/audit"),
    ("gate::SIGN_IN", "/sign-in"),
    ("gate::SIGN_OUT", "/sign-out"),
    ("request_limits::UPLOAD", "/import/upload"),
    ("operators::PAGE", "/operators"),
    ("ops::HEALTH", "/healthz"),
    ("sso::SSO_CALLBACK", "/sign-in/sso/callback"),
    ("sso::SSO_START", "/sign-in/sso"),
];

/// Words of libraries, which nobody can act on.
const INTERNAL: [&str; 8] = [
    "deserialize",
    "missing field",
    "invalid type",
    "Failed to",
    "UUID",
    "panicked",
    "sqlx",
    "at line 1 column",
];

/// The paths of the table, with nothing where an id belongs.
fn routes() -> Vec<String> {
    let of_table = |table: &'static str| {
        let parts = table.split(".route(").skip(1);
        parts.map(|part| part.trim_start().split(',').next().unwrap().trim())
    };
    let path = |first: &str| match first.strip_prefix('"') {
        Some(path) => path.trim_end_matches('"').to_owned(),
        None if first == "CONTRACT" => "/api/v1/openapi.json".to_owned(),
        None => {
            let known = NAMES.iter().find(|(name, _)| *name == first);
            known
                .unwrap_or_else(|| panic!("{first} has no path here"))
                .1
                .to_owned()
        }
    };
    let paths = TABLES.into_iter().flat_map(of_table).map(path);
    let mut paths: Vec<String> = paths.map(|path| without_ids(&path)).collect();
    // Whoever signs out asks for nothing more.
    paths.sort_by_key(|path| path == "/sign-out");
    paths
}

fn without_ids(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "none" } else { part }.to_owned();
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn check(asked: &str, answer: &Answer) {
    assert!(
        answer.status < 500 || answer.status == 503,
        "{asked}: {answer:?}"
    );
    assert_guarded(answer);
    if answer.status >= 400 {
        assert!(!answer.text.trim().is_empty(), "{asked}: {answer:?}");
        for word in INTERNAL {
            assert!(!answer.text.contains(word), "{asked}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_fails_however_it_is_asked() {
    let routes = routes();
    assert!(routes.len() > 45, "{routes:?}");
    on_two_schools(async |console| {
        let chief = ["operator", "eraser", "approver", "administrator"];
        let people = [
            Person::new(console, "chief", &chief).await,
            Person::new(console, "tech", &["viewer:/North"]).await,
            Person::nobody(console),
        ];
        let public = Public::new(console);
        for path in &routes {
            for person in &people {
                for (method, query, kind, body) in [
                    (Method::GET, "", "", ""),
                    (Method::GET, "?page=none&colour=%FF&name=", "", ""),
                    (Method::POST, "", "", ""),
                    (Method::POST, "", "application/x-www-form-urlencoded", ""),
                    (
                        Method::POST,
                        "",
                        "application/x-www-form-urlencoded",
                        "login=%FF&a=b",
                    ),
                    (Method::POST, "", "application/json", "{}"),
                    (Method::POST, "", "multipart/form-data", "x"),
                    (Method::DELETE, "", "", ""),
                ] {
                    let asked = format!("{method} {path}{query} {kind} as {}", person.login);
                    let mut request = Request::builder()
                        .method(method)
                        .uri(format!("{path}{query}"))
                        .header(header::COOKIE, person.public_cookie())
                        .header("origin", "https://sunset.example")
                        .header("sec-fetch-site", "same-origin");
                    if !kind.is_empty() {
                        request = request.header(header::CONTENT_TYPE, kind);
                    }
                    let request = passed_on(request, Body::from(body));
                    let answer = public.ask(PROXY, request).await;
                    check(&asked, &answer);
                    let is_open = OPEN.iter().any(|open| path.starts_with(open));
                    if person.login == "nobody" && !is_open {
                        assert!((300..500).contains(&answer.status), "{asked}: {answer:?}");
                    }
                }
            }
        }
    })
    .await;
}

/// What nobody has to be signed in for.
const OPEN: [&str; 6] = [
    "/healthz",
    "/sign-",
    "/set-up/",
    "/first/",
    "/api/v1/openapi.json",
    "/pkg/",
];
