//! Who signs in, from outside: browsers with cookies, forms and links.

mod links;
pub mod secrets;
mod sessions;
mod sign_in;
mod throttle;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use sunset::domain::permission::Grants;
use sunset::server::identity::LINK_MS;
use sunset::server::store::Database;
use totp_rs::{Builder, Secret};

use crate::support::{Console, on_each_database};

pub const PASSWORD: &str = "four small green lamps";

/// Runs a story over a console that can seal secrets, on each database.
pub async fn on_each_with_key(story: impl AsyncFn(Console)) {
    on_each_database(async |console: Console| {
        let folder = tempfile::tempdir().unwrap();
        story(console.with_seal_key(folder.path().join("seal.key"))).await;
    })
    .await;
}

/// What a browser was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// What a form's page says was wrong.
    pub fn error(&self) -> String {
        between(&self.text, "id=\"error\" class=\"callout\">", "</p>")
    }
}

/// A browser: it keeps cookies, and says where its forms come from.
pub struct Browser<'a> {
    pub console: &'a Console,
    pub cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub fn new(console: &'a Console) -> Self {
        Self {
            console,
            cookies: RefCell::default(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form of a page of ours.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .body(Body::from(form));
        self.send(request.unwrap()).await
    }

    /// Calls a server function that needs nothing but somebody who asks.
    pub async fn call(&self) -> Answer {
        let request = Request::post("/api/notices/open")
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from("{}"));
        self.send(request.unwrap()).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let pair = |(name, value): (&String, &String)| format!("{name}={value}");
        let cookies: Vec<String> = self.cookies.borrow().iter().map(pair).collect();
        let headers = request.headers_mut();
        headers.insert(header::HOST, "localhost".parse().unwrap());
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let (parts, body) = self.console.send(request).await.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.borrow_mut();
            match rest.contains("Max-Age=0") {
                true => cookies.remove(name),
                false => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let body = match parts.headers.get(header::CONTENT_TYPE) {
            Some(kind) if kind == "text/event-stream" => Vec::new(),
            _ => to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body).unwrap(),
        }
    }

    pub async fn sign_in(&self, login: &str, password: &str, code: &str) -> Answer {
        let fields = [("login", login), ("password", password), ("code", code)];
        self.post("/sign-in", &fields).await
    }

    /// Sends the form of a set-up link's page.
    pub async fn set_up(&self, link: &str, password: &str, code: &str) -> Answer {
        let fields = [("new", password), ("repeated", password), ("code", code)];
        self.post(link, &fields).await
    }

    /// Whether the console lets them in.
    pub async fn is_in(&self) -> bool {
        let answer = self.call().await;
        assert!([200, 401].contains(&answer.status.as_u16()));
        answer.status == StatusCode::OK
    }
}

/// An operator who has set up their account, and what they know.
pub struct Person {
    pub login: String,
    /// The authenticator's secret, in base 32.
    pub secret: String,
    pub recovery_codes: Vec<String>,
}

impl Person {
    /// Invites somebody, who sets up their account in this browser.
    pub async fn join(browser: &Browser<'_>, login: &str) -> Self {
        let link = invite(browser.console, login).await;
        let page = browser.get(&link).await;
        let secret = secret_on(&page.text);
        let set_up = browser.set_up(&link, PASSWORD, &code(&secret, 0)).await;
        assert_eq!(set_up.status, StatusCode::OK, "{}", set_up.text);
        let codes = set_up.text.split("<li><code>").skip(1);
        let recovery_codes = codes
            .map(|it| it.split('<').next().unwrap().to_owned())
            .collect();
        forget_steps(browser.console).await;
        Self {
            login: login.to_owned(),
            secret,
            recovery_codes,
        }
    }

    pub fn code(&self) -> String {
        code(&self.secret, 0)
    }

    pub async fn sign_in(&self, browser: &Browser<'_>) -> Answer {
        browser.sign_in(&self.login, PASSWORD, &self.code()).await
    }
}

/// The path of a new link to set up.
pub async fn invite(console: &Console, login: &str) -> String {
    let login = login.parse().unwrap();
    let identity = &console.app.identity;
    let link = identity
        .invite(&login, &Grants::all(), "test", LINK_MS)
        .await
        .unwrap();
    format!("/set-up/{}", link.as_str())
}

/// The authenticator's secret that a page shows.
pub fn secret_on(page: &str) -> String {
    between(page, "class=\"entrance__key\">", "</code>").replace(' ', "")
}

/// What an authenticator shows so many half minutes from now.
pub fn code(secret: &str, steps: i64) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at = now.as_secs().checked_add_signed(30 * steps).unwrap();
    totp.generate(at).to_string()
}

/// Lets the present code be used once more: nobody wants to wait half a minute.
pub async fn forget_steps(console: &Console) {
    sql(console, "UPDATE operator SET totp_last_step = 0").await;
}

/// Changes rows behind the console's back; returns how many.
pub async fn sql(console: &Console, sql: &str) -> u64 {
    try_sql(console, sql).await.unwrap()
}

/// The same, where the database may refuse it.
pub async fn try_sql(console: &Console, sql: &str) -> Result<u64, sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    Ok(match &console.database {
        Database::Sqlite(path) => {
            let url = format!("sqlite:{}", path.display());
            let mut other = SqliteConnection::connect(&url).await.unwrap();
            other.execute(sql).await?.rows_affected()
        }
        Database::Postgres(url) => {
            let mut other = PgConnection::connect(url).await.unwrap();
            other.execute(sql).await?.rows_affected()
        }
    })
}

pub fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        .1;
    rest.split(after).next().unwrap().to_owned()
}
