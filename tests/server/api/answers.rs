//! Every answer is held against the contract.

use std::collections::BTreeSet;

use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use sunset::domain::field::EXPORTED;

use super::{Answer, CONTRACT, Script, bare};
use crate::roles::{Person, north_devices, on_two_schools};
use crate::support::Console;

fn contract() -> Value {
    serde_json::from_str(CONTRACT).unwrap()
}

/// Whether an answer is what the contract says of it.
fn check(contract: &Value, operation: &Value, answer: &Answer) {
    let responses = &operation["responses"];
    let response = responses
        .get(answer.status.as_str())
        .unwrap_or_else(|| panic!("the contract does not know of {answer:?}"));
    let content = &response["content"][answer.kind()];
    assert!(
        content.is_object(),
        "another kind than promised: {answer:?}"
    );
    let value = match answer.kind() {
        "application/json" | "application/problem+json" => answer.json(),
        _ => answer.text.clone().into(),
    };
    let mut schema = content["schema"].clone();
    schema["components"] = contract["components"].clone();
    let validator = jsonschema::options().build(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} in {value}");
}

/// The fields of an object of the contract.
fn names(contract: &Value, of: &str) -> BTreeSet<String> {
    let properties = &contract["components"]["schemas"][of]["properties"];
    properties.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_contract_has_the_fields_of_the_program() {
    let contract = contract();
    let fields = EXPORTED.map(|field| field.names().wire).into_iter();
    let device: BTreeSet<String> = fields
        .chain(["readAt", "inJob"])
        .map(str::to_owned)
        .collect();
    assert_eq!(names(&contract, "Device"), device);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_contract_says() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["operator"]).await;
        let job = person.execute(&north_devices(console).await).await;
        console.run_jobs().await;
        let script = Script::of(&person, console).await;
        let (one, device) = (job.id.as_str(), crate::roles::north(1).device_id);
        let contract = contract();
        let paths = contract["paths"].as_object().unwrap();
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                let id = if path.contains("/jobs/") {
                    one
                } else {
                    &device
                };
                let answer = script.ask(method, &path.replace("{id}", id)).await;
                assert!(answer.status.is_success(), "{path}: {answer:?}");
                check(&contract, operation, &answer);
                // What is not there, what nobody may see, and what is not understood.
                if path.contains("{id}") {
                    let answer = script.ask(method, &path.replace("{id}", "none")).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                    check(&contract, operation, &answer);
                }
                if operation.get("security").is_none() {
                    let request = Request::builder().method(method.to_uppercase().as_str());
                    let answer = bare(console, request.uri(path)).await;
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
                    check(&contract, operation, &answer);
                }
                if operation["responses"].get("400").is_some() {
                    let path = format!("{}?colour=red", path.replace("{id}", id));
                    let answer = script.ask(method, &path).await;
                    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
                    assert!(answer.message().contains("colour"), "{answer:?}");
                    check(&contract, operation, &answer);
                }
            }
        }
        let csv = script.get(&format!("/api/v1/jobs/{one}/devices.csv")).await;
        let header = csv.text.lines().next().unwrap();
        let columns = header.trim_matches('"').split("\",\"").map(str::to_owned);
        assert_eq!(names(&contract, "Result"), columns.collect());
        for (method, path, status) in [
            ("GET", "/api/v1/nothing", StatusCode::NOT_FOUND),
            ("GET", "/api/v1/", StatusCode::NOT_FOUND),
            ("GET", "/api/v1", StatusCode::NOT_FOUND),
            ("DELETE", "/api/v1/devices", StatusCode::METHOD_NOT_ALLOWED),
            ("POST", "/api/v1/jobs", StatusCode::METHOD_NOT_ALLOWED),
            (
                "GET",
                "/api/v1/cache/refresh",
                StatusCode::METHOD_NOT_ALLOWED,
            ),
        ] {
            let answer = script.ask(method, path).await;
            assert_eq!(answer.status, status, "{method} {path}");
            assert!(!answer.message().is_empty());
        }
    })
    .await;
}

/// Each parameter that the contract names is understood, and each filter filters.
#[tokio::test(flavor = "multi_thread")]
async fn every_parameter_of_the_contract_is_understood() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer"]).await;
        let script = Script::of(&person, console).await;
        let contract = contract();
        for (path, operations) in contract["paths"].as_object().unwrap() {
            for parameter in parameters(&operations["get"]) {
                let name = parameter["name"].as_str().unwrap();
                for value in samples(name, &parameter["schema"]) {
                    let asked = format!("{}?{name}={value}", path.replace("{id}", "none"));
                    let answer = script.get(&asked).await;
                    let is_understood = answer.status == StatusCode::OK
                        || answer.status == StatusCode::NOT_FOUND && path.contains("{id}");
                    assert!(is_understood, "{asked}: {answer:?}");
                }
            }
        }
    })
    .await;
}

fn parameters(operation: &Value) -> Vec<Value> {
    let all = operation["parameters"].as_array().cloned();
    let all = all.unwrap_or_default().into_iter();
    all.filter(|it| it["in"] == "query").collect()
}

/// Values that a parameter takes.
fn samples(name: &str, schema: &Value) -> Vec<String> {
    let values = schema["enum"]
        .as_array()
        .or(schema["items"]["enum"].as_array());
    match (values, name) {
        (Some(values), _) => values
            .iter()
            .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
            .collect(),
        (None, "page" | "size") => vec!["1".to_owned(), "2".to_owned()]
            .into_iter()
            .filter(|value| name == "page" || value == "1")
            .collect(),
        (None, "sort") => vec!["serial".to_owned(), "-last_sync".to_owned()],
        (None, "action") => vec!["deprovision".to_owned(), "update_fields".to_owned()],
        (None, "outcome") => vec!["succeeded".to_owned(), "not_attempted".to_owned()],
        (None, "ou") => vec!["/North".to_owned()],
        (None, "license") => vec!["educationUpgradePerpetual".to_owned()],
        (None, name) if name.ends_with("_from") || name.ends_with("_to") => {
            vec!["2026-11-30".to_owned(), "-90d".to_owned(), "0d".to_owned()]
        }
        (None, _) => vec!["SN0".to_owned()],
    }
}

/// The devices of all pages, of the file of lines and of the CSV are the same.
#[tokio::test(flavor = "multi_thread")]
async fn pages_and_files_have_the_same_devices() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer:/North"]).await;
        let script = Script::of(&person, console).await;
        let listed = all_pages(&script, "/api/v1/devices?size=25").await;
        let lines = script.get("/api/v1/devices.jsonl").await;
        let mut of_file: Vec<Value> = lines
            .text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        of_file.sort_by_key(|it| it["serialNumber"].as_str().unwrap().to_owned());
        assert_eq!(of_file.len(), crate::roles::DEVICES as usize);
        let mut without: Vec<Value> = listed.clone();
        for device in &mut without {
            let device = device.as_object_mut().unwrap();
            device.remove("readAt");
            device.remove("inJob");
        }
        assert_eq!(without, of_file);
        let csv = script.get("/api/v1/devices.csv").await;
        let (_, page) = person.get("/devices/export.csv").await;
        assert_eq!(csv.text, page, "the same file as the console exports");
        assert_eq!(csv.text.lines().count(), listed.len() + 1);
        let filtered = script.get("/api/v1/devices?ou=/North/Lab").await.json();
        assert_eq!(filtered["total"], json!(4));
    })
    .await;
}

async fn all_pages(script: &Script<'_>, path: &str) -> Vec<Value> {
    let mut devices = Vec::new();
    for page in 1.. {
        let answer = script.get(&format!("{path}&page={page}")).await.json();
        let rows = answer["devices"].as_array().unwrap().clone();
        if rows.is_empty() {
            assert_eq!(answer["total"], devices.len());
            return devices;
        }
        devices.extend(rows);
    }
    devices
}

/// As long as nobody can sign in, whoever sits at the computer asks without a token.
#[tokio::test(flavor = "multi_thread")]
async fn at_this_computer_nobody_needs_a_token() {
    crate::support::on_each_database(async |console: Console| {
        console.fill((0..3).map(crate::support::device)).await;
        let answer = bare(&console, Request::get("/api/v1/devices")).await;
        assert_eq!(answer.json()["total"], json!(3));
        let other_site = Request::post("/api/v1/cache/refresh")
            .header("sec-fetch-site", "cross-site")
            .header("origin", "https://elsewhere.example");
        let answer = bare(&console, other_site).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
    })
    .await;
}
