//! Pasted lists: what they name, and nothing else.

use axum::body::to_bytes;
use serde_json::json;
use sunset::domain::device::{DeviceId, DirectoryDevice};
use sunset::domain::error::ApiError;
use sunset::domain::grid::GridView;
use sunset::domain::grid_page::GridPage;
use sunset::domain::paste::Pasted;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;

use crate::support::{Console, device, on_each_database, selection_of};

#[tokio::test]
async fn a_list_names_devices_by_serial_asset_id_and_device_id() {
    on_each_database(async |console: Console| {
        let twin = DirectoryDevice {
            asset_id: "00001".to_owned(),
            ..device(9)
        };
        console.fill((0..9).map(device).chain([twin])).await;
        let devices = console.devices().await;
        let text = "sn000002\n\"00003\"\n00000004-0000-4000-8000-000000000000;\
                    0000000A-0000-4000-8000-000000000000, SN000002\n00001\n00005'";
        let pasted: Pasted = console
            .call("devices/paste", json!({ "text": text }))
            .await
            .unwrap();

        assert_eq!(pasted.matched, selection_of(&devices[2..=5]));
        assert_eq!(pasted.duplicates, ["SN000002"]);
        assert_eq!(pasted.ambiguous, ["00001"]);
        assert_eq!(pasted.not_found, ["0000000A-0000-4000-8000-000000000000"]);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_shown_counted_selected_and_exported_with_the_rest_of_the_filter() {
    on_each_database(async |console: Console| {
        let devices = (0..40).map(|number| DirectoryDevice {
            status: match number % 2 {
                0 => DeviceStatus::Active,
                _ => DeviceStatus::Disabled,
            },
            ..device(number)
        });
        console.fill(devices).await;
        let text = "SN000003 SN000004 SN000006 SN000031 nobody";
        let pasted: Pasted = console
            .call("devices/paste", json!({ "text": text }))
            .await
            .unwrap();
        let list = pasted.matched.to_address();
        let all = console.page(&format!("list={list}")).await;
        let serials = |page: &GridPage| -> Vec<String> {
            let rows = page.rows.iter();
            rows.map(|row| row.directory.serial.clone()).collect()
        };
        assert_eq!(
            serials(&all),
            ["SN000003", "SN000004", "SN000006", "SN000031"]
        );
        assert_eq!((all.total, all.inventory), (4, 40));

        let query = format!("list={list}&status=DISABLED");
        let some = console.page(&query).await;
        assert_eq!(serials(&some), ["SN000003", "SN000031"]);
        let filter = GridView::parse(&query).view.filter;
        let arguments = json!({ "filter": filter, "expected": 2 });
        let selected: Selection = console
            .call("devices/select-matching", arguments)
            .await
            .unwrap();
        assert_eq!(selected, selection_of(&some.rows));
        let file = console.get(&format!("/devices/export.csv?{query}")).await;
        let file = to_bytes(file.into_body(), usize::MAX).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&file).lines().count(), 3);
        // Of a few bytes that stand for all numbers there are, nothing is made.
        let every: Selection = (0..=1_000_000).map(DeviceId).collect();
        let page = console.page(&format!("list={}", every.to_address())).await;
        assert_eq!(page.total, 40);
    })
    .await;
}

#[tokio::test]
async fn what_was_misread_is_hinted_at_and_never_matched() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let text = "SNOOOOO1\nSSN000002\nSNX00009\nsn00000Z";
        let pasted: Pasted = console
            .call("devices/paste", json!({ "text": text }))
            .await
            .unwrap();
        assert!(pasted.matched.is_empty());
        assert_eq!(pasted.not_found.len(), 4);
        let hint = |entry: &str, name: &str| (entry.to_owned(), name.to_owned());
        assert_eq!(
            pasted.near,
            [
                hint("SNOOOOO1", "SN000001"),
                hint("SSN000002", "SN000002"),
                hint("sn00000Z", "sn000002"),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_device_that_is_gone_is_not_found() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let gone = device(2).device_id;
        console.store.delete_directory_device(&gone).await.unwrap();
        console.fill([]).await;
        let pasted: Pasted = console
            .call("devices/paste", json!({ "text": "SN000001\nSN000002" }))
            .await
            .unwrap();
        assert_eq!(pasted.matched.len(), 1);
        assert_eq!(pasted.not_found, ["SN000002"]);
    })
    .await;
}

#[tokio::test]
async fn a_list_over_the_cap_is_refused_and_one_within_it_is_answered() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let list = |entries: u32| {
            (0..entries)
                .map(|n| format!("SN{n:06}\n"))
                .collect::<String>()
        };
        let (status, answer) = console
            .call::<Pasted>("devices/paste", json!({ "text": list(50_001) }))
            .await
            .unwrap_err();
        let message = "The list has 50,001 entries. The limit is 50,000.".to_owned();
        assert_eq!(
            (status.as_u16(), answer),
            (422, ApiError::Invalid { message })
        );

        let pasted: Pasted = console
            .call("devices/paste", json!({ "text": list(50_000) }))
            .await
            .unwrap();
        assert_eq!((pasted.matched.len(), pasted.not_found.len()), (3, 49_997));
    })
    .await;
}

/// A fleet whose asset IDs are the numbers that stand in other columns of the lists.
async fn fill_with_numbered_assets(console: &Console) {
    console.fill((0..12).map(device)).await;
}

async fn serials(console: &Console, text: &str, column: Option<usize>) -> (Vec<String>, Pasted) {
    let pasted: Pasted = console
        .call("devices/paste", json!({ "text": text, "column": column }))
        .await
        .unwrap();
    let devices = console.devices().await;
    let matched = devices.iter().filter(|it| pasted.matched.contains(it.id));
    (
        matched.map(|it| it.directory.serial.clone()).collect(),
        pasted,
    )
}

#[tokio::test]
async fn a_table_selects_only_the_devices_of_its_column_of_serials() {
    on_each_database(async |console: Console| {
        fill_with_numbered_assets(&console).await;
        let (one, two) = (vec!["SN000001"], vec!["SN000001", "SN000002"]);
        for (name, text, expected) in [
            (
                "a title above the heading",
                "Summer e-waste\n\nSerial number,Room,Ticket\n\
                 SN000001,00004,00009\nSN000002,00004,00008\n",
                &two,
            ),
            (
                "another system's device IDs",
                "Device ID,Serial Number\n00007,SN000001\n00008,SN000002\n",
                &two,
            ),
            (
                "a line that tells the separator",
                "sep=;\nSerial Number;Room\nSN000001;00004\n",
                &one,
            ),
            (
                "a tool's progress line",
                "Getting all CrOS Devices, may take some time on a large account...\n\
                 serialNumber,lastKnownRoom\nSN000001,00004\n",
                &one,
            ),
            (
                "a numbered list",
                "00004\tSN000001\n00005\tSN000002\n",
                &two,
            ),
            (
                "a clean table",
                "Serial Number,Room\nSN000001,00004\nSN000002,00005\n",
                &two,
            ),
        ] {
            let (matched, pasted) = serials(&console, text, None).await;
            assert_eq!(matched, *expected, "{name}");
            assert_eq!(pasted.by, [expected.len(), 0, 0], "{name}");
            assert_eq!(pasted.not_found, [""; 0], "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_operator_may_choose_another_column() {
    on_each_database(async |console: Console| {
        fill_with_numbered_assets(&console).await;
        let text = "Tag,Serial Number\n00004,SN000001\n00005,SN000002\n";
        let (_, pasted) = serials(&console, text, None).await;
        assert_eq!(pasted.column, Some(1));
        assert_eq!(pasted.columns[0].title, "Tag");
        assert_eq!(pasted.columns[0].samples, ["00004", "00005"]);
        assert_eq!(pasted.columns[0].hits, [0, 2, 0]);
        assert_eq!(pasted.columns[1].hits, [2, 0, 0]);

        let (matched, pasted) = serials(&console, text, Some(0)).await;
        assert_eq!(matched, ["SN000004", "SN000005"]);
        assert_eq!(pasted.by, [0, 2, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_table_in_which_no_column_is_known_selects_nothing() {
    on_each_database(async |console: Console| {
        fill_with_numbered_assets(&console).await;
        let (matched, pasted) = serials(&console, "X1,00004\nX2,00005\n", None).await;
        assert!(matched.is_empty());
        assert_eq!((pasted.column, pasted.columns.len()), (None, 2));
    })
    .await;
}

#[tokio::test]
async fn a_number_in_a_column_of_serials_is_no_asset_id() {
    on_each_database(async |console: Console| {
        fill_with_numbered_assets(&console).await;
        let text = "Serial,Room\n00004,x\nSN000002,y\n";
        let (matched, pasted) = serials(&console, text, None).await;
        assert_eq!(matched, ["SN000002"]);
        assert_eq!(pasted.not_found, ["00004"]);
    })
    .await;
}
