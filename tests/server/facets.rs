//! What the filters offer to choose from.

use proptest::prop_assert_eq;
use proptest::test_runner::TestCaseError;
use serde_json::json;
use sunset::domain::date_range::DateRange;
use sunset::domain::device::{Device, DirectoryDevice};
use sunset::domain::facets::{Counted, Facets, IN_PAGE, Values};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::os_version::is_within;
use sunset::domain::time::Timestamp;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::any_device::{any_filter, numbered, seeded_runner, world};
use crate::support::{Console, device, on_each_database};

fn in_unit(number: u32) -> DirectoryDevice {
    DirectoryDevice {
        org_unit: format!("/Unit {number:03}"),
        ..device(number)
    }
}

async fn facets(console: &Console, arguments: serde_json::Value) -> Facets {
    console.call("devices/facets", arguments).await.unwrap()
}

fn words(values: &Values) -> Vec<&str> {
    let listed = values.listed.iter();
    listed.map(|counted| counted.value.as_str()).collect()
}

#[tokio::test]
async fn a_page_lists_the_most_frequent_values_and_says_how_many_there_are() {
    on_each_database(async |console: Console| {
        // Two devices in some units, one in the others.
        let twice = (0..IN_PAGE as u32).map(|number| DirectoryDevice {
            org_unit: format!("/Unit {:03}", 30 + number),
            ..device(100 + number)
        });
        console.fill((0..70).map(in_unit).chain(twice)).await;

        let first = facets(&console, json!({ "filter": {} })).await.org_units;
        assert_eq!((first.listed.len(), first.total), (IN_PAGE, 70));
        let all = json!({ "filter": {}, "all": true });
        let all = facets(&console, all).await.org_units;
        assert_eq!((all.listed.len(), all.total), (70, 70));
        assert_eq!(all.listed[30..30 + IN_PAGE], first.listed);
        assert_eq!(all.listed[69].value, "/Unit 069");
        // What is chosen is always among them, whether any device has it or not.
        let asked = json!({ "filter": { "org_units": ["/Unit 069", "/Nowhere"] } });
        let chosen = facets(&console, asked).await.org_units;
        assert_eq!(words(&chosen)[IN_PAGE..], ["/Unit 069", "/Nowhere"]);
        let counts = |at: usize| chosen.listed[at].count;
        assert_eq!((counts(IN_PAGE), counts(IN_PAGE + 1)), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn values_follow_the_inventory() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(in_unit)).await;
        let asked = || json!({ "filter": {} });
        let before = facets(&console, asked()).await;
        assert_eq!(before.org_units.total, 3);
        assert_eq!(facets(&console, asked()).await, before);

        console.fill((3..5).map(in_unit)).await;
        let after = facets(&console, asked()).await;
        assert_eq!(after.org_units.listed.last().unwrap().value, "/Unit 004");
    })
    .await;
}

#[tokio::test]
async fn os_versions_are_offered_by_milestone_newest_first() {
    on_each_database(async |console: Console| {
        let versions = [
            "99.0.1",
            "126.0.6478.132",
            "126.0.6478.40",
            "100",
            "",
            "Flex",
        ];
        let numbered = (0..).zip(versions);
        console
            .fill(numbered.map(|(number, version)| DirectoryDevice {
                os_version: version.to_owned(),
                ..device(number)
            }))
            .await;

        let offered = facets(&console, json!({ "filter": {} })).await.os_versions;
        assert_eq!(words(&offered), ["126", "100", "99", "Flex"]);
        assert_eq!(offered.listed[0].count, 2);
        assert_eq!(console.page("os=126").await.total, 2);
        assert_eq!(console.page("os=126.0.6478.40&os=99").await.total, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_is_counted_beside_the_other_facets() {
    on_each_database(async |console: Console| {
        console.fill(numbered(world(150))).await;
        let devices = console.devices().await;
        let found = seeded_runner(100).run(&any_filter(), |filter| {
            let counted = counts_right(&console, &devices, filter);
            block_in_place(|| Handle::current().block_on(counted))
        });
        if let Err(why) = found {
            panic!("{why}");
        }
    })
    .await;
}

/// Holds every count against the rule for devices.
async fn counts_right(
    console: &Console,
    devices: &[Device],
    filter: DeviceFilter,
) -> Result<(), TestCaseError> {
    let today = Timestamp::now().date();
    let ranges = [filter.last_sync, filter.auto_update, filter.enrolled];
    if ranges.iter().any(|range| range.is_reversed(today)) {
        return Ok(());
    }
    let asked = json!({ "filter": filter, "all": true });
    let facets: Facets = console.call("devices/facets", asked).await.unwrap();
    let without = |change: fn(&mut DeviceFilter)| {
        let mut rest = filter.clone();
        change(&mut rest);
        let matching = devices.iter().filter(|it| rest.matches(it, today));
        matching.map(|it| &it.directory).collect::<Vec<_>>()
    };
    type Has = fn(&DirectoryDevice, &str) -> bool;
    let all: [(&Values, Vec<&DirectoryDevice>, Has); 5] = [
        (
            &facets.statuses,
            without(|it| it.statuses.clear()),
            |it, word| it.status.as_str() == word,
        ),
        (
            &facets.org_units,
            without(|it| it.org_units.clear()),
            |it, word| it.org_unit == word,
        ),
        (
            &facets.models,
            without(|it| it.models.clear()),
            |it, word| it.model == word,
        ),
        (
            &facets.os_versions,
            without(|it| it.os_versions.clear()),
            |it, word| is_within(&it.os_version, word),
        ),
        (
            &facets.licenses,
            without(|it| it.licenses.clear()),
            |it, word| it.license.as_str() == word,
        ),
    ];
    for (values, others, has) in all {
        for Counted { value, count } in &values.listed {
            let expected = others.iter().filter(|it| has(it, value)).count() as u64;
            prop_assert_eq!(*count, expected, "{}", value);
        }
    }
    let never = without(|it| {
        it.last_sync = DateRange::default();
        it.never_synced = true;
    });
    prop_assert_eq!(facets.never_synced, never.len() as u64);
    prop_assert_eq!(facets.in_job, 0);
    Ok(())
}
