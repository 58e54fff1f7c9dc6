//! Who may do what, and where: people with roles in a fleet of two schools. Nobody of one
//! school learns of the other.

mod approvals;
mod calls;
mod claims;
mod events;
mod limits;
mod mixed;
mod operators;
mod routes;
mod strong;
mod unseen;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::job::{ItemPage, JobId, JobItem, JobSummary};
use sunset::domain::permission::{Grant, Grants};
use sunset::domain::plan::Plan;
use sunset::domain::selection::Selection;
use sunset::server::identity::secret::{Fingerprint, Token};
use sunset::server::identity::{LINK_MS, Visitor};
use sunset::server::store::{NewSession, SetUp, SignedIn};

use crate::support::{Console, NO_GRACE, Refusal, device, execution, on_each_database, until};

/// Devices of each school.
pub const DEVICES: u32 = 12;

/// What stands in every text of the other school's devices, and nowhere else.
pub const CANARY: &str = "canary";

/// Somebody who has signed in, in a browser.
pub struct Person<'a> {
    console: &'a Console,
    pub login: String,
    cookie: String,
}

impl<'a> Person<'a> {
    /// A new operator with these roles, such as `operator:/North`.
    pub async fn new(console: &'a Console, login: &str, roles: &[&str]) -> Self {
        let identity = &console.app.identity;
        let name = login.parse().unwrap();
        let link = identity
            .invite(&name, &grants(roles), "test", LINK_MS)
            .await;
        let link = Fingerprint::of(link.unwrap().as_str());
        let token = Token::new();
        let set_up = SetUp {
            password_phc: "none".to_owned(),
            totp_sealed: "none".to_owned(),
            totp_step: 1,
            recovery_codes: Vec::new(),
        };
        let session = NewSession {
            token: token.fingerprint(),
            ip: String::new(),
            agent: String::new(),
            strong_at: None,
        };
        let set_up = console.store.set_up_operator(&link, &set_up, &session);
        assert!(set_up.await.unwrap());
        // From the first operator on nobody is served without a session, a moment later.
        let nobody = Self::nobody(console);
        until(async || nobody.get("/jobs").await.0 != StatusCode::OK).await;
        Self {
            console,
            login: login.to_owned(),
            cookie: format!("sunset={}", token.as_str()),
        }
    }

    /// Whoever has no session.
    pub fn nobody(console: &'a Console) -> Self {
        Self {
            console,
            login: "nobody".to_owned(),
            cookie: "sunset=none".to_owned(),
        }
    }

    /// Who the server takes them for.
    pub async fn signed_in(&self) -> SignedIn {
        let cookie = self.cookie.strip_prefix("sunset=");
        match self.console.app.identity.visitor(cookie).await {
            Ok(Visitor::SignedIn(who)) => who,
            other => panic!("{other:?}"),
        }
    }

    /// The same at a public address, where the cookie has another name.
    pub fn public_cookie(&self) -> String {
        self.cookie.replacen("sunset=", "__Host-sunset=", 1)
    }

    pub async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Response<Body> {
        let request = request
            .header(header::HOST, "localhost")
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin");
        self.console.send(request.body(body).unwrap()).await
    }

    /// What a path answers, whole.
    pub async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self.ask(Request::get(path), Body::empty()).await;
        text_of(answer).await
    }

    /// What a form of a page is answered.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-mode", "navigate");
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        text_of(self.ask(request, Body::from(form)).await).await
    }

    /// What a server function answers, as it comes.
    pub async fn post(&self, path: &str, arguments: impl Serialize) -> (StatusCode, String) {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        let body = Body::from(serde_json::to_vec(&arguments).unwrap());
        text_of(self.ask(request, body).await).await
    }

    pub async fn call<T: DeserializeOwned>(
        &self,
        function: &str,
        arguments: impl Serialize,
    ) -> Result<T, Refusal> {
        let (status, text) = self.post(&format!("/api/{function}"), arguments).await;
        match status {
            StatusCode::OK => Ok(serde_json::from_str(&text).unwrap()),
            _ => {
                let message = serde_json::from_str(&text);
                Err((
                    status,
                    message.unwrap_or_else(|_| panic!("{status}: {text}")),
                ))
            }
        }
    }

    pub async fn plan(&self, selection: &Selection) -> Result<Plan, Refusal> {
        self.call("plans/make", json!({ "selection": selection }))
            .await
    }

    pub async fn execute(&self, selection: &Selection) -> JobSummary {
        let plan = self.plan(selection).await.unwrap();
        let execution = execution(&plan);
        self.call("jobs/start", json!({ "execution": execution }))
            .await
            .unwrap()
    }

    pub async fn items(&self, id: &JobId) -> Vec<JobItem> {
        let page = json!({ "id": id, "page": 1, "size": 200 });
        let page: ItemPage = self.call("jobs/items", page).await.unwrap();
        page.rows
    }

    pub async fn job(&self, id: &JobId) -> Result<JobSummary, Refusal> {
        self.call("jobs/read", json!({ "id": id })).await
    }
}

async fn text_of(answer: Response<Body>) -> (StatusCode, String) {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, String::from_utf8(body.to_vec()).unwrap())
}

pub fn grants(roles: &[&str]) -> Grants {
    let grants = roles.iter().map(|role| role.parse::<Grant>().unwrap());
    Grants::new(grants.collect())
}

/// A device of the school in the north; every third is in its lab.
pub fn north(number: u32) -> DirectoryDevice {
    let lab = if number.is_multiple_of(3) { "/Lab" } else { "" };
    DirectoryDevice {
        org_unit: format!("/North{lab}"),
        ..device(number)
    }
}

/// A device of the other school, whose name begins alike.
pub fn south(number: u32) -> DirectoryDevice {
    let said = |what: &str| format!("{CANARY} {what} {number}");
    DirectoryDevice {
        org_unit: format!("/Northern {CANARY}"),
        serial: format!("{CANARY}{number}"),
        asset_id: said("asset"),
        model: said("model"),
        user: said("user"),
        location: said("room"),
        notes: said("note"),
        os_version: format!("1{number}.0"),
        ..device(1000 + number)
    }
}

/// Runs a story over two schools, each of [`DEVICES`], on each database.
pub async fn on_two_schools(story: impl AsyncFn(&Console)) {
    on_each_database(async |console| {
        let console = console.over(None, NO_GRACE).await;
        let north = (0..DEVICES).map(north);
        console.fill(north.chain((0..DEVICES).map(south))).await;
        story(&console).await;
    })
    .await;
}

/// The devices whose serial number begins so.
pub async fn selection(console: &Console, serials: &str) -> Selection {
    let who = sunset::server::Scoped::at_this_computer();
    let filter = sunset::domain::filter::DeviceFilter {
        search: serials.to_owned(),
        ..Default::default()
    };
    console.app.inventory.matching(&who, &filter).await.unwrap()
}

pub async fn north_devices(console: &Console) -> Selection {
    selection(console, "SN0").await
}

pub async fn south_devices(console: &Console) -> Selection {
    selection(console, CANARY).await
}
