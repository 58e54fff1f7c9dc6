//! A few bytes that stand for more devices than there is memory for.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;

use crate::support::{Console, device, on_each_database};

/// What other tests may need meanwhile; the smallest bomb but one takes ten times as much.
const ELSEWHERE_KB: u64 = 100_000;

/// A selection of so many runs of 65,536 devices each.
fn bomb(containers: u32) -> String {
    let mut bytes = (12_347 | ((containers - 1) << 16)).to_le_bytes().to_vec();
    bytes.extend(vec![0xff; containers.div_ceil(8) as usize]);
    for key in 0..containers {
        bytes.extend((key as u16).to_le_bytes());
        bytes.extend(u16::MAX.to_le_bytes());
    }
    if containers >= 4 {
        bytes.extend(vec![0; containers as usize * 4]);
    }
    for _ in 0..containers {
        bytes.extend([1, 0, 0, 0, 0xff, 0xff]);
    }
    Base64::encode_string(&bytes)
}

/// The most memory that this process ever had, in kB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap()
}

#[tokio::test]
async fn a_selection_of_more_devices_than_ever_were_is_refused_before_it_is_unfolded() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let (view, filter) = (GridView::default(), DeviceFilter::default());
        for containers in [10, 400, 65_536] {
            let bomb = bomb(containers);
            let before = most_memory();
            let entrances: [(&str, Value); 7] = [
                ("plans/make", json!({ "selection": bomb })),
                (
                    "devices/selected",
                    json!({ "view": view, "selection": bomb }),
                ),
                ("devices/known", json!({ "selection": bomb })),
                (
                    "devices/drift",
                    json!({ "filter": filter, "matched": bomb }),
                ),
                (
                    "devices/eligible",
                    json!({ "action": "deprovision", "selection": bomb }),
                ),
                ("devices/serials", json!({ "selection": bomb })),
                ("devices/eligibility", json!({ "selection": bomb })),
            ];
            for (function, arguments) in entrances {
                let (status, message) = console
                    .call::<Value>(function, arguments)
                    .await
                    .unwrap_err();
                assert_eq!(status.as_u16(), 422, "{function}: {message}");
                assert!(
                    message.to_string().contains("never had"),
                    "{function}: {message}"
                );
            }
            let form = as_form(&bomb);
            let request = Request::post("/devices/export.csv")
                .header(header::HOST, "localhost")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form))
                .unwrap();
            let answer = console.send(request).await;
            assert_eq!(answer.status().as_u16(), 422);
            let message = to_bytes(answer.into_body(), 1000).await.unwrap();
            assert!(String::from_utf8_lossy(&message).contains("never had"));
            let grown = most_memory() - before;
            assert!(grown < ELSEWHERE_KB, "{containers} containers: {grown} kB");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_of_more_devices_than_ever_were_finds_those_there_are() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let before = most_memory();
        for (containers, status) in [(10, 200), (300, 200), (400, 400)] {
            let list = bomb(containers).replace('+', "-").replace('/', "_");
            let path = format!("/devices?list={}", list.trim_end_matches('='));
            let request = Request::get(path)
                .header(header::HOST, "localhost")
                .body(Body::empty())
                .unwrap();
            let answer = console.send(request).await;
            assert_eq!(answer.status().as_u16(), status, "{containers} containers");
            let page = to_bytes(answer.into_body(), 1_000_000).await.unwrap();
            let rows = String::from_utf8_lossy(&page).matches("scope=row").count();
            let expected = if status == 200 { 3 } else { 0 };
            assert_eq!(rows, expected, "{containers} containers");
        }
        let grown = most_memory() - before;
        assert!(grown < ELSEWHERE_KB, "{grown} kB");
    })
    .await;
}

fn as_form(selection: &str) -> String {
    let escaped = selection.replace('+', "%2B").replace('/', "%2F");
    format!("selection={}", escaped.replace('=', "%3D"))
}
