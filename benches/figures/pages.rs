//! Pages of the grid with their exact totals, and what else filters are asked for. Each
//! stands beside the same question to the index alone, without the rows from the database,
//! and beside plain SQL, which has no index by any column any more.

use std::cell::Cell;

use sunset::domain::device::Device;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;
use sunset::domain::selection::Selection;
use sunset::domain::time::Timestamp;
use sunset::server::search::About;
use sunset::server::{Scoped, may};

use crate::report::{Times, alone, beside, median, ms, remember, times};
use crate::setting::Setting;

/// How many filters are asked in turn: more than the index keeps answers of.
const ANEW: usize = 20;

/// How many devices "Show Selected Only" is asked for.
const SELECTED: usize = 100_000;

pub async fn measure(setting: &Setting, database: &str) {
    let built = median(3, async || build(setting).await).await;
    alone("index built", &ms(built));
    remember(database, setting.size, "index built", built);
    let (combined, condition) = combined(setting).await;
    let letters = letters_within_a_serial(setting).await;
    let middle = |filter: &str, share: u32| format!("{filter}&page={}", setting.size / share);
    let pages = [
        ("first page", String::new(), String::new()),
        (
            "deep page",
            format!("page={}", setting.size / 50 * 3 / 5),
            String::new(),
        ),
        (
            "sorted by last sync",
            "sort=-last_sync".to_owned(),
            String::new(),
        ),
        (
            "status, model and org unit with children",
            combined,
            condition,
        ),
        (
            "filtered page",
            "status=DISABLED".to_owned(),
            "AND status = 'DISABLED'".to_owned(),
        ),
        (
            "deep page of a filter",
            middle("status=ACTIVE", 150),
            "AND status = 'ACTIVE'".to_owned(),
        ),
        (
            "its last pages by last sync",
            middle("status=ACTIVE&sort=last_sync", 70),
            "AND status = 'ACTIVE'".to_owned(),
        ),
        ("common part of a serial", "q=5cd1".to_owned(), like("5cd1")),
        (
            "four letters within a serial",
            format!("q={letters}"),
            like(&letters),
        ),
        ("one letter", "q=e".to_owned(), like("e")),
    ];
    for (name, query, condition) in pages {
        let views = alike(setting, &query).await;
        let view = views[0].clone();
        let turn = Cell::new(0);
        let next = || {
            turn.set(turn.get() + 1);
            &views[turn.get() % views.len()]
        };
        let ours = times(60, async || drop(rows_of(setting, next()).await)).await;
        let index = times(60, async || {
            let (asked, today) = (next().clone(), Timestamp::now().date());
            let question = move |it: &sunset::server::search::View| it.page(&asked, today);
            let answer = setting
                .app
                .search
                .ask(&who(), About::Devices, question)
                .await;
            assert_ne!(answer.expect("it answers").total, 0);
        });
        remember(database, setting.size, name, ours.p50());
        row(setting, name, ours, index.await, &view, &condition).await;
    }
    selected(setting).await;
    facets(setting, database).await;
}

/// Views that ask for as much work, more of them than answers are kept: each time the
/// filter is answered anew.
async fn alike(setting: &Setting, query: &str) -> Vec<GridView> {
    let queries: Vec<String> = match query.strip_prefix("q=") {
        // The same beginning, and every letter that may follow or stand there instead.
        Some(text) => {
            let beginning = &text[..text.len() - 1];
            let letters = ('a'..='z').chain('0'..='9');
            let others = letters.map(|letter| format!("q={beginning}{letter}"));
            std::iter::once(query.to_owned()).chain(others).collect()
        }
        // A status that no device has.
        None if query.contains("status=") => (0..ANEW)
            .map(|n| format!("{query}&status=NOBODY_{n}"))
            .collect(),
        None => vec![query.to_owned()],
    };
    let mut views = Vec::new();
    for query in queries {
        let view = GridView::parse(&query).view;
        let found = setting.app.inventory.page(&who(), &view).await;
        if !found.expect("it answers").rows.is_empty() && views.len() < ANEW {
            views.push(view);
        }
    }
    views
}

async fn row(
    setting: &Setting,
    name: &str,
    ours: Times,
    index: Times,
    view: &GridView,
    condition: &str,
) {
    let order = match view.sort == Default::default() {
        true => "lower(serial), id",
        false => "last_sync DESC, id DESC",
    };
    let rows = format!(
        "SELECT * FROM device WHERE gone = FALSE {condition} ORDER BY {order} \
         LIMIT 50 OFFSET {}",
        view.offset()
    );
    let count = format!("SELECT COUNT(*) FROM device WHERE gone = FALSE {condition}");
    let sql = median(3, async || {
        setting.bare.fetch(&rows).await;
        setting.bare.fetch(&count).await;
    });
    beside(name, &ours, &index, sql.await);
}

/// Builds the index as a process does that has just begun.
async fn build(setting: &Setting) {
    let search = sunset::server::search::Search::new(setting.store.clone());
    let who = who();
    let all = search.ask(&who, About::Devices, |view| view.all().len());
    assert_eq!(all.await.expect("it is built"), u64::from(setting.size));
}

async fn selected(setting: &Setting) {
    let every = DeviceFilter::default();
    let inventory = &setting.app.inventory;
    let all = times(15, async || {
        let all = inventory.matching(&who(), &every).await;
        assert_eq!(all.expect("it answers").len(), u64::from(setting.size));
    });
    let all = all.await;
    let ids = "SELECT id FROM device WHERE gone = FALSE";
    let bare = median(3, async || setting.bare.fetch(ids).await).await;
    beside("select all matching", &all, &all, bare);

    let some: Selection = inventory
        .matching(&who(), &every)
        .await
        .expect("it answers")
        .iter()
        .step_by(3)
        .take(SELECTED)
        .collect();
    let view = GridView::parse("view=selected&sort=-serial&page=40").view;
    let name = format!("show selected only, {} selected", some.len());
    let page = times(60, async || {
        let page = inventory.selected_page(&who(), &view, &some).await;
        assert!(!page.expect("it answers").rows.is_empty());
    });
    alone(&name, &page.await.text());
}

async fn facets(setting: &Setting, database: &str) {
    for (name, query) in [
        ("all facet counts", ""),
        (
            "all facet counts beside a filter",
            "status=ACTIVE&sync_to=-30d",
        ),
        ("all facet counts beside a search", "status=ACTIVE&q=5cd1"),
    ] {
        let views = alike(setting, query).await;
        let turn = Cell::new(0);
        let counted = times(60, async || {
            turn.set(turn.get() + 1);
            let filter = &views[turn.get() % views.len()].filter;
            let facets = setting.app.inventory.facets(&who(), filter, true).await;
            assert_ne!(facets.expect("it answers").models.total, 0);
        });
        let counted = counted.await;
        alone(name, &counted.text());
        remember(database, setting.size, name, counted.p50());
    }
}

fn who() -> Scoped<may::View> {
    Scoped::at_this_computer()
}

fn like(text: &str) -> String {
    let fields = [
        "serial",
        "asset_id",
        "annotated_user",
        "location",
        "notes",
        "model",
    ];
    let alike = fields.map(|field| format!("lower({field}) LIKE '%{text}%'"));
    format!("AND ({})", alike.join(" OR "))
}

/// A filter by three things at once, none of which leaves few: the commonest status, a
/// common model and nearly all of the district, with what it is in SQL.
pub async fn combined(setting: &Setting) -> (String, String) {
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

/// What a page of the grid asks of the server, without the page around it.
async fn rows_of(setting: &Setting, view: &GridView) -> Vec<Device> {
    let page = setting.app.inventory.page(&who(), view).await;
    let page = page.expect("it answers");
    assert!(!page.rows.is_empty());
    page.rows
}
