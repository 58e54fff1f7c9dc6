//! What goes on at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::audit::Actor;
use sunset::domain::device::{Device, DirectoryDevice};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;
use sunset::domain::job::{ItemState, JobId};
use sunset::domain::plan::Execution;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::store::{PlanDraft, Start, Starting, Store};
use sunset::server::{App, Scoped};
use tokio::task::block_in_place;

use crate::dice::Dice;
use crate::naive;
use crate::truth::Truth;

/// What readers ask for: filters that the job and the refreshes change, and others.
const QUERIES: [&str; 14] = [
    "",
    "sort=-serial",
    "status=ACTIVE",
    "status=ACTIVE&sort=last_sync",
    "status=DEPROVISIONED&sort=-last_sync",
    "status=DEPROVISIONED&sort=asset_id",
    "status=DISABLED&status=DEPROVISIONED&sort=model",
    "sync_to=-30d&status=ACTIVE&sort=org_unit",
    "q=a&status=ACTIVE",
    "q=5cd&sort=-user",
    "q=soak&sort=-serial",
    "aue_to=0d&sort=auto_update",
    "license=education&status=ACTIVE",
    "sync=never&sort=-model",
];

const ROWS: usize = 50;

/// How many devices a refresh brings a change of.
const CHANGES: usize = 40;

/// How long a refresh is behind the one before it.
const PAUSE: Duration = Duration::from_secs(2);

/// What was done.
#[derive(Default)]
pub struct Tally {
    pages: AtomicU64,
    compared: AtomicU64,
    refreshes: AtomicU64,
}

impl Tally {
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    pub fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    pub fn refreshes(&self) -> u64 {
        self.refreshes.load(Ordering::Relaxed)
    }
}

fn add(to: &AtomicU64) {
    to.fetch_add(1, Ordering::Relaxed);
}

/// Plans and starts a job of so many devices.
pub async fn start_job(app: &App, store: &Store, devices: u64) -> JobId {
    let who = Scoped::at_this_computer();
    let active = DeviceFilter {
        statuses: vec![DeviceStatus::Active],
        ..DeviceFilter::default()
    };
    let all = app.inventory.matching(&who, &active).await;
    let all = all.expect("it answers");
    let selection: Selection = all.iter().take(devices as usize).collect();
    let (id, now) = (JobId("soak".to_owned()), Timestamp::now());
    let draft = PlanDraft {
        id: id.clone(),
        by: &Actor::named("soak"),
        action: ActionKind::Deprovision,
        selection: &selection,
        outside: &Selection::default(),
        provenance: "",
        made_at: now,
        expires_at: Timestamp(now.0 + 3_600_000),
    };
    let made = store.make_plan(&draft).await.expect("it plans");
    made.expect("every device is known");
    let plan = store.plan(&id, "soak").await.expect("it answers");
    let plan = plan.expect("the plan is there");
    assert_eq!(plan.eligible, devices);
    let execution = Execution {
        plan: id.clone(),
        hash: plan.hash,
        action: Action::deprovision(DeprovisionReason::RetiringDevice),
        note: String::new(),
        acknowledged: true,
        typed_count: Some(devices),
    };
    let started = store
        .start_job("soak", &execution, Starting::default(), now)
        .await;
    assert_eq!(started.expect("it starts"), Start::Started);
    id
}

fn any_view(dice: &mut Dice) -> GridView {
    let query = QUERIES[dice.roll(QUERIES.len())];
    let parsed = GridView::parse(query);
    assert!(
        parsed.bad.is_empty() && parsed.unknown.is_empty(),
        "{query}"
    );
    let mut view = parsed.view;
    view.page = 1 + dice.roll(4) as u32;
    view
}

/// Reads pages, and holds each against the rules as far as it can be by itself.
pub async fn read(app: App, seed: u64, until: Instant, tally: Arc<Tally>) {
    let mut dice = Dice::new(seed);
    let who = Scoped::at_this_computer();
    while Instant::now() < until {
        let view = any_view(&mut dice);
        let today = Timestamp::now().date();
        let page = app.inventory.page(&who, &view).await.expect("it answers");
        for row in &page.rows {
            assert!(view.filter.matches(row, today), "{view:?} lists {row:?}");
        }
        let mut sorted: Vec<&Device> = page.rows.iter().collect();
        naive::put_in_order(&mut sorted, view.sort);
        assert!(page.rows.iter().eq(sorted), "{view:?} is out of order");
        let expected = page.total.saturating_sub(view.offset()).min(ROWS as u64);
        assert_eq!(page.rows.len() as u64, expected, "{view:?}");
        add(&tally.pages);
    }
}

/// Compares whole pages and totals with all rows of the database, at moments at which
/// nothing changes.
pub async fn compare(app: App, store: Arc<Store>, seed: u64, until: Instant, tally: Arc<Tally>) {
    let mut dice = Dice::new(seed);
    let mut truth = Truth::default();
    let who = Scoped::at_this_computer();
    while Instant::now() < until {
        truth.catch_up(&store).await;
        let view = any_view(&mut dice);
        let today = Timestamp::now().date();
        let page = app.inventory.page(&who, &view).await.expect("it answers");
        if store.generation().await.ok() != truth.generation {
            continue;
        }
        let (devices, total) = block_in_place(|| truth.page(&view, today));
        let listed: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        assert_eq!((listed, page.total), (devices, total), "{view:?}");
        add(&tally.pages);
        add(&tally.compared);
    }
}

/// Changes devices in the directory, and refreshes.
pub async fn refresh(app: App, store: Arc<Store>, seed: u64, until: Instant, tally: Arc<Tally>) {
    let mut dice = Dice::new(seed);
    let who = Scoped::at_this_computer();
    while Instant::now() < until {
        // Not of the job: what it has done would be overwritten.
        let mut view = GridView::parse("status=DEPROVISIONED&status=DISABLED").view;
        view.page = 1 + dice.roll(5) as u32;
        let page = app.inventory.page(&who, &view).await.expect("it answers");
        for row in page.rows.into_iter().take(CHANGES) {
            if row.in_job.is_some() || row.directory.status != DeviceStatus::Deprovisioned {
                continue;
            }
            let changed = DirectoryDevice {
                notes: format!("soak {}", dice.roll(1000)),
                ..row.directory
            };
            let put = store.put_directory_device(&changed).await;
            put.expect("it changes");
        }
        let state = app
            .refresher
            .run(&Scoped::at_this_computer())
            .await
            .expect("it refreshes");
        let last = state.last.expect("it was refreshed");
        assert!(last.failure.is_empty(), "{}", last.failure);
        add(&tally.refreshes);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits for the job's end. Every device has been deprovisioned by it.
pub async fn hold_job(app: &App, store: &Store, job: &JobId, devices: u64) {
    let time_limit = Instant::now() + Duration::from_secs(600);
    while !app.jobs.unfinished().await.expect("it answers").is_empty() {
        assert!(Instant::now() < time_limit, "the job does not end");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let summary = store.job(job).await.expect("it answers").expect("the job");
    assert_eq!(summary.counts.of(ItemState::Succeeded), devices);
    let (_, succeeded) = store
        .job_items(job, Some(ItemState::Succeeded), 1, 1)
        .await
        .expect("it answers");
    assert_eq!(succeeded, devices);
    let who = Scoped::at_this_computer();
    app.refresher
        .run(&Scoped::at_this_computer())
        .await
        .expect("it refreshes");
    let retired = GridView::parse("status=DEPROVISIONED").view.filter;
    let counted = app.inventory.counts(&who, &[retired]).await;
    assert!(devices <= counted.expect("it answers")[0]);
}
