//! The words of the audit: who did what to what, and what came of it.
//!
//! The words are stable: they are part of what is hashed, and of what other programs read
//! from exports. A word that is not used any more stays.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The longest text of an event, in characters. What is longer is cut.
const LONGEST: usize = 2000;

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// The operator's id; empty where nobody has signed in.
    pub id: String,
    /// The operator's login, or `local`, `schedule`, `sunset`, `host: …`.
    pub name: String,
    /// The beginning of what is stored of their session, to tell sessions apart.
    pub session: String,
    pub ip: String,
}

impl Actor {
    /// Somebody known by name only.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The server itself, when nobody asked for it.
    pub fn sunset() -> Self {
        Self::named("sunset")
    }
}

impl From<&str> for Actor {
    fn from(name: &str) -> Self {
        Self::named(name)
    }
}

impl From<&Self> for Actor {
    fn from(actor: &Self) -> Self {
        actor.clone()
    }
}

macro_rules! acts {
    ($($name:ident $word:literal $label:literal,)+) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Act {
            $($name,)+
        }

        impl Act {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// As it is stored, hashed and exported.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// As a page shows it.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)+
                }
            }
        }
    };
}

acts! {
    SignedIn "signed-in" "Signed in",
    SignInFailed "sign-in-failed" "Sign-in failed",
    SignedOut "signed-out" "Signed out",
    SetUp "set-up" "Set up their account",
    PasswordChanged "password-changed" "Changed their password",
    SessionEnded "session-ended" "Ended a session",
    OtherSessionsEnded "other-sessions-ended" "Ended all other sessions",
    TokenCreated "token-created" "Created an API token",
    TokenRevoked "token-revoked" "Revoked an API token",
    AccessRefused "access-refused" "Was refused",
    OperatorInvited "operator-invited" "Invited an operator",
    OperatorInvitedAgain "operator-invited-again" "Invited an operator again",
    RolesChanged "roles-changed" "Changed roles",
    OperatorDisabled "operator-disabled" "Disabled an operator",
    OperatorReset "operator-reset" "Reset an operator",
    OperatorSignedOut "operator-signed-out" "Signed an operator out everywhere",
    PlanMade "plan-made" "Reviewed devices",
    JobStarted "job-started" "Started a job",
    JobRetried "job-retried" "Retried a job",
    JobPaused "job-paused" "Paused a job",
    JobResumed "job-resumed" "Resumed a job",
    JobStopped "job-stopped" "Stopped a job",
    JobBatch "job-batch" "Worked on devices",
    JobEnded "job-ended" "Ended a job",
    ApprovalAsked "approval-asked" "Asked for approval",
    Approved "approved" "Approved a job",
    ApprovalRefused "approval-refused" "Refused a job",
    ApprovalWithdrawn "approval-withdrawn" "Withdrew a job",
    ApprovalExpired "approval-expired" "Approval expired",
    ApprovalVoided "approval-voided" "Found that the job changed after the request for approval",
    Exported "exported" "Exported",
    Imported "imported" "Imported a file",
    Refreshed "refreshed" "Refreshed the cache",
    ServerStarted "server-started" "Started the server",
    Restored "restored" "Restored a backup",
    KeyMade "key-made" "Made a signing key",
    KeyRotated "key-rotated" "Rotated the signing key",
    KeyChanged "key-changed" "Found another signing key",
}

impl Act {
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.as_str() == word)
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOutcome {
    Done,
    Refused,
    Failed,
}

impl EventOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// One thing that was done, before it has its place in the chain. Never put a password, a
/// code or a key into one.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub actor: Actor,
    pub act: Act,
    /// The id of the job, the login of the operator or whatever else it was done to.
    pub target: String,
    pub outcome: EventOutcome,
    pub detail: Map<String, Value>,
}

impl Event {
    pub fn new(actor: &Actor, act: Act) -> Self {
        Self {
            actor: actor.clone(),
            act,
            target: String::new(),
            outcome: EventOutcome::Done,
            detail: Map::new(),
        }
    }

    /// What it was done to.
    pub fn on(mut self, target: impl AsRef<str>) -> Self {
        self.target = clean(target.as_ref());
        self
    }

    /// What came of it, if not that it was done.
    pub fn outcome(mut self, outcome: EventOutcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Adds a detail.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = match value.into() {
            Value::String(text) => Value::String(clean(&text)),
            other => other,
        };
        self.detail.insert(name.to_owned(), value);
        self
    }

    /// The details as they are stored and hashed: a JSON object, its names in order.
    pub fn detail_json(&self) -> String {
        serde_json::to_string(&self.detail).unwrap_or_default()
    }
}

/// A text that both databases store as it is: no NUL, and not longer than [`LONGEST`].
pub fn clean(text: &str) -> String {
    let shown = |c| if c == '\0' { '\u{fffd}' } else { c };
    text.chars().take(LONGEST).map(shown).collect()
}

/// One row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRow {
    /// Counted from 1, without a gap.
    pub n: i64,
    /// By the database's clock, in milliseconds since 1970.
    pub at: i64,
    pub actor_id: String,
    pub actor: String,
    pub session: String,
    pub ip: String,
    /// A word of [`Act`].
    pub action: String,
    pub target: String,
    pub outcome: String,
    /// A JSON object, byte by byte as it was hashed.
    pub detail: String,
    /// Random: what is in a row cannot be guessed from its hash.
    pub salt: String,
    /// The hash of the row before; empty for the first.
    pub prev: String,
    pub hash: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_act_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = Act::ALL.iter().map(|act| act.as_str()).collect();
        assert_eq!(words.len(), Act::ALL.len());
        for act in Act::ALL {
            assert_eq!(Act::from_word(act.as_str()), Some(*act));
        }
    }

    #[test]
    fn a_detail_is_one_line_with_its_names_in_order() {
        let event = Event::new(&Actor::sunset(), Act::Exported)
            .with("what", "a\nb\0c")
            .with("count", 3);
        assert_eq!(event.detail_json(), r#"{"count":3,"what":"a\nb�c"}"#);
    }
}
