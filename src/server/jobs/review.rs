//! Reviews: a selection frozen into a plan, as operators ask for it.

use std::time::Duration;

use uuid::Uuid;

use super::Jobs;
use crate::domain::action::ActionKind;
use crate::domain::action::effect::EffectKind;
use crate::domain::eligibility::Rule;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::permission::Permission;
use crate::domain::plan::{PLAN_LIFE_MINUTES, Plan};
use crate::domain::provenance::MAX_PROVENANCE;
use crate::domain::scope::Scope;
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;
use crate::server::store::{PlanDraft, StoreError};
use crate::server::{Scoped, ServerError, forbidden, may};

/// How long a plan that expired can still be looked at.
const KEEP_EXPIRED: Duration = Duration::from_hours(24);

impl Jobs {
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
            by: operator.actor(),
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

    /// A plan of this operator's, started or not, expired or not, as long as they see all its
    /// devices.
    pub async fn read_plan(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
    ) -> Result<Plan, ServerError> {
        let plan = self.store.plan(id, &operator.name).await?;
        let is_seen = self.is_seen(&operator.viewing(), id).await?;
        let plan = plan.filter(|_| is_seen);
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
        let erases = plan.action.permissions().contains(&Permission::Erase);
        let rule = self.rules.approval.rule();
        let would_wait =
            self.store
                .would_wait(&operator.name, plan.eligible, erases, rule, plan.now);
        if !plan.started && would_wait.await? {
            plan.texts = plan.texts.with_approval();
        }
        self.add_org_units(operator, &mut plan).await?;
        Ok(plan)
    }

    /// Serial numbers of a plan's devices, by verdict.
    pub async fn plan_serials(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
        rule: Option<Rule>,
    ) -> Result<Vec<String>, ServerError> {
        self.read_plan(operator, id).await?;
        Ok(self.store.plan_serials(&operator.name, id, rule).await?)
    }

    /// Whether all devices that a plan would change are within this scope.
    pub(super) async fn is_within(&self, plan: &JobId, scope: &Scope) -> Result<bool, StoreError> {
        if *scope == Scope::All {
            return Ok(true);
        }
        let units = self.store.eligible_org_units(plan).await?;
        Ok(units.iter().all(|unit| scope.covers(unit)))
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
}
