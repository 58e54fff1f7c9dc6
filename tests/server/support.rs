//! A console with a database of its own, asked as a browser would ask it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sunset::domain::action::Action;
use sunset::domain::action::license::LicenseType;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::chrome_os::{ExtendedUpdates, OsType};
use sunset::domain::device::{Device, DirectoryDevice};
use sunset::domain::error::ApiError;
use sunset::domain::field::SHOWN;
use sunset::domain::grid::GridView;
use sunset::domain::grid_page::GridPage;
use sunset::domain::job::{JobId, JobSummary};
use sunset::domain::plan::{Execution, Plan};
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::config::{ApprovalArgs, Most, Rules};
use sunset::server::directory::remote::RemoteDirectory;
use sunset::server::http::{ServerState, router};
use sunset::server::identity::SealKey;
use sunset::server::store::{Database, Store};
use sunset::server::{App, Scoped};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::faulty::FaultyDirectory;
use crate::postgres::PostgresDatabase;

/// Runs a story on SQLite, then on Postgres. Without a Postgres it fails: a test
/// that is left out proves nothing.
pub async fn on_each_database(story: impl AsyncFn(Console)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    story(Console::open(Database::Sqlite(path)).await).await;

    let postgres = PostgresDatabase::create().await;
    story(Console::open(Database::Postgres(postgres.url.clone())).await).await;
    postgres.remove().await;
}

/// Runs a story over a remote directory, a fresh one for each database.
pub async fn on_each_database_over(
    make: impl Fn() -> FaultyDirectory,
    story: impl AsyncFn(Console, FaultyDirectory),
) {
    on_each_database(async |console| {
        let directory = make();
        let console = console.over(Some(directory.clone()), NO_GRACE).await;
        story(console, directory).await;
    })
    .await;
}

pub const NO_GRACE: Rules = Rules {
    confirm_above: 100,
    grace_seconds: 0,
    devices_per_second: 0,
    most: Most::NONE,
    approval: ApprovalArgs::NEVER,
};

/// A console over one database.
pub struct Console {
    pub app: App,
    pub store: Arc<Store>,
    pub database: Database,
    directory: Option<Arc<dyn RemoteDirectory>>,
    router: Router,
    stop: CancellationToken,
}

/// What the server refused, and with which status.
pub type Refusal = (StatusCode, ApiError);

impl Console {
    pub async fn open(database: Database) -> Self {
        Self::open_with(database, Rules::default()).await
    }

    pub async fn open_with(database: Database, rules: Rules) -> Self {
        let store = Arc::new(Store::open(&database).await.unwrap());
        Self::on(database, store, None, rules)
    }

    /// The same database, over another directory or by other rules.
    pub async fn over(self, directory: Option<FaultyDirectory>, rules: Rules) -> Self {
        let directory = directory.map(|it| Arc::new(it) as Arc<dyn RemoteDirectory>);
        self.over_remote(directory, rules)
    }

    pub fn over_remote(self, directory: Option<Arc<dyn RemoteDirectory>>, rules: Rules) -> Self {
        self.stop.cancel();
        Self::on(self.database, self.store, directory, rules)
    }

    pub async fn with_grace(self, grace_seconds: u32) -> Self {
        let directory = self.directory.clone();
        let rules = Rules {
            grace_seconds,
            ..NO_GRACE
        };
        self.over_remote(directory, rules)
    }

    fn on(
        database: Database,
        store: Arc<Store>,
        directory: Option<Arc<dyn RemoteDirectory>>,
        rules: Rules,
    ) -> Self {
        let app = match &directory {
            Some(directory) => App::with_directory(store.clone(), directory.clone(), rules),
            None => App::new(store.clone(), rules),
        };
        let stop = CancellationToken::new();
        Self {
            router: routes(&app, &stop),
            app,
            store,
            database,
            directory,
            stop,
        }
    }

    /// The same with a place for the key of operators' secrets.
    pub fn with_seal_key(self, path: PathBuf) -> Self {
        self.with_app(|app| app.with_seal_key(SealKey::at(path)))
    }

    /// The same over an application that is set up otherwise.
    pub fn with_app(mut self, change: impl FnOnce(App) -> App) -> Self {
        self.app = change(self.app);
        self.router = routes(&self.app, &self.stop);
        self
    }

    /// Ends as a stopped process does, and opens the same database again.
    pub async fn restart(self) -> Self {
        self.stop.cancel();
        let database = self.database.clone();
        self.store.close().await;
        drop(self);
        Self::open(database).await
    }

    /// Fills the directory, and the inventory from it.
    pub async fn fill(&self, devices: impl IntoIterator<Item = DirectoryDevice>) {
        self.store
            .fill_directory(devices.into_iter(), false)
            .await
            .unwrap();
        self.refresh().await;
    }

    /// Fills the inventory from the directory.
    pub async fn refresh(&self) {
        let operator = Scoped::at_this_computer();
        self.app.refresher.run(&operator).await.unwrap();
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response<Body> {
        let request = Request::get(path).header(header::HOST, "localhost");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Calls a server function, and takes its answer as it comes.
    pub async fn post(&self, function: &str, arguments: impl Serialize) -> Response<Body> {
        let request = Request::post(format!("/api/{function}"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(serde_json::to_vec(&arguments).unwrap()))
            .unwrap();
        self.send(request).await
    }

    /// Calls a server function.
    pub async fn call<T: DeserializeOwned>(
        &self,
        function: &str,
        arguments: impl Serialize,
    ) -> Result<T, Refusal> {
        let response = self.post(function, arguments).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        if status == StatusCode::OK {
            Ok(serde_json::from_slice(&body).unwrap())
        } else {
            let message = serde_json::from_slice(&body)
                .unwrap_or_else(|_| panic!("{status}: {}", String::from_utf8_lossy(&body)));
            Err((status, message))
        }
    }

    pub async fn page(&self, query: &str) -> GridPage {
        let mut parsed = GridView::parse(query);
        assert!(parsed.bad.is_empty(), "{:?}", parsed.bad);
        // A row has what its columns show.
        for field in SHOWN {
            parsed.view.columns = parsed.view.columns.with(field, true);
        }
        self.call("devices/search", json!({ "view": parsed.view }))
            .await
            .unwrap()
    }

    /// Every device of the inventory, by serial.
    pub async fn devices(&self) -> Vec<Device> {
        let mut devices = Vec::new();
        loop {
            let page = devices.len() / 200 + 1;
            let rows = self.page(&format!("size=200&page={page}")).await.rows;
            let last = rows.len() < 200;
            devices.extend(rows);
            if last {
                return devices;
            }
        }
    }

    pub async fn plan(&self, selection: &Selection) -> Result<Plan, Refusal> {
        self.call(
            "plans/make",
            json!({ "selection": selection, "provenance": "individually" }),
        )
        .await
    }

    /// Executes a plan as it was reviewed.
    pub async fn execute(&self, plan: &Plan) -> Result<JobSummary, Refusal> {
        self.start(&execution(plan)).await
    }

    pub async fn start(&self, execution: &Execution) -> Result<JobSummary, Refusal> {
        self.call("jobs/start", json!({ "execution": execution }))
            .await
    }

    pub async fn job(&self, id: &JobId) -> JobSummary {
        self.call("jobs/read", json!({ "id": id })).await.unwrap()
    }

    /// Works on jobs until they are over.
    pub async fn run_jobs(&self) {
        self.run_jobs_until(async || self.app.jobs.unfinished().await.unwrap().is_empty())
            .await;
    }

    pub async fn run_jobs_for(&self, time: Duration) {
        let end = Instant::now() + time;
        self.run_jobs_until(async || end <= Instant::now()).await;
    }

    /// Works on jobs until this is so.
    pub async fn run_jobs_until(&self, enough: impl AsyncFn() -> bool) {
        let work = self.work().await;
        until(enough).await;
        work.end().await;
    }

    pub async fn work(&self) -> Work {
        let stop = CancellationToken::new();
        let runner = self.app.start(stop.clone()).await.unwrap();
        Work { stop, runner }
    }
}

fn routes(app: &App, stop: &CancellationToken) -> Router {
    let state = ServerState::new(app.clone(), Path::new("no-site"), stop.clone());
    router(state)
}

/// Work on jobs that goes on until it is ended.
pub struct Work {
    stop: CancellationToken,
    runner: JoinHandle<()>,
}

impl Work {
    pub async fn end(self) {
        self.stop.cancel();
        self.runner.await.unwrap();
    }
}

/// Waits until this is so.
pub async fn until(enough: impl AsyncFn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !enough().await {
        assert!(Instant::now() < end, "it does not come to that");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What the panel sends when everything is as the plan asks.
pub fn execution(plan: &Plan) -> Execution {
    Execution {
        plan: plan.id.clone(),
        hash: plan.hash.clone(),
        action: Action::deprovision(DeprovisionReason::RetiringDevice),
        note: "Ticket 7".to_owned(),
        acknowledged: true,
        typed_count: Some(plan.eligible),
    }
}

/// An ordinary device; tests change what they are about.
pub fn device(number: u32) -> DirectoryDevice {
    DirectoryDevice {
        device_id: format!("{number:08x}-0000-4000-8000-000000000000"),
        serial: format!("SN{number:06}"),
        asset_id: format!("{number:05}"),
        status: DeviceStatus::Active,
        org_unit: "/School".to_owned(),
        model: "HP Chromebook 11 G8 EE".to_owned(),
        user: format!("user{number}@school.example"),
        location: format!("Room {}", number % 40),
        notes: String::new(),
        os_version: "140.0".to_owned(),
        license: LicenseType::EducationPerpetual,
        last_sync: Some(Timestamp(1_760_000_000_000 + i64::from(number) * 1000)),
        first_enrolled: Some(Timestamp(1_600_000_000_000)),
        last_enrolled: Some(Timestamp(1_600_000_000_000)),
        auto_update: "2029-06-01".parse().ok(),
        deprovision_reason: String::new(),
        deprovisioned_at: None,
        os_type: OsType::ChromeOs,
        extended: ExtendedUpdates::default(),
    }
}

pub fn selection_of<'a>(devices: impl IntoIterator<Item = &'a Device>) -> Selection {
    devices.into_iter().map(|device| device.id).collect()
}
