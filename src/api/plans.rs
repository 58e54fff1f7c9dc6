//! Reviewing what a selection would become.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::action::ActionKind;
use crate::domain::eligibility::Rule;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::plan::Plan;
use crate::domain::selection::Selection;

/// Freezes a selection into a plan of an action, with a verdict for each device. `provenance`
/// says how the selection was made; see [`crate::domain::provenance`]. Older pages send neither:
/// the action is then deprovision, and the provenance is empty.
#[server(endpoint = "plans/make", protocol = Call)]
pub async fn make_plan(
    action: Option<ActionKind>,
    selection: Selection,
    provenance: Option<String>,
) -> Result<Plan, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app
        .jobs
        .plan(
            &operator,
            action.unwrap_or(ActionKind::Deprovision),
            &selection,
            provenance.as_deref().unwrap_or_default(),
        )
        .await?)
}

/// Reads a plan again, as after a reload.
#[server(endpoint = "plans/read", protocol = Call)]
pub async fn read_plan(id: JobId) -> Result<Plan, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.read_plan(&operator, &id).await?)
}

/// The selected devices of a plan that this rule leaves out, or, without a rule,
/// all of the plan.
#[server(endpoint = "plans/selection", protocol = Call)]
pub async fn plan_selection(id: JobId, rule: Option<Rule>) -> Result<Selection, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.plan_selection(&operator, &id, rule).await?)
}

/// The devices of a plan that would be deprovisioned and had synced shortly before the
/// review.
#[server(endpoint = "plans/recently-synced", protocol = Call)]
pub async fn recently_synced(id: JobId) -> Result<Selection, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.recently_synced(&operator, &id).await?)
}

/// The serial numbers of a plan's devices: of those that this rule leaves out, or,
/// without a rule, of those that would be deprovisioned.
#[server(endpoint = "plans/serials", protocol = Call)]
pub async fn plan_serials(id: JobId, rule: Option<Rule>) -> Result<Vec<String>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.plan_serials(&operator, &id, rule).await?)
}
