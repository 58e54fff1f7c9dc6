//! The result file of a job: a line for each device, with what came of each effect.

use crate::domain::action::Action;
use crate::domain::action::effect::{Effect, EffectKind};
use crate::domain::action::license::license_effect;
use crate::domain::job::{ItemEffect, ItemState, JobItem, JobSummary, SuccessKind};

/// The header row.
pub const RESULT_COLUMNS: [&str; 32] = [
    "serialNumber",
    "deviceId",
    "annotatedAssetId",
    "orgUnitPath",
    "statusBefore",
    "statusAfter",
    "outcome",
    "how",
    "rule",
    "message",
    "attempts",
    "finishedAt",
    "reason",
    "note",
    "operator",
    "job",
    "jobId",
    "planHash",
    "deviceLicenseType",
    "licenseEffect",
    "powerwash",
    "powerwashMessage",
    "commandId",
    "action",
    "model",
    "annotatedUser",
    "annotatedLocation",
    "orgUnitPathAfter",
    "annotatedAssetIdAfter",
    "annotatedUserAfter",
    "annotatedLocationAfter",
    "noteAdded",
];

/// A device's cells, in the order of [`RESULT_COLUMNS`].
pub fn result_record(job: &JobSummary, action: &Action, item: &JobItem) -> Vec<String> {
    let kind = job.action;
    let main = item.effect(kind.main_effect());
    let powerwash = item.effect(EffectKind::Powerwash);
    let command = item.effects.iter().find(|effect| effect.kind.is_command());
    let changed = changed_fields(action, item);
    // Nothing is known of a device after the review that was not changed.
    let after = main
        .filter(|effect| effect.state == ItemState::Succeeded)
        .and_then(|_| kind.main_effect().target());
    let how = item.how();
    // A device that others have deprovisioned has the reason that they gave.
    let reason = action
        .reason()
        .filter(|_| how != Some(SuccessKind::Already));
    let text = |text: &str| text.to_owned();
    let mut cells = vec![
        item.serial.clone(),
        item.device_id.clone(),
        item.asset_id.clone(),
        item.org_unit.clone(),
        text(item.before.as_str()),
        text(after.as_ref().map_or("", |status| status.as_str())),
        text(item.state.as_str()),
        text(how.map_or("", SuccessKind::as_str)),
        text(item.rule.map_or("", |rule| rule.id())),
        item.detail(),
        item.attempt().to_string(),
        item.finished_at()
            .map_or_else(String::new, |at| at.to_string()),
        text(reason.map_or("", |reason| reason.api_value())),
        job.note.clone(),
        job.operator.clone(),
        job.number.to_string(),
        text(job.id.as_str()),
        job.plan_hash.clone(),
        text(item.license.as_str()),
        license_effect_of(action, item),
        text(powerwash.map_or("", word)),
        powerwash.map_or_else(String::new, ItemEffect::detail),
        command.map_or_else(String::new, |effect| effect.command_id.clone()),
        text(kind.as_str()),
        item.model.clone(),
        item.user.clone(),
        item.location.clone(),
    ];
    cells.extend(changed);
    cells
}

/// What the job has changed of a device: its org unit, asset ID, user and location, and the
/// note that it added. Empty where it did not.
fn changed_fields(action: &Action, item: &JobItem) -> [String; 5] {
    let mut changed = <[String; 5]>::default();
    for effect in action.effects() {
        let is_done = |it: &ItemEffect| it.state == ItemState::Succeeded;
        if !item.effect(effect.kind()).is_some_and(is_done) {
            continue;
        }
        match effect {
            Effect::Move(org_unit) => changed[0] = org_unit,
            Effect::UpdateFields(changes) => {
                let values = [
                    changes.asset_id,
                    changes.user,
                    changes.location,
                    changes.note,
                ];
                for (cell, value) in changed[1..].iter_mut().zip(values) {
                    *cell = value.unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    changed
}

/// What came of an effect, in a word: why it was not done, or what the device has answered.
fn word(effect: &ItemEffect) -> &'static str {
    match effect.state {
        ItemState::Succeeded => effect
            .reply
            .map(|reply| reply.as_str())
            .or(effect.how.map(SuccessKind::as_str))
            .unwrap_or_default(),
        ItemState::Failed => effect.cause.map_or("failed", |cause| cause.as_str()),
        ItemState::Skipped => effect.rule.map_or("skipped", |rule| rule.id()),
        state => state.as_str(),
    }
}

/// What becomes of the license of a device that the job has deprovisioned. Where the job
/// did nothing, it has no effect on a license.
fn license_effect_of(action: &Action, item: &JobItem) -> String {
    let done = item.was_done_by_job(EffectKind::Deprovision);
    let Some(reason) = action.reason().filter(|_| done) else {
        return String::new();
    };
    let (effect, documented) = license_effect(item.license, item.os_type, reason);
    let inferred = if documented { "" } else { " (inferred)" };
    format!("{}{inferred}", effect.counted(1))
}
