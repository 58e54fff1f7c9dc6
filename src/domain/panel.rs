//! Where the panel of an action stands, as the URL says it.
//!
//! Each step is an address of its own, so Back goes a step back. A started job
//! replaces its last step: Back can never land on an Execute button again.

use super::action::ActionKind;
use super::job::JobId;
use super::query;

/// The parameters that are the panel's; all others are the grid's.
const NAMES: [&str; 4] = ["panel", "plan", "step", "job"];

/// The panel, closed or at a step or showing a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    #[default]
    Closed,
    Step {
        action: ActionKind,
        plan: JobId,
        step: Step,
    },
    Job {
        action: ActionKind,
        job: JobId,
    },
}

/// The steps before anything happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Acknowledge,
    /// What exactly is to be done: the reason, the org unit, the fields.
    Choose,
    Execute,
}

/// The steps through which an action leads: the shorter, the less is lost.
pub fn steps(action: ActionKind) -> &'static [Step] {
    match action {
        ActionKind::Deprovision | ActionKind::Move | ActionKind::UpdateFields => {
            &[Step::Acknowledge, Step::Choose, Step::Execute]
        }
        ActionKind::Disable | ActionKind::Reenable | ActionKind::ClearProfiles => {
            &[Step::Acknowledge, Step::Execute]
        }
    }
}

impl Step {
    /// Counted from 1.
    pub fn number(self, action: ActionKind) -> usize {
        let before = steps(action).iter().take_while(|step| **step != self);
        before.count() + 1
    }

    /// What the step indicator says.
    pub fn label(self, action: ActionKind) -> &'static str {
        match (self, action) {
            (Self::Acknowledge, _) => "Acknowledge",
            (Self::Choose, ActionKind::Move) => "Org unit",
            (Self::Choose, ActionKind::UpdateFields) => "Fields",
            (Self::Choose, _) => "Reason",
            (Self::Execute, _) => "Execute",
        }
    }

    pub fn heading(self, action: ActionKind) -> &'static str {
        match (self, action) {
            // That of the plan (`PanelTexts`) says more.
            (Self::Acknowledge, _) => "Acknowledge",
            (Self::Choose, ActionKind::Move) => "Select the org unit",
            (Self::Choose, ActionKind::UpdateFields) => "Enter the fields to change",
            (Self::Choose, _) => "Specify deprovision reason",
            (Self::Execute, _) => "Execute",
        }
    }

    pub fn next(self, action: ActionKind) -> Option<Self> {
        steps(action).get(self.number(action)).copied()
    }
}

impl Panel {
    /// Reads the panel from a query string. What makes no sense is a closed panel or
    /// the first step: neither can do harm.
    pub fn parse(query: &str) -> Self {
        let (mut action, mut plan, mut job) = (None, None, None);
        let mut number = String::new();
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "panel" => action = ActionKind::from_word(&value),
                "plan" if !value.is_empty() => plan = Some(JobId(value)),
                "job" if !value.is_empty() => job = Some(JobId(value)),
                "step" => number = value,
                _ => {}
            }
        }
        let Some(action) = action else {
            return Self::Closed;
        };
        match (job, plan) {
            (Some(job), _) => Self::Job { action, job },
            (None, Some(plan)) => {
                let mut steps = steps(action).iter();
                let step = steps.find(|step| step.number(action).to_string() == number);
                let step = step.copied().unwrap_or(Step::Acknowledge);
                Self::Step { action, plan, step }
            }
            (None, None) => Self::Closed,
        }
    }

    /// The query string with this panel in it and everything else as it was.
    pub fn write_to(&self, query: &str) -> String {
        let others: Vec<_> = query::pairs(query)
            .filter(|(name, _)| !NAMES.contains(&name.as_str()))
            .collect();
        let own = match self {
            Self::Closed => vec![],
            Self::Step { action, plan, step } => vec![
                ("panel", action.as_str().to_owned()),
                ("plan", plan.0.clone()),
                ("step", step.number(*action).to_string()),
            ],
            Self::Job { action, job } => {
                vec![
                    ("panel", action.as_str().to_owned()),
                    ("job", job.0.clone()),
                ]
            }
        };
        let others = others
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()));
        query::encode(others.chain(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: Step) -> Panel {
        Panel::Step {
            action: ActionKind::Deprovision,
            plan: JobId("p1".into()),
            step,
        }
    }

    #[test]
    fn opening_and_closing_leave_the_grid_as_it_was() {
        let grid = "q=5CD+x&status=ACTIVE&page=3";
        let opened = at(Step::Choose).write_to(grid);
        assert_eq!(
            opened,
            "q=5CD+x&status=ACTIVE&page=3&panel=deprovision&plan=p1&step=2"
        );
        assert_eq!(Panel::parse(&opened), at(Step::Choose));
        assert_eq!(Panel::Closed.write_to(&opened), grid);
    }

    #[test]
    fn a_job_takes_the_place_of_its_plan() {
        let job = Panel::Job {
            action: ActionKind::Deprovision,
            job: JobId("p1".into()),
        };
        let query = job.write_to(&at(Step::Execute).write_to("page=2"));
        assert_eq!(query, "page=2&panel=deprovision&job=p1");
        assert_eq!(Panel::parse(&query), job);
    }

    #[test]
    fn nonsense_is_a_closed_panel_or_the_first_step() {
        assert_eq!(Panel::parse(""), Panel::Closed);
        assert_eq!(Panel::parse("panel=deprovision"), Panel::Closed);
        assert_eq!(Panel::parse("panel=other&plan=p1&step=3"), Panel::Closed);
        assert_eq!(
            Panel::parse("panel=deprovision&plan=p1&step=9"),
            at(Step::Acknowledge)
        );
        assert_eq!(
            Panel::parse("panel=deprovision&plan=p1"),
            at(Step::Acknowledge)
        );
    }

    #[test]
    fn steps_follow_each_other() {
        for action in ActionKind::ALL {
            let steps = steps(*action);
            assert_eq!(steps.first(), Some(&Step::Acknowledge));
            assert_eq!(steps.last(), Some(&Step::Execute));
            for (n, step) in steps.iter().enumerate() {
                assert_eq!(step.number(*action), n + 1);
                assert_eq!(step.next(*action), steps.get(n + 1).copied());
                let panel = Panel::Step {
                    action: *action,
                    plan: JobId("p1".into()),
                    step: *step,
                };
                assert_eq!(Panel::parse(&panel.write_to("page=2")), panel);
            }
        }
    }
}
