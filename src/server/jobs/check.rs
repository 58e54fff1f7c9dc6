//! What is checked of an execution before it becomes a job: that the operator has answered
//! all that the panel asks for, and that what was chosen can be carried out.

use crate::domain::action::Action;
use crate::domain::error::ApiError;
use crate::domain::plan::{Execution, MAX_NOTE, Plan};

/// Refuses an execution that lacks what the panel asks for. What a started plan was
/// executed with is the store's to compare.
pub(super) fn check_execution(plan: &Plan, execution: &Execution) -> Result<(), ApiError> {
    let invalid = |message: String| Err(ApiError::Invalid { message });
    if plan.started {
        return Ok(());
    }
    if !execution.acknowledged {
        let what = plan.action.main_effect().past();
        return invalid(format!(
            "Acknowledge what it means that the devices are {what}."
        ));
    }
    if execution.note.chars().count() > MAX_NOTE {
        return invalid(format!("A note has at most {MAX_NOTE} characters."));
    }
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if execution.note.chars().any(is_odd) {
        return invalid("A note holds text only, no control characters.".to_owned());
    }
    check_count(plan.confirm_count, plan.eligible, execution.typed_count)?;
    if execution.action.kind() != plan.action {
        return Err(ApiError::PlanChanged);
    }
    if let Err(message) = execution.action.check() {
        return invalid(message);
    }
    let asks_for_powerwash = matches!(
        execution.action,
        Action::Deprovision {
            powerwash: true,
            ..
        }
    );
    if asks_for_powerwash && !plan.can_powerwash {
        return invalid("This directory cannot order its devices to erase themselves.".to_owned());
    }
    if plan.eligible == 0 {
        return Err(ApiError::NothingEligible);
    }
    Ok(())
}

/// Refuses where the number of devices must be typed, and another or none was.
pub(super) fn check_count(
    must_type: bool,
    devices: u64,
    typed: Option<u64>,
) -> Result<(), ApiError> {
    if must_type && typed != Some(devices) {
        return Err(ApiError::Invalid {
            message: format!("Type {devices} to confirm the number of devices."),
        });
    }
    Ok(())
}
