//! Files to take away.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use sunset::domain::action::license::license_effect;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::device::DirectoryDevice;
use sunset::server::import;

use crate::support::{Console, device, on_each_database, selection_of};

pub async fn get(console: &Console, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(header::HOST, "localhost");
    let response = console.send(request.body(Body::empty()).unwrap()).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn an_export_holds_every_matching_device_and_can_be_imported_again() {
    on_each_database(async |console: Console| {
        let odd = |n: u32| DirectoryDevice {
            notes: ["=1+1", "a\r\nb", "\"quoted\", comma", "'x", "ärger"][n as usize % 5]
                .to_owned(),
            ..device(n)
        };
        console.fill((0..2500).map(odd)).await;
        let (status, all) = get(&console, "/devices/export.csv?status=ACTIVE").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            csv::Reader::from_reader(all.as_bytes()).records().count(),
            2500
        );
        assert!(!all.contains(",=1+1"), "a formula is neutralized");

        let file = || Ok(std::io::Cursor::new(all.clone().into_bytes()));
        let report = import::import(&console.store, file, true).await.unwrap();
        assert_eq!(
            (
                report.unchanged,
                report.changed,
                report.added,
                report.refused
            ),
            (2500, 0, 0, 0)
        );
    })
    .await;
}

#[tokio::test]
async fn an_export_of_a_selection_holds_exactly_it() {
    on_each_database(async |console: Console| {
        console.fill((0..1500).map(device)).await;
        let devices = console.devices().await;
        let selection = selection_of(devices.iter().step_by(3));
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("selection", &String::from(selection.clone()))
            .finish();
        let request = Request::post("/devices/export.csv")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let response = console.send(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let mut reader = csv::Reader::from_reader(&body[..]);
        let mut serials: Vec<_> = reader
            .records()
            .map(|record| record.unwrap()[1].to_owned())
            .collect();
        serials.sort();
        let expected: Vec<_> = devices
            .iter()
            .step_by(3)
            .map(|it| it.directory.serial.clone())
            .collect();
        assert_eq!(serials, expected);
    })
    .await;
}

#[tokio::test]
async fn an_export_with_a_filter_that_cannot_be_read_is_refused() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        for query in ["ou=nope", "color=red", "page=x"] {
            let (status, message) = get(&console, &format!("/devices/export.csv?{query}")).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
            assert!(
                message.contains(query.split('=').next().unwrap()),
                "{message}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_jobs_results_hold_every_device_with_its_outcome() {
    on_each_database(async |console: Console| {
        console.fill((0..1200).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        let job = console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let (status, body) = get(&console, &format!("/jobs/{}/results.csv", job.id.as_str())).await;
        assert_eq!(status, StatusCode::OK);
        let mut reader = csv::Reader::from_reader(body.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 1200);
        assert!(
            records
                .iter()
                .all(|record| &record[6] == "succeeded" && record[17] == plan.hash)
        );
        // Each license is explained by its own row.
        let message = |license: &str| {
            let row = records.iter().find(|record| &record[18] == license);
            row.map(|record| record[19].to_owned())
        };
        let license = device(0).license;
        let (effect, documented) = license_effect(
            license,
            device(0).os_type,
            DeprovisionReason::RetiringDevice,
        );
        let inferred = if documented { "" } else { " (inferred)" };
        let expected = format!("{}{inferred}", effect.counted(1));
        assert_eq!(message(license.as_str()), Some(expected));

        let (status, _) = get(&console, "/jobs/nowhere/results.csv").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn an_export_of_a_page_holds_exactly_its_rows() {
    on_each_database(async |console| {
        console.fill((0..60).map(device)).await;
        let query = "sort=-serial&size=25&page=3&scope=page";
        let (status, file) = get(&console, &format!("/devices/export.csv?{query}")).await;
        assert_eq!(status, StatusCode::OK);
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = headers
            .iter()
            .position(|name| name == "serialNumber")
            .unwrap();
        let records = reader.records().map(Result::unwrap);
        let mut message: Vec<String> = records.map(|row| row[column].to_owned()).collect();
        message.sort();
        let expected: Vec<String> = (0..10).map(|number| device(number).serial).collect();
        assert_eq!(message, expected);
        let (status, _) = get(&console, "/devices/export.csv?size=7&scope=page").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    })
    .await;
}
