//! Notices: told once, listed for a month, seen when they were looked at.

use serde_json::json;
use sunset::domain::live::{Notice, NoticeList};

use crate::support::{Console, device, on_each_database, selection_of};

async fn list(console: &Console) -> Vec<Notice> {
    let list: NoticeList = console.call("notices/list", json!({})).await.unwrap();
    list.rows
}

/// Deprovisions these devices, so that there is a notice.
async fn finish_a_job(console: &Console, devices: std::ops::Range<usize>) {
    let selection = selection_of(&console.devices().await[devices]);
    let plan = console.plan(&selection).await.unwrap();
    console.execute(&plan).await.unwrap();
    console.run_jobs().await;
}

#[tokio::test]
async fn a_notice_is_new_until_it_was_seen_and_listed_after_it_was_dismissed() {
    on_each_database(async |console: Console| {
        console.fill((0..9).map(device)).await;
        finish_a_job(&console, 0..2).await;
        finish_a_job(&console, 2..3).await;
        let notices = list(&console).await;
        assert_eq!(notices.len(), 2);
        assert!(
            notices[1].number < notices[0].number,
            "the newest comes first"
        );
        assert!(notices.iter().all(|notice| !notice.seen));

        let first = notices[1].number;
        let () = console
            .call("notices/see", json!({ "up_to": first }))
            .await
            .unwrap();
        let seen: Vec<_> = list(&console).await.iter().map(|it| it.seen).collect();
        assert_eq!(seen, [false, true]);
        let open: Vec<Notice> = console.call("notices/open", json!({})).await.unwrap();
        assert_eq!(open.len(), 2, "seen is not dismissed");

        let () = console
            .call("notices/dismiss", json!({ "number": notices[0].number }))
            .await
            .unwrap();
        let after = list(&console).await;
        assert_eq!(after.len(), 2);
        assert!(after.iter().all(|notice| notice.seen));
    })
    .await;
}
