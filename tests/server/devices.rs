//! Finding devices and selecting them.

use axum::body::to_bytes;
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use serde_json::json;
use sunset::domain::action::ActionKind;
use sunset::domain::device::{Device, DirectoryDevice};
use sunset::domain::device_detail::DeviceDetail;
use sunset::domain::error::ApiError;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::{GridView, Sort, SortKey};
use sunset::domain::plan::EligibilityCount;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Date;
use sunset::server::Scoped;
use sunset::server::search::{About, View};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::any_device::{any_filter, numbered, seeded_runner, world};
use crate::naive;
use crate::support::{Console, device, on_each_database, selection_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_index_equals_the_rule_for_every_predicate() {
    on_each_database(async |console: Console| {
        console.fill(numbered(world(150))).await;
        let devices = console.devices().await;
        assert_eq!(devices.len(), 150);
        let found = seeded_runner(300).run(&any_filter(), |filter| {
            let found = agrees(&console, &devices, filter);
            block_in_place(|| Handle::current().block_on(found))
        });
        // What it says has the smallest filter that fails, and why.
        if let Err(why) = found {
            panic!("{why}");
        }
    })
    .await;
}

/// Holds what the index finds against the rule.
async fn agrees(
    console: &Console,
    devices: &[Device],
    filter: DeviceFilter,
) -> Result<(), TestCaseError> {
    let today = Date(20_000);
    let matching = devices.iter().filter(|it| filter.matches(it, today));
    let expected = selection_of(matching);
    let view = GridView {
        filter: filter.clone(),
        size: 200,
        ..GridView::default()
    };
    let who = Scoped::at_this_computer();
    let question = move |index: &View| {
        let selected = index.matching(&filter, today);
        (
            selected,
            index.count(&filter, today),
            index.page(&view, today),
        )
    };
    let answer = console
        .app
        .search
        .ask(&who, About::DevicesAndJobs, question);
    let (found, count, page) = answer.await.unwrap();
    let differing: Vec<&Device> = devices
        .iter()
        .filter(|it| found.contains(it.id) != expected.contains(it.id))
        .collect();
    prop_assert!(differing.is_empty(), "they differ in {:#?}", differing);
    prop_assert_eq!((count, page.total), (expected.len(), expected.len()));
    prop_assert_eq!(page.inventory, devices.len() as u64);
    let listed: Selection = page.devices.into_iter().collect();
    prop_assert_eq!(listed, expected);
    Ok(())
}

#[tokio::test]
async fn every_order_is_the_same_from_both_ends() {
    on_each_database(async |console: Console| {
        console.fill(numbered(world(90))).await;
        let all = [("", 90)];
        // Few of them, which are reached another way than most: by an index, and not.
        let few = [
            "&status=ACTIVE",
            "&sync=never",
            "&q=a",
            "&license=education",
        ];
        let mut seen = Vec::new();
        for (filter, at_least) in all.into_iter().chain(few.map(|filter| (filter, 1))) {
            for key in SortKey::ALL {
                for sign in ["", "-"] {
                    let query = format!("sort={sign}{}{filter}&size=25", key.as_str());
                    let rows = all_pages(&console, &query).await;
                    assert!(rows.len() >= at_least, "{query}: {}", rows.len());
                    let mut sorted: Vec<&Device> = rows.iter().collect();
                    let descending = sign == "-";
                    naive::put_in_order(&mut sorted, Sort { key, descending });
                    assert!(rows.iter().eq(sorted), "{query}");
                    seen.push(rows.len());
                }
            }
        }
        assert!(seen.iter().any(|rows| *rows < 40), "{seen:?}");
    })
    .await;
}

#[tokio::test]
async fn a_device_without_a_serial_number_is_copied_by_its_id() {
    on_each_database(async |console: Console| {
        let nameless = DirectoryDevice {
            serial: String::new(),
            ..device(1)
        };
        let expected = [nameless.device_id.clone(), device(2).serial];
        console.fill([nameless, device(2)]).await;
        let selection = selection_of(&console.devices().await);
        let copied: Vec<String> = console
            .call("devices/serials", json!({ "selection": selection }))
            .await
            .unwrap();
        assert_eq!(copied, expected);
        let plan = console.plan(&selection).await.unwrap();
        let copied: Vec<String> = console
            .call("plans/serials", json!({ "id": plan.id, "rule": null }))
            .await
            .unwrap();
        assert_eq!(copied, expected);
    })
    .await;
}

#[tokio::test]
async fn what_would_turn_text_around_is_made_visible_on_the_pages() {
    on_each_database(async |console: Console| {
        let odd = DirectoryDevice {
            user: "a\u{202E}b".to_owned(),
            location: "c\u{2067}d".to_owned(),
            notes: "e\u{1b}[2Jf".to_owned(),
            ..device(1)
        };
        let href = format!("/devices/{}", odd.device_id);
        console.fill([odd]).await;
        for (path, shown) in [
            ("/devices", vec!["a\u{FFFD}b"]),
            (&href, vec!["a\u{FFFD}b", "c\u{FFFD}d", "e␛[2Jf"]),
        ] {
            let body = console.get(path).await.into_body();
            let page = to_bytes(body, usize::MAX).await.unwrap();
            let page = String::from_utf8_lossy(&page);
            for text in shown {
                assert!(page.contains(&format!(">{text}<")), "{path}: {text}");
            }
        }
    })
    .await;
}

/// The rows of all pages, each page asked for by itself.
async fn all_pages(console: &Console, query: &str) -> Vec<Device> {
    let mut rows = Vec::new();
    for page in 1.. {
        let next = console.page(&format!("{query}&page={page}")).await;
        rows.extend(next.rows);
        if page * 25 >= next.total {
            assert_eq!(rows.len() as u64, next.total, "{query}");
            break;
        }
    }
    rows
}

#[tokio::test]
async fn a_page_beyond_the_last_is_empty_and_says_how_many_there_are() {
    on_each_database(async |console: Console| {
        console.fill((0..30).map(device)).await;
        let page = console.page("size=25&page=9").await;
        assert_eq!((page.rows.len(), page.total), (0, 30));
    })
    .await;
}

#[tokio::test]
async fn select_all_matching_gives_exactly_the_number_that_was_seen_or_nothing() {
    on_each_database(async |console: Console| {
        console.fill((0..60).map(device)).await;
        let filter = DeviceFilter {
            search: "sn00001".to_owned(),
            ..DeviceFilter::default()
        };
        let ask = |expected: u64| json!({ "filter": filter, "expected": expected });

        let ten: Selection = console
            .call("devices/select-matching", ask(10))
            .await
            .unwrap();
        assert_eq!(ten.len(), 10);

        let refused = console
            .call::<Selection>("devices/select-matching", ask(11))
            .await;
        let (status, message) = refused.unwrap_err();
        assert_eq!(
            (status.as_u16(), message),
            (409, ApiError::CountChanged { count: 10 })
        );
    })
    .await;
}

#[tokio::test]
async fn a_filter_that_matches_nothing_is_never_everything() {
    on_each_database(async |console: Console| {
        console.fill((0..5).map(device)).await;
        let filter = DeviceFilter {
            search: "no such".to_owned(),
            ..DeviceFilter::default()
        };
        let ask = json!({ "filter": filter, "expected": 0 });
        let refused = console
            .call::<Selection>("devices/select-matching", ask)
            .await;
        assert_eq!(refused.unwrap_err().1, ApiError::EmptySelection);
    })
    .await;
}

#[tokio::test]
async fn show_selected_only_lists_every_selected_device() {
    on_each_database(async |console: Console| {
        console.fill((0..120).map(device)).await;
        let devices = console.devices().await;
        let selection = selection_of(devices.iter().step_by(2));
        let view =
            GridView::parse("view=selected&sort=-serial&size=25&page=2&status=DISABLED").view;
        let page: sunset::domain::grid_page::GridPage = console
            .call(
                "devices/selected",
                json!({ "view": view, "selection": selection }),
            )
            .await
            .unwrap();
        assert_eq!((page.total, page.rows.len()), (60, 25));
        assert_eq!(page.rows[0].directory.serial, "SN000068");
        assert!(page.rows.iter().all(|row| selection.contains(row.id)));
    })
    .await;
}

#[tokio::test]
async fn the_menu_counts_by_rule() {
    on_each_database(async |console: Console| {
        let status = |n: u32, status| DirectoryDevice {
            status,
            ..device(n)
        };
        console
            .fill([
                device(1),
                status(2, DeviceStatus::Disabled),
                status(3, DeviceStatus::Deprovisioned),
                status(4, DeviceStatus::Deprovisioned),
                status(5, DeviceStatus::Other("ODD_ONE".into())),
            ])
            .await;
        let selection = selection_of(&console.devices().await);
        let counts: Vec<EligibilityCount> = console
            .call("devices/eligibility", json!({ "selection": selection }))
            .await
            .unwrap();
        let of = |action| counts.iter().find(|it| it.action == action).unwrap();
        let count = of(ActionKind::Deprovision);
        assert_eq!((count.total, count.eligible), (5, 2));
        assert_eq!(
            count.left_out_text().unwrap(),
            "3 skipped: 2 already deprovisioned, 1 in a status that can't be deprovisioned"
        );
    })
    .await;
}

#[tokio::test]
async fn a_range_that_ends_before_it_begins_is_said() {
    on_each_database(async |console| {
        console.fill((0..5).map(device)).await;
        for (query, name) in [
            ("sync_from=2026-02-01&sync_to=2026-01-31", "last sync"),
            ("aue_from=-8d&aue_to=-9d", "auto-update date"),
        ] {
            let answer = console.get(&format!("/devices?{query}")).await;
            assert_eq!(answer.status().as_u16(), 422);
            let page = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let page = String::from_utf8(page.to_vec()).unwrap();
            let said = format!("The range of the {name} ends before it begins.");
            assert!(page.contains(&said), "{page}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_device_is_the_same_in_a_list_by_itself_and_as_it_was_put_in() {
    on_each_database(async |console: Console| {
        let given = numbered(world(60));
        console.fill(given.clone()).await;
        let listed = console.devices().await;
        assert_eq!(listed.len(), given.len());
        for device in listed {
            let id = &device.directory.device_id;
            let asked = json!({ "device_id": id });
            let alone: DeviceDetail = console.call("devices/read", asked).await.unwrap();
            assert_eq!(alone.device, device);
            let put_in = given.iter().find(|it| it.device_id == *id);
            assert_eq!(put_in, Some(&device.directory));
        }
    })
    .await;
}
