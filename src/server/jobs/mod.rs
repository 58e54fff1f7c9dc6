//! Plans and jobs, as operators ask for them.

mod approval;
mod broadcaster;
mod call;
mod check;
mod command;
mod org_units;
mod recheck;
mod recovery;
mod review;
pub mod runner;
mod since;
mod steer;

use std::sync::Arc;

use tokio::sync::Notify;

use super::config::Rules;
use super::directory::remote::RemoteDirectory;
use super::health::Health;
use super::inventory::Inventory;
use super::live::Live;
use super::search::{About, Search, View};
use super::store::{Start, Store, StoreError, Worker};
use super::{Scoped, ServerError, may};
use crate::domain::action::effect::EffectKind;
use crate::domain::action::{Action, ActionKind};
use crate::domain::error::ApiError;
use crate::domain::job::{ItemPage, JobPage};
use crate::domain::job::{ItemState, JobId, JobSummary};
use crate::domain::live::{LiveMessage, Notice};
use crate::domain::plan::Execution;
use crate::domain::scope::Scope;
use crate::domain::selection::Selection;
pub use approval::{JobRequest, REQUEST_PAGE};
use check::check_execution;
use org_units::Listed;
use recovery::UnderWay;

/// The largest page of a job's devices.
const MAX_PAGE_SIZE: u32 = 200;

#[derive(Clone, Debug)]
pub struct Jobs {
    store: Arc<Store>,
    search: Search,
    inventory: Inventory,
    live: Live,
    health: Health,
    rules: Rules,
    /// The directory that jobs call; none for the local one.
    remote: Option<Arc<dyn RemoteDirectory>>,
    /// Woken when there is something to run.
    work: Arc<Notify>,
    /// Woken when there is something to tell.
    changed: Arc<Notify>,
    worker: Arc<Worker>,
    under_way: UnderWay,
    /// The jobs that are being held against the directory: once is enough.
    checking: UnderWay,
    listed: Listed,
}

impl Jobs {
    pub fn new(
        store: Arc<Store>,
        search: Search,
        remote: Option<Arc<dyn RemoteDirectory>>,
        health: Health,
        live: Live,
        rules: Rules,
    ) -> Self {
        Self {
            inventory: Inventory::new(store.clone(), search.clone()),
            store,
            search,
            live,
            health,
            rules,
            remote,
            work: Arc::default(),
            changed: Arc::default(),
            worker: Arc::default(),
            under_way: UnderWay::default(),
            checking: UnderWay::default(),
            listed: Listed::default(),
        }
    }

    /// The same, by the connections kept for work on jobs.
    pub(super) fn at_work(&self) -> Self {
        Self {
            store: Arc::new(self.store.at_work()),
            ..self.clone()
        }
    }

    /// Whether the directory can carry out effects of this kind.
    pub fn can(&self, effect: EffectKind) -> bool {
        match &self.remote {
            Some(remote) => remote.can(effect),
            // What is not a command is a change of our own rows.
            None => !effect.is_command(),
        }
    }

    /// How many devices this operator sees.
    async fn fleet(&self, who: &Scoped<may::View>) -> Result<u64, StoreError> {
        self.search.ask(who, About::Devices, View::size).await
    }

    /// Carries out a plan that was reviewed. Sent twice, it is one job.
    pub async fn start(
        &self,
        operator: &Scoped<may::Run>,
        execution: &Execution,
    ) -> Result<JobSummary, ServerError> {
        let plan = self.read_plan(operator, &execution.plan).await?;
        check_execution(&plan, execution)?;
        if !plan.started {
            self.check_org_unit(operator, &execution.action).await?;
            self.ask_again(operator, plan.confirm_count).await?;
            // Roles may have changed since the review.
            if !self.is_within(&plan.id, operator.scope()).await? {
                return Err(ApiError::PlanChanged.into());
            }
        }
        if let Some(message) = self.health.state().sentence().filter(|_| !plan.started) {
            return Err(ApiError::Unavailable { message }.into());
        }
        let starting = self.rules.starting(plan.confirm_count);
        match self
            .store
            .start_job(
                operator.actor(),
                execution,
                starting,
                self.store.now().await?,
            )
            .await?
        {
            Start::Started | Start::Already => {}
            Start::AlreadyOtherwise => {
                return Err(ApiError::Conflict {
                    message: "This review was already executed with other choices.".to_owned(),
                }
                .into());
            }
            Start::LimitExceeded(beyond) => {
                let message = beyond.sentence();
                return Err(ApiError::Conflict { message }.into());
            }
            Start::Expired => return Err(ApiError::PlanExpired.into()),
            Start::Changed => return Err(ApiError::PlanChanged.into()),
            Start::NoSuchPlan => {
                return Err(ApiError::NotFound {
                    what: "This review".to_owned(),
                }
                .into());
            }
        }
        self.work.notify_one();
        let job = self.read_any(&execution.plan).await?;
        self.live.tell(LiveMessage::Job(Box::new(job.clone())));
        Ok(job)
    }

    /// Has whoever starts a large job give password and code once more: a browser that was
    /// left open must not be enough.
    pub(super) async fn ask_again(
        &self,
        operator: &Scoped<may::Run>,
        is_large: bool,
    ) -> Result<(), ServerError> {
        if is_large && !operator.is_strong(self.store.now().await?) {
            return Err(ApiError::SignedOut.into());
        }
        Ok(())
    }

    /// A page of the jobs that the operator may see, all of them or those of one action.
    pub async fn list(
        &self,
        who: &Scoped<may::View>,
        action: Option<ActionKind>,
        page: u32,
        size: u32,
    ) -> Result<JobPage, ServerError> {
        check_page(page, size)?;
        let (rows, total) = self.store.jobs(who.scope(), action, page, size).await?;
        Ok(JobPage {
            rows,
            total,
            now: self.store.now().await?,
        })
    }

    /// A job, for somebody who sees all its devices. To others it is not there.
    pub async fn read(
        &self,
        who: &Scoped<may::View>,
        id: &JobId,
    ) -> Result<JobSummary, ServerError> {
        if !self.is_seen(who, id).await? {
            return Err(no_such_job());
        }
        self.read_any(id).await
    }

    /// Whether somebody may know of a job: they see all its devices.
    pub async fn is_seen(&self, who: &Scoped<may::View>, id: &JobId) -> Result<bool, StoreError> {
        let scope = who.scope();
        if *scope == Scope::All {
            return Ok(true);
        }
        let units = self.store.job_org_units(id).await?;
        Ok(!units.is_empty() && units.iter().all(|unit| scope.covers(unit)))
    }

    /// A job, whoever asks.
    async fn read_any(&self, id: &JobId) -> Result<JobSummary, ServerError> {
        let job = self.store.job(id).await?;
        job.ok_or_else(no_such_job)
    }

    /// A job, and its action with all that was chosen for it.
    pub async fn read_with_action(
        &self,
        who: &Scoped<may::View>,
        id: &JobId,
    ) -> Result<(JobSummary, Action), ServerError> {
        let job = self.read(who, id).await?;
        let action = self.store.job_action(id).await?;
        Ok((job, action.ok_or_else(no_such_job)?))
    }

    pub async fn items(
        &self,
        who: &Scoped<may::View>,
        id: &JobId,
        state: Option<ItemState>,
        page: u32,
        size: u32,
    ) -> Result<ItemPage, ServerError> {
        check_page(page, size)?;
        self.read(who, id).await?;
        let (rows, total) = self.store.job_items(id, state, page, size).await?;
        Ok(ItemPage { rows, total })
    }

    /// The job's devices in one state.
    pub async fn selection(
        &self,
        who: &Scoped<may::View>,
        id: &JobId,
        state: ItemState,
    ) -> Result<Selection, ServerError> {
        self.read(who, id).await?;
        Ok(self.store.devices_in_state(id, state).await?)
    }

    /// The jobs that are not over.
    pub async fn unfinished(&self) -> Result<Vec<JobSummary>, ServerError> {
        Ok(self.store.unfinished_jobs().await?)
    }

    /// How many devices have ended in each state, in all jobs.
    pub async fn finished_devices(&self) -> Result<[(ItemState, u64); 4], ServerError> {
        Ok(self.store.finished_devices().await?)
    }

    pub async fn open_notices(
        &self,
        operator: &Scoped<may::View>,
    ) -> Result<Vec<Notice>, ServerError> {
        Ok(self.store.open_notices(&operator.name).await?)
    }

    pub async fn dismiss_notice(
        &self,
        operator: &Scoped<may::View>,
        number: u32,
    ) -> Result<(), ServerError> {
        let now = self.store.now().await?;
        Ok(self
            .store
            .dismiss_notice(&operator.name, number, now)
            .await?)
    }
}

fn no_such_job() -> ServerError {
    ApiError::NotFound {
        what: "This job".to_owned(),
    }
    .into()
}

fn check_page(page: u32, size: u32) -> Result<(), ApiError> {
    if page == 0 || !(1..=MAX_PAGE_SIZE).contains(&size) {
        return Err(ApiError::Invalid {
            message: format!("A page has 1 to {MAX_PAGE_SIZE} rows and is counted from 1."),
        });
    }
    Ok(())
}
