//! Kept views: an operator's own, understood before they are kept.

use serde_json::json;
use sunset::domain::error::ApiError;
use sunset::domain::saved_view::SavedView;

use crate::support::{Console, Refusal, on_each_database};

async fn save(console: &Console, name: &str, query: &str) -> Result<Vec<SavedView>, Refusal> {
    let arguments = json!({ "name": name, "query": query });
    console.call("views/save", arguments).await
}

#[tokio::test]
async fn views_are_kept_replaced_and_forgotten() {
    on_each_database(async |console: Console| {
        save(&console, "old", "sync_to=-90d&page=3").await.unwrap();
        let views = save(&console, "Active", "?status=ACTIVE").await.unwrap();
        let names: Vec<_> = views.iter().map(|view| view.name.as_str()).collect();
        assert_eq!(names, ["Active", "old"]);
        assert_eq!(views[1].query, "sync_to=-90d");

        let views = save(&console, " old ", "sync_to=-30d").await.unwrap();
        assert_eq!((views.len(), views[1].query.as_str()), (2, "sync_to=-30d"));

        for _ in 0..2 {
            let views: Vec<SavedView> = console
                .call("views/delete", json!({ "name": "old" }))
                .await
                .unwrap();
            assert_eq!(views.len(), 1);
        }
        let console = console.restart().await;
        let views: Vec<SavedView> = console.call("views/list", json!({})).await.unwrap();
        assert_eq!(views[0].name, "Active");
    })
    .await;
}

#[tokio::test]
async fn a_view_that_cannot_be_understood_is_refused() {
    on_each_database(async |console: Console| {
        let (status, text) = save(&console, "x", "ou=nope").await.unwrap_err();
        let message = "This link has a filter we can't read. Remove it first.".to_owned();
        assert_eq!(
            (status.as_u16(), text),
            (422, ApiError::Invalid { message })
        );
    })
    .await;
}

#[tokio::test]
async fn there_is_room_for_fifty_views() {
    on_each_database(async |console: Console| {
        for n in 0..50 {
            save(&console, &format!("view {n}"), "").await.unwrap();
        }
        assert!(save(&console, "one more", "").await.is_err());
        assert_eq!(save(&console, "view 7", "q=x").await.unwrap().len(), 50);
    })
    .await;
}
