//! What the operator has answered so far, and what stands between that and a job.

use serde::{Deserialize, Serialize};

use super::action::reason::DeprovisionReason;
use super::action::{Action, ActionKind};
use super::number;
use super::panel::{Step, steps};
use super::plan::{Execution, MAX_NOTE, Plan};

/// The answers to the panel's steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Never written down: a reload asks again.
    #[serde(skip)]
    pub acknowledged: bool,
    pub reason: Option<DeprovisionReason>,
    pub note: String,
    /// What was typed to confirm the count.
    #[serde(skip)]
    pub typed: String,
    /// Erase the devices, too. Never written down: it is off until it is asked for.
    #[serde(skip)]
    pub powerwash: bool,
}

/// Why a step cannot be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    NotAcknowledged,
    NoReason,
    NoteTooLong,
    WrongCount,
}

impl Problem {
    pub fn text(self) -> &'static str {
        match self {
            Self::NotAcknowledged => "Select the checkbox to continue.",
            Self::NoReason => "Select a reason to continue.",
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
            Step::Reason if self.reason.is_none() => Err(Problem::NoReason),
            Step::Reason | Step::Execute if MAX_NOTE < self.note.trim().chars().count() => {
                Err(Problem::NoteTooLong)
            }
            Step::Execute
                if plan.confirm_count && number::typed(&self.typed) != Some(plan.eligible) =>
            {
                Err(Problem::WrongCount)
            }
            _ => Ok(()),
        }
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
        let action = match plan.action {
            ActionKind::Deprovision => Action::Deprovision {
                reason: self.reason.ok_or((Step::Reason, Problem::NoReason))?,
                powerwash: plan.can_powerwash && self.powerwash,
            },
            ActionKind::Disable => Action::Disable,
            ActionKind::Reenable => Action::Reenable,
        };
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
        }
    }

    fn answered() -> Review {
        Review {
            acknowledged: true,
            reason: Some(DeprovisionReason::RetiringDevice),
            note: " T-77 ".into(),
            typed: "4,812".into(),
            powerwash: true,
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
        let cases = [
            (
                Review {
                    acknowledged: false,
                    ..answered()
                },
                Step::Acknowledge,
            ),
            (
                Review {
                    reason: None,
                    ..answered()
                },
                Step::Reason,
            ),
            (
                Review {
                    note: "x".repeat(501),
                    ..answered()
                },
                Step::Reason,
            ),
            (
                Review {
                    typed: "4811".into(),
                    ..answered()
                },
                Step::Execute,
            ),
            (
                Review {
                    typed: String::new(),
                    ..answered()
                },
                Step::Execute,
            ),
        ];
        for (review, step) in cases {
            assert_eq!(review.execution(&plan()).unwrap_err().0, step);
        }
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
