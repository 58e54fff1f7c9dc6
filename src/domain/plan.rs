//! A job not yet started: what was selected, what would happen to each device,
//! and the hash that ties Execute to exactly that.

use serde::{Deserialize, Serialize};

use super::action::follow_up::FollowUp;
use super::action::license::{LicenseEffect, LicenseGroup, LicenseType, license_effect};
use super::action::reason::DeprovisionReason;
use super::action::texts::PanelTexts;
use super::action::{Action, ActionKind};
use super::eligibility::Rule;
use super::job::JobId;
use super::time::Timestamp;

/// How long a plan can be executed after it was made.
pub const PLAN_LIFE_MINUTES: i64 = 60;

/// The longest note that goes with a job, in characters.
pub const MAX_NOTE: usize = 500;

/// Data older than so many milliseconds is worth a refresh first.
const OLD_MS: i64 = 3_600_000;

/// A device that synced within so many days before the review may be in use.
pub const RECENT_SYNC_DAYS: i64 = super::job::preflight::SILENT_DAYS;

/// A plan, as the operator reviews it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: JobId,
    pub action: ActionKind,
    /// SHA-256 over every item and its verdict, in hexadecimal.
    pub hash: String,
    /// Selected devices.
    pub total: u64,
    /// Devices on which the action would be carried out.
    pub eligible: u64,
    /// The others, by the rule that leaves them out.
    pub left_out: Vec<(Rule, u64)>,
    /// The eligible devices by license and by what they run, most devices first.
    pub licenses: Vec<LicenseGroup>,
    /// Serials of the first eligible devices, at most ten.
    pub first_serials: Vec<String>,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    /// The server's clock when this was read.
    pub now: Timestamp,
    /// The number of eligible devices must be typed to confirm.
    pub confirm_count: bool,
    /// When the oldest of its devices was read from the directory.
    pub oldest_read: Option<Timestamp>,
    /// Executed already: the plan is this job.
    pub started: bool,
    /// How the selection came about, as the operator's page told it.
    pub provenance: String,
    /// The directory can order its devices to erase themselves.
    #[serde(default)]
    pub can_powerwash: bool,
    /// Eligible devices that had synced within [`RECENT_SYNC_DAYS`] days: they may be in use.
    #[serde(default)]
    pub recently_synced: u64,
    #[serde(default)]
    pub texts: PanelTexts,
    /// The paths of the org units to which devices can be moved, in order; none if this is
    /// no choice of the action.
    #[serde(default)]
    pub org_units: Vec<String>,
    /// The directory has no other org units.
    #[serde(default)]
    pub has_all_org_units: bool,
}

impl Plan {
    pub fn has_expired(&self) -> bool {
        !self.started && self.expires_at <= self.now
    }

    /// What this reason would do to the licenses, largest group first:
    /// how many devices, their effect, and whether Google documents it for all.
    pub fn license_effects(&self, reason: DeprovisionReason) -> Vec<(u64, LicenseEffect, bool)> {
        let mut groups: Vec<(u64, LicenseEffect, bool)> = Vec::new();
        for group in &self.licenses {
            let (effect, documented) = license_effect(group.license, group.os_type, reason);
            match groups.iter_mut().find(|(_, known, _)| *known == effect) {
                Some(known) => {
                    known.0 += group.devices;
                    known.2 &= documented;
                }
                None => groups.push((group.devices, effect, documented)),
            }
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.0));
        groups
    }

    /// The data is so old that a refresh is worth it first.
    pub fn has_old_data(&self) -> bool {
        self.oldest_read
            .is_some_and(|read| OLD_MS < self.now.0 - read.0)
    }

    /// The license effects in a few words, most devices first. While no reason is chosen,
    /// there are none unless every reason has the same.
    pub fn license_effects_in_short(&self, reason: Option<DeprovisionReason>) -> Vec<String> {
        let of = |reason| {
            let effects = self.license_effects(reason).into_iter();
            effects
                .map(|(count, effect, _)| effect.in_short(count))
                .collect::<Vec<_>>()
        };
        let mut each = match reason {
            Some(reason) => vec![of(reason)],
            None => DeprovisionReason::ALL.map(of).to_vec(),
        };
        each.dedup();
        match each.as_slice() {
            [only] => only.clone(),
            _ => Vec::new(),
        }
    }

    /// The eligible devices by license, most devices first.
    pub fn by_license(&self) -> Vec<(LicenseType, u64)> {
        let mut sums: Vec<(LicenseType, u64)> = Vec::new();
        for group in &self.licenses {
            match sums.iter_mut().find(|(known, _)| *known == group.license) {
                Some((_, devices)) => *devices += group.devices,
                None => sums.push((group.license, group.devices)),
            }
        }
        sums.sort_by_key(|(license, devices)| (std::cmp::Reverse(*devices), *license));
        sums
    }
}

/// What Execute sends. The plan's id makes it idempotent: sent twice, it is one
/// job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ExecutionForm")]
pub struct Execution {
    pub plan: JobId,
    /// The hash of the plan that the operator reviewed.
    pub hash: String,
    /// The action that was reviewed, with what was chosen for it.
    pub action: Action,
    /// A ticket number or the like, at most [`MAX_NOTE`] characters.
    pub note: String,
    pub acknowledged: bool,
    /// What was typed to confirm the count, where that is asked for.
    pub typed_count: Option<u64>,
}

/// An execution as it is sent. A page that was loaded before there were other actions sends a
/// reason in place of the action.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExecutionForm {
    plan: JobId,
    hash: String,
    action: Option<Action>,
    reason: Option<DeprovisionReason>,
    #[serde(default)]
    powerwash: bool,
    note: String,
    acknowledged: bool,
    typed_count: Option<u64>,
}

impl TryFrom<ExecutionForm> for Execution {
    type Error = &'static str;

    fn try_from(form: ExecutionForm) -> Result<Self, Self::Error> {
        let action = match (form.action, form.reason) {
            (Some(action), None) if !form.powerwash => action,
            (None, Some(reason)) => Action::Deprovision {
                reason,
                powerwash: form.powerwash,
                follow_up: FollowUp::default(),
            },
            _ => return Err("an execution has an action, or a reason to deprovision"),
        };
        Ok(Self {
            plan: form.plan,
            hash: form.hash,
            action,
            note: form.note,
            acknowledged: form.acknowledged,
            typed_count: form.typed_count,
        })
    }
}

/// What the Actions menu says of a selection and an action before any plan is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibilityCount {
    pub action: ActionKind,
    pub total: u64,
    pub eligible: u64,
    pub left_out: Vec<(Rule, u64)>,
}

impl EligibilityCount {
    /// `3 left out: 2 already deprovisioned, 1 in another running job`.
    pub fn left_out_text(&self) -> Option<String> {
        let left_out: u64 = self.left_out.iter().map(|(_, count)| count).sum();
        (left_out != 0).then(|| {
            let parts: Vec<_> = self
                .left_out
                .iter()
                .map(|(rule, n)| format!("{n} {}", rule.short()))
                .collect();
            format!(
                "{} skipped: {}",
                super::number::grouped(left_out),
                parts.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::chrome_os::OsType;
    use super::*;

    #[test]
    fn license_effects_are_grouped_and_only_as_sure_as_their_least_sure_part() {
        let plan = Plan {
            id: JobId("p".into()),
            action: ActionKind::Deprovision,
            hash: String::new(),
            total: 30,
            eligible: 30,
            left_out: vec![],
            licenses: [
                (LicenseType::Kiosk, OsType::ChromeOs, 15),
                (LicenseType::EducationFixedTerm, OsType::Unknown, 10),
                (LicenseType::EducationPerpetual, OsType::ChromeOs, 3),
                (LicenseType::EducationPerpetual, OsType::Flex, 2),
            ]
            .map(|(license, os_type, devices)| LicenseGroup {
                license,
                os_type,
                devices,
            })
            .to_vec(),
            first_serials: vec![],
            made_at: Timestamp(0),
            expires_at: Timestamp(1),
            now: Timestamp(0),
            confirm_count: false,
            oldest_read: None,
            started: false,
            provenance: String::new(),
            can_powerwash: false,
            recently_synced: 0,
            texts: PanelTexts::default(),
            org_units: vec![],
            has_all_org_units: false,
        };
        assert_eq!(
            plan.license_effects(DeprovisionReason::RetiringDevice),
            [
                (25, LicenseEffect::ReturnsToPool, false),
                (5, LicenseEffect::Spent, true)
            ]
        );
        let retiring = Some(DeprovisionReason::RetiringDevice);
        let in_short = plan.license_effects_in_short(retiring);
        assert_eq!(in_short, ["25 return", "5 consumed"]);
        assert!(plan.license_effects_in_short(None).is_empty());
        assert_eq!(
            plan.license_effects(DeprovisionReason::SameModelReplacement),
            [(30, LicenseEffect::ReturnsToPool, false)]
        );
        assert_eq!(
            plan.license_effects(DeprovisionReason::UpgradeTransfer),
            [
                (15, LicenseEffect::NotKnown, false),
                (10, LicenseEffect::ReturnsToPool, false),
                (3, LicenseEffect::Spent, false),
                (2, LicenseEffect::Moves, true),
            ]
        );
        assert_eq!(
            plan.by_license(),
            [
                (LicenseType::Kiosk, 15),
                (LicenseType::EducationFixedTerm, 10),
                (LicenseType::EducationPerpetual, 5),
            ]
        );
    }

    #[test]
    fn a_page_of_before_there_were_other_actions_is_understood() {
        let sent = |more: &str| {
            let form = format!(
                r#"{{"plan":"p","hash":"h",{more},"note":"","acknowledged":true,"typed_count":null}}"#
            );
            serde_json::from_str::<Execution>(&form).map(|it| it.action)
        };
        let older = sent(r#""reason":"retiring_device","powerwash":true"#).unwrap();
        let newer =
            sent(r#""action":{"deprovision":{"reason":"retiring_device","powerwash":true}}"#);
        assert_eq!(older, newer.unwrap());
        assert_eq!(sent(r#""action":"disable""#).unwrap(), Action::Disable);
        for wrong in [
            r#""powerwash":true"#,
            r#""action":"disable","reason":"retiring_device""#,
            r#""action":"disable","powerwash":true"#,
        ] {
            assert!(sent(wrong).is_err(), "{wrong}");
        }
    }
}
