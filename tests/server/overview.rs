//! The overview: every number is the length of the list that its link opens.

use axum::body::to_bytes;
use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::figures::{Chart, Figure, MONTHS};
use sunset::domain::overview::Overview;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::{Date, Timestamp};

use crate::any_device::{numbered, world};
use crate::support::{Console, device, on_each_database, selection_of};

async fn overview(console: &Console) -> Overview {
    console.call("overview/read", json!({})).await.unwrap()
}

fn today() -> Date {
    Timestamp::now().date()
}

/// Any devices, brought near to the days and units that the overview asks for.
fn fleet() -> Vec<DirectoryDevice> {
    const UNITS: [&str; 5] = [
        "/Retired",
        "/Retired/2024",
        "/IT/Storage",
        "/IT/To recycle",
        "/School",
    ];
    let odd = |(n, it): (usize, DirectoryDevice)| {
        let n = n as i32;
        let synced = today().plus_days(-(n * 37 % 800)).start();
        DirectoryDevice {
            org_unit: match n % 3 {
                0 => UNITS[n as usize % 5].to_owned(),
                _ => it.org_unit,
            },
            auto_update: (n % 7 != 0).then(|| today().plus_days(n * 53 % 1400 - 400)),
            last_sync: it.last_sync.map(|_| synced),
            ..it
        }
    };
    numbered(world(400))
        .into_iter()
        .enumerate()
        .map(odd)
        .collect()
}

async fn text(console: &Console, path: &str) -> (StatusCode, String) {
    let response = console.get(path).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn all(overview: &Overview) -> Vec<Figure> {
    let charts = Chart::ALL.iter();
    charts
        .flat_map(|chart| overview.figures.of(*chart))
        .collect()
}

#[tokio::test]
async fn every_number_is_the_length_of_the_list_behind_it_and_of_its_select_all() {
    on_each_database(async |console: Console| {
        console.fill(fleet()).await;
        let overview = overview(&console).await;
        assert_eq!(overview.figures.devices(), 400);
        let figures = all(&overview);
        let counted = figures.iter().filter(|figure| figure.count != 0).count();
        assert!(40 < counted, "{counted} of {}", figures.len());
        for figure in figures {
            let href = figure.href();
            let query = href.trim_start_matches("/devices").trim_start_matches('?');
            let page = console.page(query).await;
            assert_eq!(page.total, figure.count, "{}: {href}", figure.label);
            if figure.count == 0 {
                continue;
            }
            let arguments = json!({ "filter": figure.filter, "expected": figure.count });
            let selected: Selection = console
                .call("devices/select-matching", arguments)
                .await
                .unwrap();
            assert_eq!(selected.len(), figure.count, "{href}");
        }
    })
    .await;
}

#[tokio::test]
async fn statuses_and_bars_add_up_to_the_fleet() {
    on_each_database(async |console: Console| {
        let fleet = fleet();
        console.fill(fleet.clone()).await;
        let overview = overview(&console).await;
        let sum = |rows: &[Figure]| rows.iter().map(|row| row.count).sum::<u64>();
        let statuses = overview.figures.of(Chart::Status);
        assert_eq!(sum(&statuses[1..]), 400);
        assert!(statuses[1..].is_sorted_by_key(|row| std::cmp::Reverse(row.count)));
        let dated = fleet.iter().filter(|it| it.status == DeviceStatus::Active);
        let dated = dated.filter(|it| it.auto_update.is_some()).count() as u64;
        let bars = overview.figures.of(Chart::Aue);
        assert_eq!(sum(&bars[..MONTHS + 2]), dated);
        assert_eq!(sum(&bars[1..=MONTHS]), bars[MONTHS + 2].count);
    })
    .await;
}

#[tokio::test]
async fn units_named_as_out_of_service_are_named_with_their_active_devices() {
    on_each_database(async |console: Console| {
        let put = |n: u32, unit: &str, status: &str| DirectoryDevice {
            org_unit: unit.to_owned(),
            status: DeviceStatus::from(status),
            ..device(n)
        };
        console
            .fill([
                put(0, "/Retired/2024", "ACTIVE"),
                put(1, "/Retired/2025", "ACTIVE"),
                put(2, "/Retired/2025", "DEPROVISIONED"),
                put(3, "/IT/Storage room", "ACTIVE"),
                put(4, "/IT/Surplus", "DISABLED"),
                put(5, "/School", "ACTIVE"),
            ])
            .await;
        let overview = overview(&console).await;
        assert_eq!(overview.figures.units, ["/Retired", "/IT/Storage room"]);
        let counts: Vec<u64> = overview.figures.of(Chart::Retire)[2..]
            .iter()
            .map(|row| row.count)
            .collect();
        assert_eq!(counts, [2, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_file_holds_the_numbers_of_its_chart() {
    on_each_database(async |console: Console| {
        console.fill(fleet()).await;
        let overview = overview(&console).await;
        for chart in Chart::ALL {
            let path = format!("/overview/{}/figures.csv", chart.as_str());
            let (status, file) = text(&console, &path).await;
            assert_eq!(status, StatusCode::OK);
            let mut reader = csv::Reader::from_reader(file.as_bytes());
            assert_eq!(&reader.headers().unwrap()[0], chart.heading());
            let rows = reader.records().map(Result::unwrap);
            let message: Vec<(String, u64)> = rows
                .map(|row| (row[0].to_owned(), row[1].parse().unwrap()))
                .collect();
            let figures = overview.figures.of(*chart).into_iter();
            let shown: Vec<(String, u64)> = figures.map(|it| (it.label, it.count)).collect();
            assert_eq!(message, shown, "{path}");
        }
        let (status, message) = text(&console, "/overview/color/figures.csv").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(message, "This chart was not found.");
    })
    .await;
}

#[tokio::test]
async fn the_page_reads_without_a_script_and_is_small() {
    /// Bytes of the page between its frame's parts, the data for the script among them.
    const BUDGET: usize = 20_000;
    on_each_database(async |console: Console| {
        console.fill(fleet()).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let (status, page) = text(&console, "/overview").await;
        assert_eq!(status, StatusCode::OK);
        let main = page.split_once("<main").unwrap().1;
        let main = main.split_once("</main>").unwrap().0;
        let data: usize = page
            .split("<script")
            .filter(|script| script.contains("__RESOLVED_RESOURCES"))
            .map(|script| script.split("</script>").next().unwrap().len())
            .sum();
        assert!(main.len() + data <= BUDGET, "{} + {data} bytes", main.len());
        for words in ["Devices by status", "Past due", "Job #1", "role=\"img\""] {
            assert!(main.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_devices_the_page_says_how_to_begin() {
    on_each_database(async |console: Console| {
        let (status, page) = text(&console, "/overview").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("No devices yet"));
        let home = console.get("/").await;
        assert_eq!(home.headers()["location"], "/overview");
    })
    .await;
}

#[tokio::test]
async fn jobs_and_the_cache_are_told() {
    on_each_database(async |console: Console| {
        console.fill((0..8).map(device)).await;
        for number in 0..6 {
            let devices = console.devices().await;
            let plan = console.plan(&selection_of([&devices[number]])).await;
            console.execute(&plan.unwrap()).await.unwrap();
            console.run_jobs().await;
        }
        let overview = overview(&console).await;
        let numbers: Vec<u32> = overview.jobs.iter().map(|job| job.number).collect();
        assert_eq!(numbers, [6, 5, 4, 3, 2]);
        assert_eq!(overview.jobs[0].text, "Completed successfully");
        assert_eq!(overview.jobs[0].percent, None);
        assert!(overview.cache.complete_as_of.is_some());
        assert_eq!(overview.directory.subject, None);
        assert_eq!(overview.directory.outage, None);
    })
    .await;
}
