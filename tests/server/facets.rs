//! What the filters offer to choose from.

use serde_json::json;
use sunset::api::devices::{Facets, LISTED};
use sunset::domain::device::DirectoryDevice;

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

#[tokio::test]
async fn a_page_brings_the_first_values_along_and_says_how_many_there_are() {
    on_each_database(async |console: Console| {
        console.fill((0..70).map(in_unit)).await;

        let first = facets(&console, json!({})).await.org_units;
        assert_eq!((first.listed.len(), first.total), (LISTED, 70));
        let all = facets(&console, json!({ "all": true })).await.org_units;
        assert_eq!((all.listed.len(), all.total), (70, 70));
        assert_eq!(all.listed[..LISTED], first.listed);
        assert_eq!(all.listed[69], "/Unit 069");
    })
    .await;
}

#[tokio::test]
async fn values_are_remembered_until_the_inventory_changes() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(in_unit)).await;
        let before = facets(&console, json!({})).await;
        assert_eq!(before.org_units.total, 3);
        assert_eq!(facets(&console, json!({})).await, before);

        console.fill((3..5).map(in_unit)).await;
        let after = facets(&console, json!({})).await;
        assert_eq!(after.org_units.listed.last().unwrap(), "/Unit 004");
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

        let offered = facets(&console, json!({})).await.os_versions;
        assert_eq!(offered.listed, ["126", "100", "99", "Flex"]);
        assert_eq!(console.page("os=126").await.total, 2);
        assert_eq!(console.page("os=126.0.6478.40&os=99").await.total, 2);
    })
    .await;
}
