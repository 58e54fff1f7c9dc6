//! The API for scripts: it answers as its contract says, reads what the owner of the token
//! may see, and changes nothing.

mod answers;
mod rights;
mod tokens;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;

use crate::roles::Person;
use crate::support::Console;

/// The contract.
const CONTRACT: &str = include_str!("../../../docs/openapi.json");

/// A script with a token.
struct Script<'a> {
    console: &'a Console,
    token: String,
}

/// What it was answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    fn kind(&self) -> &str {
        let kind = self.headers[header::CONTENT_TYPE].to_str().unwrap();
        kind.split(';').next().unwrap()
    }

    /// The sentence of an error.
    fn message(&self) -> String {
        assert_eq!(self.kind(), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{self:?}");
        problem["detail"].as_str().unwrap().to_owned()
    }
}

impl<'a> Script<'a> {
    /// A script with a new token of this person's, as their account page makes it.
    async fn of(person: &Person<'a>, console: &'a Console) -> Self {
        let form = [("name", "Inventory sync"), ("days", "90")];
        let (status, page) = person.submit("/account/tokens/create", &form).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        Self {
            console,
            token: token_in(&page).unwrap(),
        }
    }

    fn with(console: &'a Console, token: &str) -> Self {
        Self {
            console,
            token: token.to_owned(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path)).await
    }

    async fn ask(&self, method: &str, path: &str) -> Answer {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        self.send(Request::builder().method(method).uri(path)).await
    }

    async fn send(&self, request: axum::http::request::Builder) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let request = request.header(header::AUTHORIZATION, bearer);
        bare(self.console, request).await
    }
}

/// What a request without a token is answered.
async fn bare(console: &Console, request: axum::http::request::Builder) -> Answer {
    let request = request.header(header::HOST, "localhost");
    let answer = console.send(request.body(Body::empty()).unwrap()).await;
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// The token that a page shows.
fn token_in(page: &str) -> Option<String> {
    let from = page.find("sst_")?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    Some(page[from..].chars().take_while(|c| is_part(*c)).collect())
}
