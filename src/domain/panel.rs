//! Where the deprovision panel stands, as the URL says it.
//!
//! Each step is an address of its own, so Back goes a step back. A started job
//! replaces its last step: Back can never land on an Execute button again.

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
        plan: JobId,
        step: Step,
    },
    Job {
        job: JobId,
    },
}

/// The steps before anything happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Acknowledge,
    Reason,
    Execute,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::Acknowledge, Self::Reason, Self::Execute];

    /// Counted from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// What the step indicator says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Acknowledge => "Acknowledge",
            Self::Reason => "Reason",
            Self::Execute => "Execute",
        }
    }

    pub fn heading(self) -> &'static str {
        match self {
            Self::Acknowledge => "Acknowledge device deprovisioning",
            Self::Reason => "Specify deprovision reason",
            Self::Execute => "Execute",
        }
    }

    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    pub fn previous(self) -> Option<Self> {
        Self::ALL.get(self.number().checked_sub(2)?).copied()
    }
}

impl Panel {
    /// Reads the panel from a query string. What makes no sense is a closed panel or
    /// the first step: neither can do harm.
    pub fn parse(query: &str) -> Self {
        let (mut open, mut plan, mut job) = (false, None, None);
        let mut step = Step::Acknowledge;
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "panel" => open = value == "deprovision",
                "plan" if !value.is_empty() => plan = Some(JobId(value)),
                "job" if !value.is_empty() => job = Some(JobId(value)),
                "step" => {
                    let known = Step::ALL
                        .into_iter()
                        .find(|s| s.number().to_string() == value);
                    step = known.unwrap_or(Step::Acknowledge);
                }
                _ => {}
            }
        }
        match (open, job, plan) {
            (true, Some(job), _) => Self::Job { job },
            (true, None, Some(plan)) => Self::Step { plan, step },
            _ => Self::Closed,
        }
    }

    /// The query string with this panel in it and everything else as it was.
    pub fn write_to(&self, query: &str) -> String {
        let others: Vec<_> = query::pairs(query)
            .filter(|(name, _)| !NAMES.contains(&name.as_str()))
            .collect();
        let own = match self {
            Self::Closed => vec![],
            Self::Step { plan, step } => vec![
                ("panel", "deprovision".to_owned()),
                ("plan", plan.0.clone()),
                ("step", step.number().to_string()),
            ],
            Self::Job { job } => {
                vec![("panel", "deprovision".to_owned()), ("job", job.0.clone())]
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
            plan: JobId("p1".into()),
            step,
        }
    }

    #[test]
    fn opening_and_closing_leave_the_grid_as_it_was() {
        let grid = "q=5CD+x&status=ACTIVE&page=3";
        let opened = at(Step::Reason).write_to(grid);
        assert_eq!(
            opened,
            "q=5CD+x&status=ACTIVE&page=3&panel=deprovision&plan=p1&step=2"
        );
        assert_eq!(Panel::parse(&opened), at(Step::Reason));
        assert_eq!(Panel::Closed.write_to(&opened), grid);
    }

    #[test]
    fn a_job_takes_the_place_of_its_plan() {
        let job = Panel::Job {
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
        assert_eq!(Step::Acknowledge.previous(), None);
        assert_eq!(Step::Acknowledge.next(), Some(Step::Reason));
        assert_eq!(Step::Execute.previous(), Some(Step::Reason));
        assert_eq!(Step::Execute.next(), None);
    }
}
