//! What the job screens show, all of it in the URL.

use super::action::ActionKind;
use super::job::{ItemState, JobId};
use super::query::{self, BadParameter};

/// Rows on a page of jobs or of a job's devices.
pub const ROWS: u32 = 50;

/// The last page that is ever asked for.
const MAX_PAGE: u32 = 10_000_000;

/// Which of a job's devices are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobView {
    /// Only those in this state.
    pub state: Option<ItemState>,
    /// Counted from 1.
    pub page: u32,
}

impl Default for JobView {
    fn default() -> Self {
        Self {
            state: None,
            page: 1,
        }
    }
}

impl JobView {
    /// # Errors
    /// The first parameter that makes no sense. It is never left out: that would list
    /// more than was asked for.
    pub fn parse(query: &str) -> Result<Self, BadParameter> {
        let mut view = Self::default();
        for (name, value) in query::pairs(query) {
            let bad = |why: &str| BadParameter::new(&name, &value, why);
            match name.as_str() {
                "state" => {
                    let state = ItemState::from_word(&value);
                    view.state = Some(state.ok_or_else(|| bad("no such outcome"))?);
                }
                "page" => view.page = page(&value).ok_or_else(|| bad("no such page"))?,
                _ => return Err(bad("unknown parameter")),
            }
        }
        Ok(view)
    }

    /// The address of this view of a job.
    pub fn href(&self, job: &JobId) -> String {
        let state = self.state.map(|it| ("state", it.as_str().to_owned()));
        let page = (self.page != 1).then(|| ("page", self.page.to_string()));
        let path = format!("/jobs/{}", job.as_str());
        address(&path, state.into_iter().chain(page))
    }
}

/// Which jobs are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobsView {
    /// Only those of this action.
    pub action: Option<ActionKind>,
    /// Counted from 1.
    pub page: u32,
}

impl JobsView {
    /// # Errors
    /// As [`JobView::parse`].
    pub fn parse(query: &str) -> Result<Self, BadParameter> {
        let mut view = Self {
            action: None,
            page: 1,
        };
        for (name, value) in query::pairs(query) {
            let bad = |why: &str| BadParameter::new(&name, &value, why);
            match name.as_str() {
                "action" => {
                    let action = ActionKind::from_word(&value);
                    view.action = Some(action.ok_or_else(|| bad("no such action"))?);
                }
                "page" => view.page = page(&value).ok_or_else(|| bad("no such page"))?,
                _ => return Err(bad("unknown parameter")),
            }
        }
        Ok(view)
    }

    /// The address of this view of the jobs.
    pub fn href(&self) -> String {
        let action = self.action.map(|it| ("action", it.as_str().to_owned()));
        let page = (self.page != 1).then(|| ("page", self.page.to_string()));
        address("/jobs", action.into_iter().chain(page))
    }
}

fn address(path: &str, pairs: impl Iterator<Item = (&'static str, String)>) -> String {
    let query = query::encode(pairs);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{path}{mark}{query}")
}

fn page(text: &str) -> Option<u32> {
    text.parse()
        .ok()
        .filter(|page| (1..=MAX_PAGE).contains(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_reads_back_from_its_own_address() {
        let job = JobId("j1".into());
        let view = JobView {
            state: Some(ItemState::NotAttempted),
            page: 3,
        };
        assert_eq!(view.href(&job), "/jobs/j1?state=not_attempted&page=3");
        assert_eq!(JobView::parse("?state=not_attempted&page=3"), Ok(view));
        assert_eq!(JobView::default().href(&job), "/jobs/j1");
        let jobs = JobsView {
            action: Some(ActionKind::Disable),
            page: 2,
        };
        assert_eq!(jobs.href(), "/jobs?action=disable&page=2");
        assert_eq!(JobsView::parse("?action=disable&page=2"), Ok(jobs));
        assert_eq!(JobsView::parse("").unwrap().href(), "/jobs");
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        for bad in [
            "state=",
            "state=gone",
            "page=0",
            "page=x",
            "page=-1",
            "size=3",
        ] {
            assert!(JobView::parse(bad).is_err(), "{bad}");
        }
        for bad in ["state=failed", "action=", "action=erase", "page=0"] {
            assert!(JobsView::parse(bad).is_err(), "{bad}");
        }
    }
}
