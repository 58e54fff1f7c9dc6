//! What the operator has answered so far, and what stands between that and a job.

use serde::{Deserialize, Serialize};

use super::action::fields::FieldChanges;
use super::action::follow_up::FollowUp;
use super::action::reason::DeprovisionReason;
use super::action::{Action, ActionKind};
use super::number;
use super::org_unit;
use super::panel::{Step, steps};
use super::plan::{Execution, MAX_NOTE, Plan};

/// The answers to the panel's steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Never written down: a reload asks again.
    #[serde(skip)]
    pub acknowledged: bool,
    pub reason: Option<DeprovisionReason>,
    /// Where the devices go, as it was typed.
    #[serde(default)]
    pub org_unit: String,
    /// As they were typed.
    #[serde(default)]
    pub fields: FieldChanges,
    pub note: String,
    /// What was typed to confirm the count.
    #[serde(skip)]
    pub typed: String,
    /// Add the note to the notes of each device that is deprovisioned. Like what follows, it
    /// is off until it is asked for, also after a reload.
    #[serde(skip)]
    pub add_note: bool,
    /// Clear user and location of each device that is deprovisioned.
    #[serde(skip)]
    pub clear_user: bool,
    /// Erase the devices, too. Never written down: it is off until it is asked for.
    #[serde(skip)]
    pub powerwash: bool,
}

/// Why a step cannot be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    NotAcknowledged,
    NoReason,
    NoOrgUnit,
    NoFields,
    NoNote,
    NoteTooLong,
    WrongCount,
}

impl Problem {
    pub fn text(self) -> &'static str {
        match self {
            Self::NotAcknowledged => "Select the checkbox to continue.",
            Self::NoReason => "Select a reason to continue.",
            Self::NoOrgUnit => "Enter the full path of the org unit, for example /Retired.",
            Self::NoFields => "Change at least one field to continue.",
            Self::NoNote => "Enter the note that is added to the devices.",
            Self::NoteTooLong => "The note is longer than 500 characters.",
            Self::WrongCount => "Enter the number of devices as shown above.",
        }
    }
}

impl Review {
    /// Whether this step is answered.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self, step: Step, plan: &Plan) -> Result<(), Problem> {
        match step {
            Step::Acknowledge if !self.acknowledged => Err(Problem::NotAcknowledged),
            Step::Choose => self.check_choice(plan.action),
            Step::Execute if self.note_is_too_long() => Err(Problem::NoteTooLong),
            Step::Execute
                if plan.confirm_count && number::typed(&self.typed) != Some(plan.eligible) =>
            {
                Err(Problem::WrongCount)
            }
            _ => Ok(()),
        }
    }

    /// Whether it is said what exactly is to be done.
    fn check_choice(&self, action: ActionKind) -> Result<(), Problem> {
        match action {
            ActionKind::Deprovision if self.reason.is_none() => Err(Problem::NoReason),
            ActionKind::Deprovision if self.note_is_too_long() => Err(Problem::NoteTooLong),
            ActionKind::Deprovision if self.add_note && self.note.trim().is_empty() => {
                Err(Problem::NoNote)
            }
            ActionKind::Deprovision if self.org_unit.trim().is_empty() => Ok(()),
            ActionKind::Deprovision | ActionKind::Move
                if org_unit::check(self.org_unit.trim()).is_err() =>
            {
                Err(Problem::NoOrgUnit)
            }
            ActionKind::UpdateFields if self.fields.trimmed() == FieldChanges::default() => {
                Err(Problem::NoFields)
            }
            _ => Ok(()),
        }
    }

    /// What is done to the devices once they are deprovisioned.
    fn follow_up(&self) -> FollowUp {
        let cleared = || self.clear_user.then(String::new);
        let note = Some(self.note.trim().to_owned());
        let move_to = Some(self.org_unit.trim().to_owned());
        FollowUp {
            fields: FieldChanges {
                asset_id: None,
                user: cleared(),
                location: cleared(),
                note: note.filter(|note| self.add_note && !note.is_empty()),
            },
            move_to: move_to.filter(|path| !path.is_empty()),
        }
    }

    fn note_is_too_long(&self) -> bool {
        MAX_NOTE < self.note.trim().chars().count()
    }

    /// The action with all that was chosen for it.
    ///
    /// # Errors
    /// What is missing.
    pub fn action(&self, plan: &Plan) -> Result<Action, Problem> {
        Ok(match plan.action {
            ActionKind::Deprovision => Action::Deprovision {
                reason: self.reason.ok_or(Problem::NoReason)?,
                powerwash: plan.can_powerwash && self.powerwash,
                follow_up: self.follow_up(),
            },
            ActionKind::Disable => Action::Disable,
            ActionKind::Reenable => Action::Reenable,
            ActionKind::Move => Action::Move {
                org_unit: self.org_unit.trim().to_owned(),
            },
            ActionKind::UpdateFields => Action::UpdateFields(self.fields.trimmed()),
            ActionKind::ClearProfiles => Action::ClearProfiles,
        })
    }

    /// What Execute sends.
    ///
    /// # Errors
    /// The first step that is not answered, and what is missing there.
    pub fn execution(&self, plan: &Plan) -> Result<Execution, (Step, Problem)> {
        for step in steps(plan.action) {
            self.check(*step, plan)
                .map_err(|problem| (*step, problem))?;
        }
        let action = self
            .action(plan)
            .map_err(|problem| (Step::Choose, problem))?;
        Ok(Execution {
            plan: plan.id.clone(),
            hash: plan.hash.clone(),
            action,
            note: self.note.trim().to_owned(),
            acknowledged: self.acknowledged,
            typed_count: plan
                .confirm_count
                .then(|| number::typed(&self.typed))
                .flatten(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::texts::PanelTexts;
    use super::super::job::JobId;
    use super::super::time::Timestamp;
    use super::*;

    fn plan() -> Plan {
        Plan {
            id: JobId("p1".into()),
            action: ActionKind::Deprovision,
            hash: "abc".into(),
            total: 4900,
            eligible: 4812,
            left_out: vec![],
            licenses: vec![],
            first_serials: vec![],
            made_at: Timestamp(0),
            expires_at: Timestamp(1),
            now: Timestamp(0),
            confirm_count: true,
            oldest_read: None,
            started: false,
            provenance: String::new(),
            can_powerwash: false,
            recently_synced: 0,
            texts: PanelTexts::default(),
            org_units: vec![],
            has_all_org_units: false,
        }
    }

    fn answered() -> Review {
        Review {
            acknowledged: true,
            reason: Some(DeprovisionReason::RetiringDevice),
            note: " T-77 ".into(),
            typed: "4,812".into(),
            powerwash: true,
            ..Review::default()
        }
    }

    #[test]
    fn a_review_that_is_answered_can_be_executed() {
        let execution = answered().execution(&plan()).unwrap();
        assert_eq!(execution.note, "T-77");
        assert_eq!(execution.hash, "abc");
        assert_eq!(execution.typed_count, Some(4812));
    }

    #[test]
    fn every_step_has_to_be_answered() {
        type Change = fn(&mut Review);
        let cases: [(Change, Step); 5] = [
            (|review| review.acknowledged = false, Step::Acknowledge),
            (|review| review.reason = None, Step::Choose),
            (|review| review.note = "x".repeat(501), Step::Choose),
            (|review| review.typed = "4811".into(), Step::Execute),
            (|review| review.typed.clear(), Step::Execute),
        ];
        for (change, step) in cases {
            let mut review = answered();
            change(&mut review);
            assert_eq!(review.execution(&plan()).unwrap_err().0, step);
        }
    }

    #[test]
    fn a_device_is_retired_in_one_job() {
        let review = Review {
            add_note: true,
            clear_user: true,
            org_unit: " /Retired ".into(),
            ..answered()
        };
        let execution = review.execution(&plan()).unwrap();
        let Action::Deprovision { follow_up, .. } = execution.action else {
            panic!("it is deprovisioned");
        };
        assert_eq!(follow_up.move_to.as_deref(), Some("/Retired"));
        assert_eq!(follow_up.fields.note.as_deref(), Some("T-77"));
        assert_eq!(follow_up.fields.user.as_deref(), Some(""));
        assert_eq!(follow_up.fields.asset_id, None);
        let problem_of = |review: Review| review.execution(&plan()).unwrap_err();
        let no_note = Review {
            note: String::new(),
            ..review.clone()
        };
        assert_eq!(problem_of(no_note), (Step::Choose, Problem::NoNote));
        let no_path = Review {
            org_unit: "Retired".into(),
            ..review
        };
        assert_eq!(problem_of(no_path), (Step::Choose, Problem::NoOrgUnit));
    }

    #[test]
    fn what_is_to_be_chosen_is_asked_for() {
        let of = |action| Plan { action, ..plan() };
        let moving = |org_unit: &str| {
            let review = Review {
                org_unit: org_unit.into(),
                ..answered()
            };
            review.execution(&of(ActionKind::Move)).map(|it| it.action)
        };
        let missing = Err((Step::Choose, Problem::NoOrgUnit));
        assert_eq!(moving(""), missing);
        let org_unit = "/Retired".to_owned();
        assert_eq!(moving(" /Retired"), Ok(Action::Move { org_unit }));
        let none = answered().execution(&of(ActionKind::UpdateFields));
        assert_eq!(none.unwrap_err(), (Step::Choose, Problem::NoFields));
    }

    #[test]
    fn the_count_is_typed_only_where_it_is_asked_for() {
        let small = Plan {
            confirm_count: false,
            ..plan()
        };
        let review = Review {
            typed: String::new(),
            ..answered()
        };
        assert_eq!(review.execution(&small).unwrap().typed_count, None);
    }

    #[test]
    fn what_is_kept_over_a_reload_has_no_tick_in_it() {
        let kept = serde_json::to_string(&answered()).unwrap();
        let back: Review = serde_json::from_str(&kept).unwrap();
        assert!(!back.acknowledged && back.typed.is_empty());
        assert_eq!(back.reason, answered().reason);
    }

    #[test]
    fn an_action_that_is_no_deprovisioning_asks_for_no_reason() {
        let plan = Plan {
            action: ActionKind::Disable,
            ..plan()
        };
        let review = Review {
            reason: None,
            ..answered()
        };
        assert_eq!(review.execution(&plan).unwrap().action, Action::Disable);
        let unread = Review {
            acknowledged: false,
            ..review
        };
        assert_eq!(unread.execution(&plan).unwrap_err().0, Step::Acknowledge);
    }
}
