//! The search index against the rule for devices, whatever has happened to the inventory.

use std::io::Cursor;
use std::sync::Arc;

use axum::body::to_bytes;
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sunset::domain::device::{Device, DeviceId, DirectoryDevice};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::{GridView, Sort, SortKey};
use sunset::domain::query;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::{Date, Timestamp};
use sunset::server::Scoped;
use sunset::server::import::import;
use sunset::server::search::{About, Search, View};
use sunset::server::store::{Database, Store};

use crate::any_device::{any_device, any_filter, numbered, seeded_runner, world};
use crate::naive;
use crate::support::{Console, device, on_each_database, selection_of};

const DEVICES: u32 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn the_index_equals_the_rule_whatever_happens() {
    on_each_database(async |mut console: Console| {
        let mut runner = seeded_runner(1);
        console.fill(numbered(world(DEVICES as usize))).await;
        let mut other = another(&console).await;
        for round in 0..12 {
            happen(&console, &mut runner, round).await;
            let truth = Truth::read(&console).await;
            for _ in 0..12 {
                let filter = any(&mut runner, &any_filter());
                truth.hold(&console.app.search, &filter, &mut runner).await;
                truth.hold(&other, &filter, &mut runner).await;
            }
            one_number_everywhere(&console, &truth, &mut runner).await;
            // In the middle of it, with devices held by a job.
            if round == 3 {
                drop(other);
                console = console.restart().await;
                other = another(&console).await;
                let filter = any(&mut runner, &any_filter());
                truth.hold(&console.app.search, &filter, &mut runner).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_with_the_characters_that_separate_rows_is_searched_like_any_other() {
    on_each_database(async |console| {
        let odd = DirectoryDevice {
            notes: "left\u{1f}right\u{1e}end".to_owned(),
            ..device(2)
        };
        console.fill([device(1), odd, device(3)]).await;
        let truth = Truth::read(&console).await;
        let mut runner = seeded_runner(2);
        for text in ["right", "end", "left", "serial"] {
            let filter = DeviceFilter {
                search: text.to_owned(),
                ..DeviceFilter::default()
            };
            truth.hold(&console.app.search, &filter, &mut runner).await;
        }
    })
    .await;
}

/// The index of another process. SQLite lets no other process in.
async fn another(console: &Console) -> Search {
    Search::new(match &console.database {
        Database::Sqlite(_) => console.store.clone(),
        database => Arc::new(Store::open(database).await.unwrap()),
    })
}

fn any<T>(runner: &mut TestRunner, of: &impl Strategy<Value = T>) -> T {
    of.new_tree(runner).unwrap().current()
}

/// Something that changes the inventory.
async fn happen(console: &Console, runner: &mut TestRunner, round: u32) {
    let some = any(
        runner,
        &proptest::collection::btree_set(0..DEVICES + 10, 1..12),
    );
    match round % 6 {
        // Devices change, and new ones come.
        0 => {
            for number in some {
                let changed = any(runner, &any_device());
                let plain = device(number);
                let changed = DirectoryDevice {
                    device_id: plain.device_id,
                    serial: format!("{}{}", ["", "x", "Ä"][number as usize % 3], plain.serial),
                    ..changed
                };
                console.store.put_directory_device(&changed).await.unwrap();
            }
            console.refresh().await;
        }
        // Devices go.
        1 => {
            for number in some {
                let id = device(number).device_id;
                console.store.delete_directory_device(&id).await.unwrap();
            }
            console.refresh().await;
        }
        // A file is imported.
        2 => {
            let mut file = "serialNumber,status,orgUnitPath,model,notes\n".to_owned();
            for number in some {
                file += &format!("NEW{number},ACTIVE,/A/B,M2,imported a{number}\n");
            }
            let file = file.into_bytes();
            let open = || Ok(Cursor::new(file.clone()));
            import(&console.store, open, false).await.unwrap();
            console.refresh().await;
        }
        // A job holds devices, and has not begun.
        3 => hold_by_a_job(console).await,
        // It is carried out.
        4 => console.run_jobs().await,
        // A refresh is ended by force when it has read some.
        _ => {
            let store = &console.store;
            let now = store.now().await.unwrap();
            let begun = store.begin_refresh("tests", 0, None, now).await;
            let number = begun.unwrap().unwrap();
            let changed = some.into_iter().map(|number| DirectoryDevice {
                notes: format!("half {number}"),
                ..device(number)
            });
            let changed: Vec<_> = changed.collect();
            store.refresh_page(number, &changed, now).await.unwrap();
            store.fail_refresh(number, "killed", now).await.unwrap();
        }
    }
}

async fn hold_by_a_job(console: &Console) {
    let is_active = |it: &&Device| it.directory.status == DeviceStatus::Active;
    let devices = console.devices().await;
    let selection = selection_of(devices.iter().filter(is_active).take(5));
    let plan = console.plan(&selection).await.unwrap();
    console.execute(&plan).await.unwrap();
}

/// All devices as the database has them.
struct Truth(Vec<Device>);

impl Truth {
    async fn read(console: &Console) -> Self {
        let highest = console.store.highest_device().await.unwrap();
        let all: Vec<DeviceId> = (0..=highest.unwrap().0).map(DeviceId).collect();
        Self(console.store.devices_in_order(&all).await.unwrap().0)
    }

    /// Holds every answer to this filter against the rule.
    async fn hold(&self, search: &Search, filter: &DeviceFilter, runner: &mut TestRunner) {
        let today = Date(20_000);
        let key = any(runner, &proptest::sample::select(SortKey::ALL.to_vec()));
        let descending = any(runner, &proptest::bool::ANY);
        let sort = Sort { key, descending };
        let expected = naive::matching(&self.0, filter, sort, today);
        let there = self.0.iter().filter(|it| !it.gone).count() as u64;
        for page in 1..=3 {
            let view = GridView {
                filter: filter.clone(),
                sort,
                page,
                size: 25,
                ..GridView::default()
            };
            let asked = view.clone();
            let question = move |index: &View| {
                let selected = index.matching(&asked.filter, today);
                (
                    selected,
                    index.count(&asked.filter, today),
                    index.page(&asked, today),
                )
            };
            let who = Scoped::at_this_computer();
            let answer = search.ask(&who, About::DevicesAndJobs, question).await;
            let (selected, count, found) = answer.unwrap();
            let expected_page: Vec<DeviceId> = expected
                .iter()
                .skip(view.offset() as usize)
                .take(25)
                .map(|it| it.id)
                .collect();
            assert_eq!(found.devices, expected_page, "{view:?}");
            assert_eq!(
                (found.total, found.inventory),
                (expected.len() as u64, there)
            );
            assert_eq!(selected, selection_of(expected.iter().copied()), "{view:?}");
            assert_eq!(count, expected.len() as u64);
        }
    }
}

/// The list, "select all", the counts and the export tell of the same devices.
async fn one_number_everywhere(console: &Console, truth: &Truth, runner: &mut TestRunner) {
    let today = Timestamp::now().date();
    let filter = loop {
        let filter = any(runner, &any_filter());
        let ranges = [filter.last_sync, filter.auto_update, filter.enrolled];
        if !ranges.iter().any(|range| range.is_reversed(today)) {
            break filter;
        }
    };
    let who = Scoped::at_this_computer();
    let expected = selection_of(truth.0.iter().filter(|it| filter.matches(it, today)));
    let inventory = &console.app.inventory;
    let asked = [filter.clone(), DeviceFilter::default()];
    let counts = inventory.counts(&who, &asked).await.unwrap();
    let there = truth.0.iter().filter(|it| !it.gone).count() as u64;
    assert_eq!(counts, [expected.len(), there]);

    let listed = console.page(&query::encode(filter.to_pairs())).await;
    assert_eq!(listed.total, expected.len());
    if !expected.is_empty() {
        let selected = inventory.select_matching(&who, &filter, listed.total).await;
        assert_eq!(selected.unwrap(), expected);
    }
    let facets = inventory.facets(&who, &filter, true).await.unwrap();
    if filter.statuses.is_empty() {
        let sum: u64 = facets.statuses.listed.iter().map(|it| it.count).sum();
        assert_eq!(sum, expected.len());
    }
    let path = format!("/devices/export.csv?{}", query::encode(filter.to_pairs()));
    let file = to_bytes(console.get(&path).await.into_body(), usize::MAX).await;
    let file = file.unwrap();
    let records = csv::Reader::from_reader(&file[..]).into_records().count();
    assert_eq!(records as u64, expected.len(), "{path}");
}
