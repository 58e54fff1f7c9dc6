//! Pages of the grid: rows and exact total.

use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;
use sunset::domain::time::Timestamp;

use crate::report::{median, row};
use crate::setting::Setting;

pub async fn measure(setting: &Setting) {
    let deep = setting.size / 50 * 3 / 5;
    let pages = [
        ("first page", String::new(), String::new()),
        (
            "filtered page",
            "status=DISABLED".to_owned(),
            "AND status = 'DISABLED'".to_owned(),
        ),
        (
            "page of a rare status",
            "status=SHIPPED".to_owned(),
            "AND status = 'SHIPPED'".to_owned(),
        ),
        ("deep page", format!("page={deep}"), String::new()),
        (
            "part of a serial",
            "q=5cd1".to_owned(),
            "AND search LIKE '%5cd1%'".to_owned(),
        ),
        (
            "sorted by last sync",
            "sort=-last_sync".to_owned(),
            String::new(),
        ),
    ];
    for (name, query, condition) in pages {
        let view = GridView::parse(&query).view;
        let ours = median(15, async || sunset_page(setting, &view).await).await;
        let order = if view.sort == Default::default() {
            "lower(serial), id"
        } else {
            "last_sync DESC, id DESC"
        };
        let rows = format!(
            "SELECT * FROM device WHERE gone = FALSE {condition} ORDER BY {order} \
             LIMIT 50 OFFSET {}",
            view.offset()
        );
        let count = format!("SELECT COUNT(*) FROM device WHERE gone = FALSE {condition}");
        let bare = median(15, async || {
            setting.bare.fetch(&rows).await;
            setting.bare.fetch(&count).await;
        })
        .await;
        row(name, ours, bare);
    }
    let every = DeviceFilter::default();
    let today = Timestamp::now().date();
    let ours = median(3, async || {
        let all = setting
            .store
            .matching_devices(&every, today)
            .await
            .expect("it answers");
        assert_eq!(all.len(), u64::from(setting.size));
    })
    .await;
    let ids = "SELECT id FROM device WHERE gone = FALSE";
    let bare = median(3, async || setting.bare.fetch(ids).await).await;
    row("select all matching", ours, bare);
}

/// What a page of the grid asks of the store.
async fn sunset_page(setting: &Setting, view: &GridView) {
    let today = Timestamp::now().date();
    let store = &setting.store;
    let counts = store.counts(&view.filter, today).await.expect("it counts");
    let rows = store
        .list_devices(view, counts, today)
        .await
        .expect("it lists");
    assert!(!rows.is_empty());
}
