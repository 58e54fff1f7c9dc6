//! Our identity and permissions in the directory. A lost permission is reported, because listings
//! would otherwise fail unnoticed.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    Fine,
    /// Something is missing that jobs do not need.
    Limited,
    /// Nothing can be read or changed.
    Down,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// What is so, in a sentence.
    pub what: String,
    /// What fixes it; empty where nothing is wrong.
    pub remedy: String,
}

impl Finding {
    pub fn fine(what: String) -> Self {
        Self {
            severity: Severity::Fine,
            what,
            remedy: String::new(),
        }
    }

    pub fn wrong(severity: Severity, what: String, remedy: impl Into<String>) -> Self {
        Self {
            severity,
            what,
            remedy: remedy.into(),
        }
    }
}

/// What a look at our identity came to. The embedded directory asks for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCheck {
    /// The service account's address.
    pub account: String,
    /// What scopes are delegated to in the Admin console.
    pub client_id: String,
    /// The administrator for whom it stands.
    pub subject: String,
    /// The scopes to delegate, letter by letter.
    pub scopes: Vec<String>,
    pub findings: Vec<Finding>,
}

impl IdentityCheck {
    /// The first finding that nothing works with.
    pub fn down(&self) -> Option<&Finding> {
        let mut findings = self.findings.iter();
        findings.find(|finding| finding.severity == Severity::Down)
    }
}

/// The connection to the directory, as every screen may show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryHealth {
    /// When it was looked at last; `None` before the first time.
    pub checked_at: Option<Timestamp>,
    /// Since when nothing works; `None` while it does.
    pub down_since: Option<Timestamp>,
    pub check: IdentityCheck,
}

impl DirectoryHealth {
    /// Takes in what a new look came to.
    pub fn after(&self, check: IdentityCheck, now: Timestamp) -> Self {
        let is_down = check.down().is_some();
        Self {
            checked_at: Some(now),
            down_since: is_down.then(|| self.down_since.unwrap_or(now)),
            check,
        }
    }

    /// `Directory connection is down since 2026-11-23 10:42 UTC: …`, while it is.
    pub fn sentence(&self) -> Option<String> {
        let since = self.down_since?.to_minute();
        let why = self.check.down().map_or("", |finding| &finding.what);
        Some(format!(
            "Directory connection is down since {since} UTC. {why}"
        ))
    }

    /// Since when it is down, and what fixes it.
    pub fn outage(&self) -> Option<Outage> {
        let finding = self.check.down()?;
        Some(Outage {
            since: self.down_since?,
            why: format!("{} {}", finding.what, finding.remedy),
        })
    }
}

/// The directory cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    pub since: Timestamp,
    /// In sentences: why, and what fixes it.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_down_since_it_was_first_found_so() {
        let check = |severity| IdentityCheck {
            findings: vec![
                Finding::fine("No problems found.".to_owned()),
                Finding::wrong(severity, "No key.".to_owned(), "Get one."),
            ],
            ..IdentityCheck::default()
        };
        let health = DirectoryHealth::default().after(check(Severity::Limited), Timestamp(1));
        assert_eq!((health.down_since, health.sentence()), (None, None));
        let health = health.after(check(Severity::Down), Timestamp(60_000));
        let health = health.after(check(Severity::Down), Timestamp(120_000));
        assert_eq!(health.down_since, Some(Timestamp(60_000)));
        assert_eq!(
            health.sentence().unwrap(),
            "Directory connection is down since 1970-01-01 00:01 UTC. No key."
        );
        let outage = health.outage().unwrap();
        assert_eq!(outage.since, Timestamp(60_000));
        assert_eq!(outage.why, "No key. Get one.");
        assert_eq!(
            health
                .after(check(Severity::Fine), Timestamp(180_000))
                .down_since,
            None
        );
    }
}
