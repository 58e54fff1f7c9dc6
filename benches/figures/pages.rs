//! Pages of the grid: rows and exact total. The kind cases have an index to themselves;
//! the worst honest ones, which operators ask for as well, have none.

use sunset::domain::device::Device;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;
use sunset::domain::time::Timestamp;

use crate::report::{median, row};
use crate::setting::Setting;

pub async fn measure(setting: &Setting) {
    let deep = setting.size / 50 * 3 / 5;
    let (combined, combined_condition) = combined(setting).await;
    let letters = letters_within_a_serial(setting).await;
    let pages = [
        (
            "status, model and org unit with children",
            combined,
            combined_condition,
        ),
        (
            "four letters within a serial",
            format!("q={letters}"),
            format!("AND search LIKE '%{letters}%'"),
        ),
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

/// A filter by three things at once, none of which leaves few: the commonest status, a
/// common model and nearly all of the district, with what it is in SQL.
async fn combined(setting: &Setting) -> (String, String) {
    let active = GridView::parse("status=ACTIVE").view;
    let device = &rows_of(setting, &active).await[0].directory;
    let top = device.org_unit.split('/').nth(1).unwrap_or_default();
    let top = format!("/{top}");
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("status", "ACTIVE")
        .append_pair("model", &device.model)
        .append_pair("ou", &top)
        .finish();
    let quoted = |text: &str| text.replace('\'', "''");
    let (model, top) = (quoted(&device.model), quoted(&top));
    let condition = format!(
        "AND status = 'ACTIVE' AND model = '{model}' \
         AND (org_unit = '{top}' OR org_unit LIKE '{top}/%')"
    );
    (query, condition)
}

/// Letters in the middle of a serial number, which no index of beginnings finds.
async fn letters_within_a_serial(setting: &Setting) -> String {
    let rows = rows_of(setting, &GridView::default()).await;
    let serial = rows[rows.len() / 2].directory.serial.to_lowercase();
    let middle = serial.chars().count().saturating_sub(4) / 2;
    serial.chars().skip(middle).take(4).collect()
}

async fn rows_of(setting: &Setting, view: &GridView) -> Vec<Device> {
    let today = Timestamp::now().date();
    let store = &setting.store;
    let counts = store.counts(&view.filter, today).await.expect("it counts");
    store
        .list_devices(view, counts, today)
        .await
        .expect("it lists")
}

/// What a page of the grid asks of the store.
async fn sunset_page(setting: &Setting, view: &GridView) {
    assert!(!rows_of(setting, view).await.is_empty());
}
