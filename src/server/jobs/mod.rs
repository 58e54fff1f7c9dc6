//! Plans and jobs, as operators ask for them.

mod broadcaster;
mod call;
mod check;
mod command;
mod org_units;
mod recheck;
mod recovery;
pub mod runner;
mod since;
mod steer;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use super::config::Rules;
use super::directory::remote::RemoteDirectory;
use super::health::Health;
use super::inventory::Inventory;
use super::live::Live;
use super::search::{About, Search, View};
use super::store::{PlanDraft, Start, Store, StoreError, Worker};
use super::{Scoped, ServerError, forbidden, may};
use crate::domain::action::effect::EffectKind;
use crate::domain::action::{Action, ActionKind};
use crate::domain::eligibility::Rule;
use crate::domain::error::ApiError;
use crate::domain::job::{ItemPage, JobPage};
use crate::domain::job::{ItemState, JobId, JobSummary};
use crate::domain::live::{LiveMessage, Notice};
use crate::domain::permission::Permission;
use crate::domain::plan::{Execution, PLAN_LIFE_MINUTES, Plan};
use crate::domain::provenance::MAX_PROVENANCE;
use crate::domain::scope::Scope;
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;
use check::check_execution;
use org_units::Listed;
use recovery::UnderWay;

/// The largest page of a job's devices.
const MAX_PAGE_SIZE: u32 = 200;

/// How long a plan that expired can still be looked at.
const KEEP_EXPIRED: Duration = Duration::from_hours(24);

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

    /// Freezes a selection into a plan, with how it came about.
    pub async fn plan(
        &self,
        operator: &Scoped<may::Run>,
        action: ActionKind,
        selection: &Selection,
        provenance: &str,
    ) -> Result<Plan, ServerError> {
        if selection.is_empty() {
            return Err(ApiError::EmptySelection.into());
        }
        if !self.can(action.main_effect()) {
            return Err(ApiError::Invalid {
                message: Rule::DirectoryCannot.sentence().to_owned(),
            }
            .into());
        }
        let lacks = |permission: &&Permission| !operator.may(**permission);
        if let Some(permission) = action.permissions().iter().find(lacks) {
            return Err(forbidden(*permission).into());
        }
        let who = operator.viewing();
        let known = self.inventory.known(&who, selection).await?;
        if *who.scope() != Scope::All && known.len() < selection.len() {
            let count = selection.len() - known.len();
            return Err(ApiError::UnknownDevices { count }.into());
        }
        let (_, outside) = self.inventory.split(&who, action, selection).await?;
        let now = self.store.now().await?;
        let kept = Timestamp(now.0 - KEEP_EXPIRED.as_millis() as i64);
        self.store.delete_plans_expired_before(kept).await?;
        let id = JobId(Uuid::new_v4().simple().to_string());
        let draft = PlanDraft {
            id: id.clone(),
            operator: &operator.name,
            action,
            selection,
            outside: &outside,
            provenance: &provenance.chars().take(MAX_PROVENANCE).collect::<String>(),
            made_at: now,
            expires_at: Timestamp(now.0 + PLAN_LIFE_MINUTES * 60_000),
        };
        if let Err(count) = self.store.make_plan(&draft).await? {
            return Err(ApiError::UnknownDevices { count }.into());
        }
        let plan = self.read_plan(operator, &id).await?;
        if plan.eligible == 0 {
            return Err(ApiError::NothingEligible.into());
        }
        Ok(plan)
    }

    /// A plan of this operator's, started or not, expired or not.
    pub async fn read_plan(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
    ) -> Result<Plan, ServerError> {
        let plan = self.store.plan(id, &operator.name).await?;
        let mut plan = plan.ok_or_else(|| ApiError::NotFound {
            what: "This review".to_owned(),
        })?;
        plan.now = self.store.now().await?;
        let fleet = self.fleet(&operator.viewing()).await?;
        plan.confirm_count = self.rules.must_type_count(plan.eligible, fleet);
        plan.can_powerwash = self.can(EffectKind::Powerwash)
            && self
                .is_within(id, &operator.scope_of(Permission::Erase))
                .await?;
        self.add_org_units(operator, &mut plan).await?;
        Ok(plan)
    }

    /// Whether all devices that a plan would change are within this scope.
    async fn is_within(&self, plan: &JobId, scope: &Scope) -> Result<bool, StoreError> {
        if *scope == Scope::All {
            return Ok(true);
        }
        let units = self.store.eligible_org_units(plan).await?;
        Ok(units.iter().all(|unit| scope.covers(unit)))
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

    /// The plan's devices that this rule left out, or all of them.
    pub async fn plan_selection(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
        rule: Option<Rule>,
    ) -> Result<Selection, ServerError> {
        self.read_plan(operator, id).await?;
        Ok(self.store.devices_by_rule(id, rule).await?)
    }

    /// The plan's eligible devices that had synced shortly before the review.
    pub async fn recently_synced(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
    ) -> Result<Selection, ServerError> {
        self.read_plan(operator, id).await?;
        Ok(self.store.recently_synced(id).await?)
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
            .start_job(&operator.name, execution, starting, self.store.now().await?)
            .await?
        {
            Start::Started | Start::Already => {}
            Start::AlreadyOtherwise => {
                return Err(ApiError::Conflict {
                    message: "This review was executed already, otherwise than now.".to_owned(),
                }
                .into());
            }
            Start::Beyond(beyond) => {
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
    pub async fn settled(&self) -> Result<[(ItemState, u64); 4], ServerError> {
        Ok(self.store.settled_devices().await?)
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
