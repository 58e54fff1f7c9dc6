//! The server: storage, jobs, directories and HTTP. None of it is compiled for the browser.

pub mod audit;
mod auth;
mod checks;
pub mod config;
pub mod csv_out;
pub mod demo;
pub mod directory;
mod eligible;
mod error;
pub mod export;
pub mod field_hash;
mod health;
pub mod host;
pub mod http;
pub mod identity;
pub mod import;
mod inventory;
mod jobs;
mod json_out;
mod live;
mod notices;
mod overview;
mod pasting;
pub mod private;
mod refresher;
mod results;
pub mod search;
mod shared_read;
pub mod simulator;
pub mod store;
mod supervisor;
mod transport;
mod upload;
mod views;

use std::ops::Deref;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use auth::{Operator, Permit, Scoped, authorize, forbidden, may};
pub use error::ServerError;
pub use jobs::runner::CALLS;
pub use jobs::{JobRequest, REQUEST_PAGE};

use crate::domain::audit::{Act, Event};
use crate::domain::fleet::Fleet;
use crate::domain::time::Timestamp;
use audit::{Audit, Copy, SigningKey};
use config::{Rules, Serve};
use directory::Directory;
use directory::local::LocalDirectory;
use directory::remote::RemoteDirectory;
use health::Health;
use identity::provider::Provider;
use identity::{Identity, SealKey, host_actor};
use inventory::Inventory;
use jobs::Jobs;
use live::Live;
use notices::Notices;
use refresher::Refresher;
use search::Search;
use store::{ClaimError, Store, StoreError};
use supervisor::Supervisor;
use upload::Uploads;
use views::Views;

/// The application: everything a server function can be asked for. Clones share it.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// What the application consists of.
#[derive(Clone, Debug)]
pub struct Parts {
    pub inventory: Inventory,
    pub jobs: Jobs,
    pub refresher: Refresher,
    pub notices: Notices,
    pub views: Views,
    pub uploads: Uploads,
    pub health: Health,
    pub identity: Identity,
    pub audit: Audit,
    authority: String,
    is_remote: bool,
    /// The directory is a simulated one.
    is_rehearsal: bool,
    pub live: Live,
    pub search: Search,
    store: Arc<Store>,
    supervisor: Supervisor,
    started_at: Timestamp,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the application together over an open store. Nothing runs yet.
    pub fn new(store: Arc<Store>, rules: Rules) -> Self {
        Self::over(store, None, rules)
    }

    /// The same over a directory that is called over a network.
    pub fn with_directory(
        store: Arc<Store>,
        directory: Arc<dyn RemoteDirectory>,
        rules: Rules,
    ) -> Self {
        Self::over(store, Some(directory), rules)
    }

    fn over(store: Arc<Store>, remote: Option<Arc<dyn RemoteDirectory>>, rules: Rules) -> Self {
        let live = Live::new();
        let directory: Arc<dyn Directory> = match &remote {
            Some(remote) => remote.clone(),
            None => Arc::new(LocalDirectory::new(store.clone())),
        };
        let authority = directory.name();
        let health = Health::new(directory.clone(), live.clone());
        let is_remote = remote.is_some();
        let supervisor = Supervisor::default();
        let search = Search::new(store.clone());
        let identity = Identity::new(store.clone());
        let refresher = Refresher::new(
            store.clone(),
            directory,
            is_remote,
            health.clone(),
            live.clone(),
            supervisor.clone(),
        );
        let uploads = Uploads::new(
            store.clone(),
            refresher.at_work(),
            supervisor.clone(),
            !is_remote,
        );
        Self(Arc::new(Parts {
            inventory: Inventory::new(store.clone(), search.clone()),
            jobs: Jobs::new(
                store.clone(),
                search.clone(),
                remote,
                health.clone(),
                live.clone(),
                rules,
            ),
            refresher,
            uploads,
            notices: Notices::new(store.clone(), live.clone()),
            views: Views::new(store.clone()),
            search,
            health,
            audit: Audit::new(store.clone(), identity.refusals.clone()),
            identity,
            authority,
            is_remote,
            is_rehearsal: false,
            live,
            store,
            supervisor,
            started_at: Timestamp::now(),
        }))
    }

    fn with(self, change: impl FnOnce(&mut Parts)) -> Self {
        let mut parts = Arc::unwrap_or_clone(self.0);
        change(&mut parts);
        Self(Arc::new(parts))
    }

    /// The same, known to be a rehearsal.
    pub fn rehearsing(self) -> Self {
        self.with(|parts| parts.is_rehearsal = true)
    }

    /// The same with a key for operators' secrets.
    pub fn with_seal_key(self, key: SealKey) -> Self {
        self.with(|parts| parts.identity = parts.identity.clone().with_seal_key(key))
    }

    /// The same with an identity provider.
    pub fn with_provider(self, provider: Provider) -> Self {
        self.with(|parts| parts.identity = parts.identity.clone().with_provider(provider))
    }

    /// The same with a key that signs the audit, and maybe a file that it is copied to.
    pub fn with_signing_key(
        self,
        key: impl Into<Option<SigningKey>>,
        copy: impl Into<Option<Copy>>,
    ) -> Self {
        self.with(|parts| parts.audit = parts.audit.clone().with(key.into(), copy.into()))
    }

    /// Makes the database this directory's; see [`Store::claim`].
    ///
    /// # Errors
    /// A sentence: it is another's.
    pub async fn claim(&self, take_over: bool) -> Result<(), ClaimError> {
        self.store.claim(&self.authority, take_over).await
    }

    /// Whether the embedded directory is the authority.
    pub fn is_local(&self) -> bool {
        !self.is_remote
    }

    /// Takes up what an earlier process left behind, and works on jobs until the
    /// token is cancelled.
    ///
    /// # Errors
    /// The database failed before any work began.
    pub async fn start(
        &self,
        stop: CancellationToken,
    ) -> Result<tokio::task::JoinHandle<()>, StoreError> {
        let refresher = self.refresher.at_work();
        refresher.fail_orphaned().await?;
        self.store.at_work().expire_looks().await?;
        let this = self.clone();
        Ok(tokio::spawn(async move {
            let supervisor = &this.supervisor;
            tokio::join!(
                jobs::runner::run(this.jobs.at_work(), supervisor, &stop),
                supervisor.keep("audit", &stop, || this.audit.keep(&stop)),
                supervisor.keep("health", &stop, || this.health.watch(&stop)),
                supervisor.keep("search", &stop, || this.search.keep_fresh(&stop)),
                supervisor.keep("refresher", &stop, || refresher.keep_fresh(&stop)),
                supervisor.keep("uploads", &stop, || this.uploads.watch(&stop)),
            );
        }))
    }

    /// Puts the start of the server on record, with the settings that say what operators may
    /// do, and which key signs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_start(&self, options: &Serve) -> Result<(), StoreError> {
        let event = Event::new(&host_actor(), Act::ServerStarted);
        let event = event.with("version", env!("CARGO_PKG_VERSION"));
        let event = event.with("directory", self.authority.as_str());
        let public = options.front.public_url.as_ref().map(ToString::to_string);
        let event = event.with("public_url", public.unwrap_or_default());
        let rules = &options.rules;
        let event = event.with("confirm_above", rules.confirm_above);
        let event = event.with("grace_seconds", rules.grace_seconds);
        let event = event.with("devices_per_second", rules.devices_per_second);
        let event = event.with("max_job", rules.most.max_job);
        let event = event.with("max_devices_per_hour", rules.most.max_devices_per_hour);
        let in_all = rules.most.max_devices_per_hour_in_all;
        let event = event.with("max_devices_per_hour_in_all", in_all);
        let approval = rules.approval.rule();
        let event = event.with("approve_above", approval.above.to_string());
        let event = event.with("approve_erase", approval.erase);
        let hours = rules.approval.approve_within_hours;
        let event = event.with("approve_within_hours", hours);
        self.store.record(event).await?;
        self.audit.note_key().await
    }

    /// Makes up a fleet if the directory is empty. Returns whether it did.
    ///
    /// # Errors
    /// The database failed; the directory is as empty as before.
    pub async fn demonstrate(&self, devices: u32) -> Result<bool, ServerError> {
        if self.store.count_directory_devices().await? != 0 {
            return Ok(false);
        }
        let fleet = demo::fleet(devices, Timestamp::now().date());
        self.store.fill_directory(fleet, true).await?;
        self.refresher.run(&Scoped::at_this_computer()).await?;
        Ok(true)
    }

    /// Whether the database answers and all background loops run.
    ///
    /// # Errors
    /// What does not work.
    pub async fn readiness(&self) -> Result<(), String> {
        if self.store.generation().await.is_err() {
            return Err("the database does not answer".to_owned());
        }
        if !self.search.is_ready() {
            return Err("the search index is being built".to_owned());
        }
        let stalled = self.supervisor.stalled();
        if stalled.is_empty() {
            return Ok(());
        }
        Err(format!("these loops have stopped: {}", stalled.join(", ")))
    }

    /// Whether the devices are real.
    pub async fn fleet(&self) -> Result<Fleet, StoreError> {
        if self.is_rehearsal || self.store.is_demonstration().await? {
            Ok(Fleet::MadeUp)
        } else {
            Ok(Fleet::Real)
        }
    }
}
