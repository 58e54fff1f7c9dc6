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

use super::checks::check_length;
use super::config::Rules;
use super::directory::remote::RemoteDirectory;
use super::health::Health;
use super::live::Live;
use super::search::{About, Search, View};
use super::store::{PlanDraft, Start, Store, StoreError, Worker};
use super::{Operator, ServerError};
use crate::domain::action::effect::EffectKind;
use crate::domain::action::{Action, ActionKind};
use crate::domain::eligibility::Rule;
use crate::domain::error::ApiError;
use crate::domain::job::{ItemPage, JobPage};
use crate::domain::job::{ItemState, JobId, JobSummary};
use crate::domain::live::{LiveMessage, Notice};
use crate::domain::plan::{Execution, PLAN_LIFE_MINUTES, Plan};
use crate::domain::provenance::MAX_PROVENANCE;
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
        operator: &Operator,
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
        check_length(selection, self.store.highest_device().await?)?;
        let now = self.store.now().await?;
        let kept = Timestamp(now.0 - KEEP_EXPIRED.as_millis() as i64);
        self.store.delete_plans_expired_before(kept).await?;
        let id = JobId(Uuid::new_v4().simple().to_string());
        let draft = PlanDraft {
            id: id.clone(),
            operator: &operator.name,
            action,
            selection,
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
    pub async fn read_plan(&self, operator: &Operator, id: &JobId) -> Result<Plan, ServerError> {
        let plan = self.store.plan(id, &operator.name).await?;
        let mut plan = plan.ok_or_else(|| ApiError::NotFound {
            what: "This review".to_owned(),
        })?;
        plan.now = self.store.now().await?;
        let fleet = self.fleet(operator).await?;
        plan.confirm_count = self.rules.must_type_count(plan.eligible, fleet);
        plan.can_powerwash = self.can(EffectKind::Powerwash);
        self.add_org_units(operator, &mut plan).await?;
        Ok(plan)
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
    async fn fleet(&self, operator: &Operator) -> Result<u64, StoreError> {
        let count = |view: &View| view.all().len();
        self.search.ask(operator, About::Devices, count).await
    }

    /// The plan's devices that this rule left out, or all of them.
    pub async fn plan_selection(
        &self,
        operator: &Operator,
        id: &JobId,
        rule: Option<Rule>,
    ) -> Result<Selection, ServerError> {
        self.read_plan(operator, id).await?;
        Ok(self.store.devices_by_rule(id, rule).await?)
    }

    /// The plan's eligible devices that had synced shortly before the review.
    pub async fn recently_synced(
        &self,
        operator: &Operator,
        id: &JobId,
    ) -> Result<Selection, ServerError> {
        self.read_plan(operator, id).await?;
        Ok(self.store.recently_synced(id).await?)
    }

    /// Carries out a plan that was reviewed. Sent twice, it is one job.
    pub async fn start(
        &self,
        operator: &Operator,
        execution: &Execution,
    ) -> Result<JobSummary, ServerError> {
        let plan = self.read_plan(operator, &execution.plan).await?;
        check_execution(&plan, execution)?;
        if !plan.started {
            self.check_org_unit(&execution.action).await?;
        }
        if let Some(message) = self.health.state().sentence().filter(|_| !plan.started) {
            return Err(ApiError::Unavailable { message }.into());
        }
        let grace = self.rules.grace(plan.confirm_count);
        match self
            .store
            .start_job(&operator.name, execution, grace, self.store.now().await?)
            .await?
        {
            Start::Started | Start::Already => {}
            Start::AlreadyOtherwise => {
                return Err(ApiError::Conflict {
                    message: "This review was executed already, otherwise than now.".to_owned(),
                }
                .into());
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
        let job = self.read(&execution.plan).await?;
        self.live.tell(LiveMessage::Job(Box::new(job.clone())));
        Ok(job)
    }

    /// A page of the jobs, all of them or those of one action.
    pub async fn list(
        &self,
        action: Option<ActionKind>,
        page: u32,
        size: u32,
    ) -> Result<JobPage, ServerError> {
        check_page(page, size)?;
        let (rows, total) = self.store.jobs(action, page, size).await?;
        Ok(JobPage {
            rows,
            total,
            now: self.store.now().await?,
        })
    }

    pub async fn read(&self, id: &JobId) -> Result<JobSummary, ServerError> {
        let job = self.store.job(id).await?;
        Ok(job.ok_or_else(|| ApiError::NotFound {
            what: "This job".to_owned(),
        })?)
    }

    /// A job, and its action with all that was chosen for it.
    pub async fn read_with_action(&self, id: &JobId) -> Result<(JobSummary, Action), ServerError> {
        let job = self.read(id).await?;
        let action = self.store.job_action(id).await?;
        let action = action.ok_or_else(|| ApiError::NotFound {
            what: "This job".to_owned(),
        })?;
        Ok((job, action))
    }

    pub async fn items(
        &self,
        id: &JobId,
        state: Option<ItemState>,
        page: u32,
        size: u32,
    ) -> Result<ItemPage, ServerError> {
        check_page(page, size)?;
        self.read(id).await?;
        let (rows, total) = self.store.job_items(id, state, page, size).await?;
        Ok(ItemPage { rows, total })
    }

    /// The job's devices in one state.
    pub async fn selection(&self, id: &JobId, state: ItemState) -> Result<Selection, ServerError> {
        self.read(id).await?;
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

    pub async fn open_notices(&self, operator: &Operator) -> Result<Vec<Notice>, ServerError> {
        Ok(self.store.open_notices(&operator.name).await?)
    }

    pub async fn dismiss_notice(
        &self,
        operator: &Operator,
        number: u32,
    ) -> Result<(), ServerError> {
        let now = self.store.now().await?;
        Ok(self
            .store
            .dismiss_notice(&operator.name, number, now)
            .await?)
    }
}

fn check_page(page: u32, size: u32) -> Result<(), ApiError> {
    if page == 0 || !(1..=MAX_PAGE_SIZE).contains(&size) {
        return Err(ApiError::Invalid {
            message: format!("A page has 1 to {MAX_PAGE_SIZE} rows and is counted from 1."),
        });
    }
    Ok(())
}
