//! Refresh Cache: the inventory follows the directory and loses nothing.

use serde_json::json;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::eligibility::Rule;
use sunset::domain::plan::EligibilityCount;
use sunset::domain::refresh::CacheState;
use sunset::server::Scoped;

use crate::support::{Console, device, on_each_database, selection_of, until};

async fn refresh(console: &Console) -> CacheState {
    console
        .app
        .refresher
        .run(&Scoped::at_this_computer())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_refresh_brings_what_is_new_changed_and_gone() {
    on_each_database(async |console: Console| {
        console.fill((0..5000).map(device)).await;
        let before = console.devices().await;
        let selection = selection_of(&before);

        console
            .store
            .delete_directory_device(&device(7).device_id)
            .await
            .unwrap();
        let moved = DirectoryDevice {
            org_unit: "/Retired".to_owned(),
            ..device(8)
        };
        console.store.put_directory_device(&moved).await.unwrap();
        console
            .store
            .put_directory_device(&device(9999))
            .await
            .unwrap();
        let state = refresh(&console).await;
        let last = state.last.unwrap();
        assert_eq!(
            (last.read, last.added, last.changed, last.gone),
            (5000, 1, 1, 1)
        );
        assert!(last.failure.is_empty());

        let after = console.devices().await;
        assert_eq!(after.len(), 5000);
        assert!(
            after
                .iter()
                .all(|row| row.directory.serial != device(7).serial)
        );
        // Whoever was selected keeps its number; whoever is gone is said to be.
        for row in &after {
            let known = before
                .iter()
                .find(|it| it.directory.serial == row.directory.serial);
            assert!(known.is_none_or(|known| known.id == row.id));
        }
        let counts: Vec<EligibilityCount> = console
            .call("devices/eligibility", json!({ "selection": selection }))
            .await
            .unwrap();
        for count in counts {
            assert!(count.left_out.contains(&(Rule::NotInDirectory, 1)));
        }

        console
            .store
            .put_directory_device(&device(7))
            .await
            .unwrap();
        assert_eq!(refresh(&console).await.last.unwrap().changed, 1);
        assert_eq!(console.devices().await.len(), 5001);
    })
    .await;
}

#[tokio::test]
async fn a_second_refresh_joins_the_first() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        // Somebody else's, which does not end by itself.
        let me = console.app.refresher.fail_orphaned().await.unwrap();
        let now = console.store.now().await.unwrap();
        console
            .store
            .begin_refresh("somebody else", me, None, now)
            .await
            .unwrap()
            .unwrap();
        let running: CacheState = console.call("cache/state", json!({})).await.unwrap();
        let joined: CacheState = console.call("cache/refresh", json!({})).await.unwrap();
        let (running, joined) = (running.last.unwrap(), joined.last.unwrap());
        assert_eq!(joined.number, running.number);
        assert_eq!(joined.started_by, "somebody else");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_a_stopped_server_left_is_failed_and_can_be_repeated() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let me = console.app.refresher.fail_orphaned().await.unwrap();
        let now = console.store.now().await.unwrap();
        let begun = console.store.begin_refresh("tests", me, None, now).await;
        assert!(begun.unwrap().is_some());

        let console = console.restart().await;
        // A server takes a moment to see that a connection is gone.
        until(async || {
            console.app.refresher.fail_orphaned().await.unwrap();
            let state: CacheState = console.call("cache/state", json!({})).await.unwrap();
            state.running().is_none()
        })
        .await;
        let state: CacheState = console.call("cache/state", json!({})).await.unwrap();
        assert_eq!(state.failed().unwrap().failure, "the server was stopped.");
        assert!(refresh(&console).await.failed().is_none());
    })
    .await;
}
