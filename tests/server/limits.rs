//! What one request may ask for: too much is refused in a sentence, and costs nothing.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use sunset::domain::device::DirectoryDevice;
use sunset::domain::facets::{Counted, Facets};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;

use crate::support::{Console, device, on_each_database};

async fn answer_of(console: &Console, path: &str) -> (u16, String) {
    let answer = console.get(path).await;
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn every_value_that_a_filter_offers_finds_its_devices() {
    on_each_database(async |console: Console| {
        let odd = [
            "In repair",
            "en réparation",
            "a&b=c",
            "active",
            "50%_\\",
            "ACTIVE",
        ];
        let devices = (0..odd.len()).map(|n| DirectoryDevice {
            status: DeviceStatus::from(odd[n]),
            model: odd[n].to_owned(),
            org_unit: format!("/{}", odd[n]),
            os_version: ["126.0.1", "99", "Flex 1", "12.1", "beta+2", "100.0"][n].to_owned(),
            ..device(n as u32)
        });
        console.fill(devices).await;
        let offered: Facets = console
            .call("devices/facets", json!({ "filter": {}, "all": true }))
            .await
            .unwrap();
        let facets = [
            ("status", offered.statuses.listed),
            ("ou", offered.org_units.listed),
            ("model", offered.models.listed),
            ("os", offered.os_versions.listed),
        ];
        for (name, values) in facets {
            assert!(values.len() >= 5, "{name}: {values:?}");
            for Counted { value, count } in values {
                assert!(0 < count, "{name}={value}");
                let mut filter = DeviceFilter::default();
                assert!(filter.take(name, &value).unwrap(), "{name}={value}");
                assert!(!filter.is_empty(), "{name}={value}");
                // As the page is asked for, and as all that match are selected.
                let view = GridView {
                    filter: filter.clone(),
                    ..GridView::default()
                };
                let found = console.page(&view.to_query()).await;
                assert_eq!(found.total, 1, "{name}={value}");
                let selected: Selection = console
                    .call(
                        "devices/select-matching",
                        json!({ "filter": filter, "expected": 1 }),
                    )
                    .await
                    .unwrap();
                assert!(selected.contains(found.rows[0].id), "{name}={value}");
                let (status, page) = answer_of(&console, &view.href()).await;
                assert_eq!(status, 200, "{name}={value}: {page}");
                assert!(page.contains(&found.rows[0].directory.serial));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_range_that_ends_before_it_begins_is_refused_wherever_a_filter_is_used() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        for name in ["sync", "aue", "enrolled"] {
            for (from, to) in [
                ("2026-02-01", "2026-01-01"),
                ("-1d", "-2d"),
                ("5d", "2001-01-01"),
            ] {
                let query = format!("{name}_from={from}&{name}_to={to}");
                let view = GridView::parse(&query).view;
                let filter = &view.filter;
                let calls: [(&str, Value); 3] = [
                    ("devices/search", json!({ "view": view })),
                    (
                        "devices/select-matching",
                        json!({ "filter": filter, "expected": 0 }),
                    ),
                    (
                        "devices/drift",
                        json!({ "filter": filter, "matched": Selection::default() }),
                    ),
                ];
                for (function, arguments) in calls {
                    let (status, why) = console
                        .call::<Value>(function, arguments)
                        .await
                        .unwrap_err();
                    assert_eq!(status.as_u16(), 422, "{function}: {query}");
                    assert!(why.to_string().contains("ends before it begins"), "{why}");
                }
                let (status, why) =
                    answer_of(&console, &format!("/devices/export.csv?{query}")).await;
                assert_eq!(status, 422, "{query}");
                assert!(why.contains("ends before it begins"), "{why}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_holds_no_selection_to_export() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        for query in [
            "view=selected",
            "view=selected&scope=page",
            "scope=page&view=selected",
        ] {
            let (status, why) = answer_of(&console, &format!("/devices/export.csv?{query}")).await;
            assert_eq!(status, 422, "{query}");
            assert!(why.contains("does not hold a selection"), "{why}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_of_too_many_values_is_refused_in_an_address_and_in_a_call() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let models: Vec<String> = (0..300).map(|n| format!("m{n}")).collect();
        let query = models.join("&model=");
        for path in ["/devices", "/devices/export.csv"] {
            let (status, why) = answer_of(&console, &format!("{path}?model={query}")).await;
            assert_eq!(status, 400, "{path}");
            assert!(why.contains("a filter has at most 100 values"), "{why}");
        }
        let filter = json!({ "models": models });
        let answer = console
            .post(
                "devices/select-matching",
                json!({ "filter": filter, "expected": 0 }),
            )
            .await;
        assert_eq!(answer.status().as_u16(), 422);
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let why = String::from_utf8_lossy(&body);
        assert!(why.contains("a filter has at most 100 values"), "{why}");

        // As many as there may be are found.
        let most = models[..100].join("&model=");
        let (status, _) = answer_of(&console, &format!("/devices?model={most}")).await;
        assert_eq!(status, 200);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused_as_such() {
    on_each_database(async |console: Console| {
        let long = "x".repeat(9000);
        for path in [
            "/devices",
            "/devices/export.csv",
            "/jobs",
            "/events",
            "/nowhere",
            "/pkg/a",
        ] {
            let (status, why) = answer_of(&console, &format!("{path}?{long}")).await;
            assert_eq!(status, 414, "{path}");
            assert!(why.contains("8 KiB"), "{why}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_its_length_and_by_what_comes() {
    on_each_database(async |console: Console| {
        for (path, size) in [
            ("/api/jobs/start", 70_000),
            ("/api/devices/search", 70_000),
            ("/api/plans/make", 1_700_000),
            ("/api/devices/paste", 4_300_000),
            ("/devices/export.csv", 5_000_000),
            ("/nowhere", 70_000),
        ] {
            let request = |body| {
                Request::post(path)
                    .header(header::HOST, "localhost")
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(body)
                    .unwrap()
            };
            let mut announced = request(Body::empty());
            let length = header::HeaderValue::from(size);
            announced
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length);
            assert_eq!(console.send(announced).await.status(), 413, "{path}");

            let pieces = (0..size / 1000 + 1).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1000]));
            let streamed = request(Body::from_stream(tokio_stream::iter(pieces)));
            assert_eq!(console.send(streamed).await.status(), 413, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_nul_character_is_refused_wherever_it_stands() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let nul = "a\0b";
        let calls: [(&str, Value); 8] = [
            ("devices/paste", json!({ "text": nul })),
            ("devices/read", json!({ "device_id": nul })),
            ("jobs/read", json!({ "id": nul })),
            ("jobs/items", json!({ "id": nul, "page": 1, "size": 50 })),
            ("plans/read", json!({ "id": nul })),
            ("views/save", json!({ "name": nul, "query": "" })),
            ("views/save", json!({ "name": "x", "query": nul })),
            (
                "plans/make",
                json!({ "selection": Selection::default(), "provenance": nul }),
            ),
        ];
        for (function, arguments) in calls {
            let answer = console.post(function, arguments).await;
            assert_eq!(
                answer.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{function}"
            );
        }
        for path in [
            "/devices/a%00b",
            "/jobs/%00",
            "/jobs/%00/results.csv",
            "/%00",
        ] {
            assert_eq!(answer_of(&console, path).await.0, 400, "{path}");
        }
        for query in [
            "q=a%00",
            "model=%00",
            "status=%00b",
            "ou=/%00",
            "os=1%00",
            "cols=%00",
        ] {
            let (status, page) = answer_of(&console, &format!("/devices?{query}")).await;
            assert_eq!(status, 400, "{query}: {page}");
        }
    })
    .await;
}
