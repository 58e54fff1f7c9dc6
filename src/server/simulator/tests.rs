//! The simulated directory as other clients call it.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::settings::{ORG_UNITS, Settings, WRITE};
use super::{CUSTOMER, Simulator};
use crate::domain::device::DirectoryDevice;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;
use crate::server::demo;

const ROOT: &str = "/admin/directory/v1/customer/my_customer";

struct Client {
    simulator: Simulator,
    token: String,
    device: DirectoryDevice,
}

impl Client {
    fn new() -> Self {
        let mut devices: Vec<_> = demo::fleet(3, Timestamp(0).date()).collect();
        devices[0].status = DeviceStatus::Active;
        devices[0].org_unit = "/School/Room 1".to_owned();
        let device = devices[0].clone();
        let simulator = Simulator::new(devices, Settings::default());
        let scopes = [WRITE, ORG_UNITS].map(str::to_owned).to_vec();
        let token = simulator
            .world()
            .access
            .grant(scopes, Timestamp(i64::MAX), false);
        Self {
            simulator,
            token,
            device,
        }
    }

    async fn send(&self, request: axum::http::request::Builder, body: String) -> Response<Body> {
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = request.body(Body::from(body)).unwrap();
        self.simulator.router().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let answer = self.send(Request::get(path), String::new()).await;
        (answer.status(), json_of(answer).await)
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let answer = self.send(Request::post(path), body.to_string()).await;
        (answer.status(), json_of(answer).await)
    }

    fn path(&self) -> String {
        format!("{ROOT}/devices/chromeos/{}", self.device.device_id)
    }
}

async fn bytes_of(answer: Response<Body>) -> Bytes {
    to_bytes(answer.into_body(), usize::MAX).await.unwrap()
}

async fn json_of(answer: Response<Body>) -> Value {
    serde_json::from_slice(&bytes_of(answer).await).unwrap_or_default()
}

#[tokio::test]
async fn an_org_unit_is_found_by_its_path_and_by_its_id() {
    let client = Client::new();
    let path = client.device.org_unit.clone();
    let plain = path.trim_start_matches('/');
    let encoded = plain.replace(' ', "%20");
    let (code, by_path) = client.get(&format!("{ROOT}/orgunits/{encoded}")).await;
    assert_eq!(
        (code, &by_path["orgUnitPath"]),
        (StatusCode::OK, &json!(path))
    );
    let id = by_path["orgUnitId"].as_str().unwrap();
    let (_, by_id) = client.get(&format!("{ROOT}/orgunits/{id}")).await;
    assert_eq!(by_id, by_path);
    let (code, error) = client.get(&format!("{ROOT}/orgunits/nowhere")).await;
    assert_eq!(code, StatusCode::NOT_FOUND);
    assert_eq!(error["error"]["errors"][0]["reason"], "notFound");
}

#[tokio::test]
async fn a_customer_is_found_by_both_names() {
    let client = Client::new();
    for name in ["my_customer", CUSTOMER] {
        let (code, customer) = client
            .get(&format!("/admin/directory/v1/customers/{name}"))
            .await;
        assert_eq!((code, &customer["id"]), (StatusCode::OK, &json!(CUSTOMER)));
    }
    let (code, _) = client.get("/admin/directory/v1/customers/C0other").await;
    assert_eq!(code, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_older_action_changes_a_device_once() {
    let client = Client::new();
    let path = format!("{}/action", client.path());
    let (code, _) = client.post(&path, json!({ "action": "deprovision" })).await;
    assert_eq!(code, StatusCode::BAD_REQUEST);
    let asked = json!({ "action": "deprovision", "deprovisionReason": "retiring_device" });
    let (code, _) = client.post(&path, asked.clone()).await;
    assert_eq!(code, StatusCode::NO_CONTENT);
    let (code, error) = client.post(&path, asked).await;
    assert_eq!(code, StatusCode::PRECONDITION_FAILED);
    let error = &error["error"];
    assert_eq!(error["message"], "Illegal device state transition.");
    assert_eq!(error["errors"][0]["reason"], "conditionNotMet");
    assert_eq!(error.get("status"), None);
}

#[tokio::test]
async fn an_error_has_googles_envelope_whoever_found_it() {
    let client = Client::new();
    let devices = format!("{ROOT}/devices/chromeos");
    for path in [
        format!("{devices}?maxResults=many"),
        format!("{devices}?projection=ALL"),
        format!("{devices}?fields=a("),
    ] {
        let (code, answer) = client.get(&path).await;
        assert_eq!(code, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer["error"]["code"], 400, "{path}");
        assert_eq!(answer["error"].get("status"), None, "{path}");
    }
    let answer = client
        .send(Request::delete(client.path()), String::new())
        .await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(json_of(answer).await["error"]["code"], 404);
    let change = format!("{devices}:batchChangeStatus");
    let (_, newer) = client.post(&change, json!({})).await;
    assert_eq!(newer["error"]["status"], "INVALID_ARGUMENT");
}

#[tokio::test]
async fn parts_are_answered_of_every_method() {
    let client = Client::new();
    let count = format!("{ROOT}/devices/chromeos:countChromeOsDevices");
    let (_, all) = client.get(&count).await;
    assert_eq!(all, json!({ "count": "3" }));
    let (_, none) = client.get(&format!("{count}?fields=other")).await;
    assert_eq!(none, json!({}));
    let units = format!("{ROOT}/orgunits?type=all&fields=organizationUnits/name");
    let (_, units) = client.get(&units).await;
    let first = units["organizationUnits"][0].as_object().unwrap();
    assert_eq!(first.keys().collect::<Vec<_>>(), ["name"]);
}

#[tokio::test]
async fn a_device_shows_its_org_unit_by_projection() {
    let client = Client::new();
    let path = client.path();
    let (_, unsaid) = client.get(&path).await;
    assert_eq!(unsaid["orgUnitPath"], client.device.org_unit.as_str());
    assert_eq!(unsaid.get("model"), None);
    let (_, basic) = client.get(&format!("{path}?projection=BASIC")).await;
    assert_eq!(basic.get("orgUnitPath"), None);
    let (_, full) = client.get(&format!("{path}?projection=FULL")).await;
    assert!(!full["orgUnitId"].as_str().unwrap().starts_with("id:"));
    let written = json!({ "orgUnitId": full["orgUnitId"], "orgUnitPath": full["orgUnitPath"] });
    let answer = client
        .send(Request::patch(&path), written.to_string())
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_method_can_be_named_in_a_header_and_head_answers_without_a_body() {
    let client = Client::new();
    let patch = Request::post(client.path()).header("x-http-method-override", "PATCH");
    let answer = client
        .send(patch, json!({ "notes": "new" }).to_string())
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    let id = &client.device.device_id;
    assert_eq!(client.simulator.device(id).unwrap().notes, "new");
    let answer = client
        .send(Request::head(client.path()), String::new())
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(bytes_of(answer).await.is_empty());
}

#[tokio::test]
async fn each_call_of_a_batch_is_answered_by_itself() {
    let client = Client::new();
    let device = client.path();
    let part = |id: &str, call: &str| {
        format!(
            "--===1==\r\nContent-Type: application/http\r\nContent-ID: <b + {id}>\r\n\r\n{call}\r\n"
        )
    };
    let patch = format!(
        "PATCH {device} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{{\"notes\":\"new\"}}"
    );
    let body = [
        part("1", &patch),
        part("2", &format!("GET {device}x HTTP/1.1\r\n\r\n")),
        "--===1==--".to_owned(),
    ]
    .concat();
    for path in ["/batch", "/batch/admin/directory_v1"] {
        let kind = "multipart/mixed; boundary=\"===1==\"";
        let batch = Request::post(path).header("content-type", kind);
        let answer = client.send(batch, body.clone()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("multipart/mixed; boundary="), "{kind}");
        let text = String::from_utf8(bytes_of(answer).await.to_vec()).unwrap();
        let first = text.find("Content-ID: <response-b + 1>\r\n\r\nHTTP/1.1 200 OK\r\n");
        let second = text.find("Content-ID: <response-b + 2>\r\n\r\nHTTP/1.1 404 Not Found");
        assert!(first.unwrap() < second.unwrap(), "{text}");
        assert!(text.contains("\"notFound\""), "{text}");
    }
    let id = &client.device.device_id;
    assert_eq!(client.simulator.device(id).unwrap().notes, "new");
    let bad = Request::post("/batch").header("content-type", "multipart/mixed; boundary=x");
    let answer = client.send(bad, "nothing".to_owned()).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}
