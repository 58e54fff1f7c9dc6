//! Pasted lists: what they name, and nothing else.

use serde_json::json;
use sunset::api::ApiError;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::paste::Pasted;

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
        let text = "sn000002 \"00003\"\n00000004-0000-4000-8000-000000000000;\
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
        let (status, told) = console
            .call::<Pasted>("devices/paste", json!({ "text": list(50_001) }))
            .await
            .unwrap_err();
        let message = "The list has 50,001 entries; 50,000 are the most.".to_owned();
        assert_eq!(
            (status.as_u16(), told),
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
